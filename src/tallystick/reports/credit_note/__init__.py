"""A credit note as a proposal: from a value to the bytes that a partner's own system reads.

In: a `CreditNote`, or any `Invoice`. Out: UBL 2.1, CII, or a PDF/A-3 that shows it and holds the CII (Factur-X).
Verb: write. Must not know: why the money is owed, the lake, the time of day. The same value gives the same bytes.
"""

from tallystick.reports.credit_note.proposal import CreditLine, CreditNote, write_cii, write_factur_x, write_ubl

__all__ = ["CreditLine", "CreditNote", "write_cii", "write_factur_x", "write_ubl"]
