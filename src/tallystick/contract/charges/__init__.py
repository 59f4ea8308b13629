"""The pricing models of a rate card, one file each; the file's name is the kind.

In: quantities by role, banked units. Out: an exact amount and its steps. Verb: apply. Must not know: where quantities
come from, invoices.
"""
