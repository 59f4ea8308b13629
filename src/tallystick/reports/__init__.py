"""The documents: a partner's month, and the overview of all partners.

In: verdicts, statements, findings and values as they were judged. Out: one self-contained HTML page each.
Verb: render. Must not know: records, facts, how a verdict came about, the time of day. No figure is computed here.
"""
