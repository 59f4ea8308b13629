"""Invoices and credit notes by EN 16931: what one says, in either syntax, and whether its sums are right.

In: the bytes of a UBL or CII document, or of a PDF that holds one. Out: an `Invoice`, faults of its arithmetic.
Verbs: read, check. Must not know: files, partners, rates that were agreed, the lake.
"""
