"""Tallystick: control and oversight for customer service bought from outsourcing partners.

In: contract texts and records of source systems. Out: verdicts that both sides can recompute, credits, documents.
Verb: `assess` runs the whole flow. Must not know: one client's or one helpdesk's peculiarities; those are mappings.
"""

__version__ = "0.1.0"
