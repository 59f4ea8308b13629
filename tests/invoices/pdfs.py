"""PDFs of our own making, object by object, with an invoice inside or something worse."""

from __future__ import annotations

import zlib
from functools import cache

from tests.invoices.documents import cii

NAMES = b"<</Names[(factur-x.xml) 3 0 R]>>"
FILE = b"<</Type/Filespec/F(factur-x.xml)/UF(factur-x.xml)/EF<</F 4 0 R>>>>"
PAGES = b"<</Type/Pages/Kids[]/Count 0>>"


def stream(raw: bytes, parts: bytes = b"/Type/EmbeddedFile") -> bytes:
    return b"<<" + parts + b"/Length %d>>\nstream\n" % len(raw) + raw + b"\nendstream"


def flat(raw: bytes, parts: bytes = b"/Type/EmbeddedFile") -> bytes:
    return stream(zlib.compress(raw, 9), parts + b"/Filter/FlateDecode")


def pdf(objects: list[bytes], trailer: bytes = b"") -> bytes:
    """A PDF with a plain table of objects; the first is its catalog."""
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, one in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + one + b"\nendobj\n"
    at = len(out)
    entries = b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + entries
    out += b"trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, at)
    return bytes(out)


def with_file(held: bytes, names: bytes = NAMES, file: bytes = FILE, trailer: bytes = b"") -> bytes:
    catalog = b"<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles " + names + b">>>>"
    return pdf([catalog, PAGES, file, held], trailer)


def packed(held: bytes, *, predictor: bool = True) -> bytes:
    """A PDF whose objects and table are packed in streams, as newer programs write them."""
    catalog = b"<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles " + NAMES + b">>>>"
    bodies = [catalog, PAGES, FILE]
    offsets, data = [], b""
    for one in bodies:
        offsets.append(len(data))
        data += one + b" "
    head = b" ".join(b"%d %d" % (number, at) for number, at in enumerate(offsets, start=1)) + b" "
    out = bytearray(b"%PDF-1.7\n")
    at_file = len(out)
    out += b"4 0 obj\n" + held + b"\nendobj\n"
    at_objects = len(out)
    out += b"5 0 obj\n" + flat(head + data, b"/Type/ObjStm/N 3/First %d" % len(head)) + b"\nendobj\n"
    at_table = len(out)
    entries = [(0, 0, 255), (2, 5, 0), (2, 5, 1), (2, 5, 2), (1, at_file, 0), (1, at_objects, 0), (1, at_table, 0)]
    rows = [bytes([kind]) + place.to_bytes(4, "big") + bytes([last]) for kind, place, last in entries]
    parts = b"/Type/XRef/Size 7/W[1 4 1]/Root 1 0 R"
    if predictor:
        above, told = bytes(6), b""
        for row in rows:
            told += b"\x02" + bytes((new - old) & 255 for new, old in zip(row, above, strict=True))
            above = row
        parts += b"/DecodeParms<</Predictor 12/Columns 6>>"
    else:
        told = b"".join(rows)
    out += b"6 0 obj\n" + flat(told, parts) + b"\nendobj\nstartxref\n%d\n%%%%EOF\n" % at_table
    return bytes(out)


@cache
def bomb(mebibytes: int = 1024) -> bytes:
    """That many mebibytes of zeros, packed to a thousandth."""
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(bytes(1 << 20)) for _ in range(mebibytes)) + packer.flush()


def invoice_pdf() -> bytes:
    return with_file(flat(cii().encode()))
