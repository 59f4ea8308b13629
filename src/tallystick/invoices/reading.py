"""An invoice out of the bytes of a document, in whichever of the two syntaxes it is."""

from __future__ import annotations

from tallystick.invoices import cii, ubl
from tallystick.invoices.source import Read
from tallystick.invoices.tree import UnreadableInvoice, parse

# Older forms and other documents that look alike, and what to say of them.
_OTHERS = {
    "CrossIndustryDocument": "it is a ZUGFeRD 1.0 invoice, an older form than EN 16931's",
    "Order": "it is an order",
    "FatturaElettronica": "it is a FatturaPA invoice",
    "html": "it is a web page",
}


def read(content: bytes) -> Read:
    """The invoice in an XML document; raises UnreadableInvoice where there is none, or none that may be read."""
    root = parse(content)
    if ubl.is_ubl(root):
        return ubl.read(root)
    if cii.is_cii(root):
        return cii.read(root)
    what = _OTHERS.get(root.name, f"its first element is {root.name[:60]!r}")
    raise UnreadableInvoice("TS-I027", f"{what}, not a UBL 2.1 invoice or credit note or a CII D16B.", root.line)
