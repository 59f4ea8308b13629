"""The dispute pack: what a partner is asked to explain, as a PDF and as a workbook with the very same figures.

In: an `InvoiceCheck`. Out: the bytes of a document. Verb: write. Must not know: how anything was computed, files.
"""

from tallystick.reports.dispute_pack.pack import Contest, Pack, pack_of
from tallystick.reports.dispute_pack.pdf import write_pdf
from tallystick.reports.dispute_pack.xlsx import write_xlsx

__all__ = ["Contest", "Pack", "pack_of", "write_pdf", "write_xlsx"]
