"""The invoice inside a PDF: found where the specification puts it, and nothing hostile costs anything."""

from __future__ import annotations

import io
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from tallystick.invoices.pdf import embedded
from tallystick.invoices.reading import read
from tallystick.invoices.tree import UnreadableInvoice
from tests.invoices.documents import cii
from tests.invoices.pdfs import FILE, NAMES, PAGES, bomb, flat, invoice_pdf, packed, pdf, stream, with_file

XML = cii().encode()


@pytest.mark.parametrize(
    "content",
    [
        invoice_pdf(),
        with_file(stream(XML)),
        packed(flat(XML)),
        packed(flat(XML), predictor=False),
    ],
    ids=["plain", "not compressed", "packed", "packed without predictor"],
)  # fmt: skip
def test_the_invoice_of_a_pdf_is_the_file_of_the_known_name(content: bytes) -> None:
    assert embedded(content) == ("factur-x.xml", XML)
    assert read(embedded(content)[1]).invoice.number == "INV-1"


def test_names_are_read_in_every_way_of_writing_them() -> None:
    wide = b"<" + "\ufefffactur-x.xml".encode("utf-16-be").hex().encode() + b">"
    for name in (wide, b"(factur\\055x.xml)", b"(FACTUR-X.XML)", b"<666163747572 2d782e786d6c>"):
        file = b"<</Type/Filespec/F " + name + b"/EF<</F 4 0 R>>>>"
        assert embedded(with_file(flat(XML), file=file))[1] == XML, name


def test_a_file_that_the_catalog_associates_is_found_too() -> None:
    catalog = b"<</Type/Catalog/Pages 2 0 R/AF[3 0 R]>>"
    assert embedded(pdf([catalog, PAGES, FILE, flat(XML)]))[1] == XML


def test_files_in_branches_of_a_tree_are_found_and_the_known_name_wins() -> None:
    names = b"<</Kids[5 0 R 6 0 R]>>"
    catalog = b"<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles " + names + b">>>>"
    branch = b"<</Limits[(a)(z)]/Names[(other.xml) 7 0 R]>>"
    other = b"<</Type/Filespec/F(other.xml)/EF<</F 8 0 R>>>>"
    objects = [catalog, PAGES, FILE, flat(XML), branch, NAMES, other, flat(b"<other/>")]
    assert embedded(pdf(objects)) == ("factur-x.xml", XML)


def test_one_xml_of_another_name_is_taken_and_two_are_not() -> None:
    file = FILE.replace(b"factur-x.xml", b"rechnung.xml")
    assert embedded(with_file(flat(XML), file=file)) == ("rechnung.xml", XML)
    catalog = b"<</Type/Catalog/Pages 2 0 R/AF[3 0 R 5 0 R]>>"
    other = file.replace(b"rechnung", b"anhang")
    with pytest.raises(UnreadableInvoice, match=r"it holds anhang.xml, rechnung.xml"):
        embedded(pdf([catalog, PAGES, file, flat(XML), other]))


def test_an_updated_pdf_is_read_in_its_newest_version() -> None:
    first = with_file(flat(XML))
    at = first.index(b"xref\n")
    newer = XML.replace(b"INV-1", b"INV-2")
    out = bytearray(first)
    place = len(out)
    out += b"4 0 obj\n" + flat(newer) + b"\nendobj\n"
    table = len(out)
    out += b"xref\n4 1\n%010d 00000 n \ntrailer\n<</Size 5/Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (
        place,
        at,
        table,
    )
    assert embedded(bytes(out))[1] == newer


def test_a_pdf_of_another_program_is_read(tmp_path: Path) -> None:
    facturx = pytest.importorskip("facturx", reason="the other program is the factur-x package")
    pypdf = pytest.importorskip("pypdf", reason="it comes with the factur-x package")
    writer = pypdf.PdfWriter()
    writer.add_blank_page(200, 200)
    plain = io.BytesIO()
    writer.write(plain)
    made = facturx.generate_from_binary(plain.getvalue(), XML, flavor="factur-x", level="en16931", check_xsd=True)
    assert embedded(made) == ("factur-x.xml", XML)


DEEP = 100_000
HOSTILE: dict[str, tuple[str, Callable[[], bytes]]] = {
    "an embedded bomb": ("TS-I004", lambda: with_file(stream(bomb(), b"/Filter/FlateDecode"))),
    "a bomb in a bomb": (
        "TS-I028",
        lambda: with_file(stream(zlib.compress(bomb()), b"/Filter[/FlateDecode/FlateDecode]")),
    ),
    "a table of objects that is a bomb": (
        "TS-I004",
        lambda: b"%PDF-1.7\n1 0 obj\n" + stream(bomb(), b"/Type/XRef/Size 9/W[1 4 4]/Root 2 0 R/Filter/FlateDecode")
        + b"\nendobj\nstartxref\n9\n%%EOF",
    ),
    "a filter that grows": ("TS-I028", lambda: with_file(stream(b"z" * (20 << 20), b"/Filter/ASCII85Decode"))),
    "a filter of runs": ("TS-I028", lambda: with_file(stream(b"\x81a" * (1 << 20), b"/Filter/RunLengthDecode"))),
    "rows of one byte": (
        "TS-I028",
        lambda: with_file(flat(b"\2a" * (10 << 20), b"/DecodeParms<</Predictor 12/Columns 1>>")),
    ),
    "arrays in arrays": ("TS-I025", lambda: with_file(flat(XML), b"[" * DEEP + b"]" * DEEP)),
    "dictionaries in dictionaries": ("TS-I025", lambda: with_file(flat(XML), b"<</a" * DEEP + b">>" * DEEP)),
    "a tree that holds itself": (
        "TS-I025",
        lambda: pdf([b"<</Type/Catalog/Names<</EmbeddedFiles 2 0 R>>>>", b"<</Kids[2 0 R 2 0 R 2 0 R]>>"]),
    ),
    "a reference to itself": ("TS-I028", lambda: pdf([b"<</Type/Catalog/Names 2 0 R>>", b"2 0 R"])),
    "a length that is itself": (
        "TS-I028",
        lambda: pdf([b"<</Type/Catalog/Names 2 0 R>>", b"<</Length 2 0 R>>\nstream\nx\nendstream"]),
    ),
    "tables that point at each other": (
        "TS-I028",
        lambda: with_file(b"null", trailer=b"/Prev 9").replace(b"1.7\n", b"1.7\nxref\n0 0\ntrailer\n<</Prev 9>>\n"),
    ),
    "90,000 files": (
        "TS-I025",
        lambda: with_file(flat(XML), b"<</Names[" + b"(f.xml) 3 0 R" * 90_000 + b"]>>"),
    ),
    "20 MiB of nothing": ("TS-I028", lambda: b"%PDF-1.7\n" + b"x" * (20 << 20)),
    "two million false objects": ("TS-I028", lambda: b"%PDF-1.7\n" + b"1 0 obj\n" * (2 << 20)),
    "a text that never ends": ("TS-I025", lambda: with_file(flat(XML), b"(" + b"a" * (10 << 20))),
    "parentheses in parentheses": ("TS-I025", lambda: with_file(flat(XML), b"(" * (1 << 20) + b")" * (1 << 20))),
    "100 MiB": ("TS-I025", lambda: invoice_pdf() + bytes(100 << 20)),
    "XML with entities inside": (
        "TS-I024",
        lambda: with_file(flat(XML.replace(b"?>", b'?><!DOCTYPE x [<!ENTITY a "a">]>', 1))),
    ),
    "a password": ("TS-I008", lambda: with_file(flat(XML), trailer=b"/Encrypt<</Filter/Standard>>")),
    "no file": ("TS-I028", lambda: with_file(flat(XML), b"<</Names[]>>")),
    "a picture and no XML": ("TS-I028", lambda: with_file(flat(XML), file=FILE.replace(b".xml", b".png"))),
    "cut off": ("TS-I028", lambda: invoice_pdf()[:-30]),
    "its table cut out": ("TS-I028", lambda: invoice_pdf().replace(b"xref\n0", b"xxxx\n0")),
    "a damaged stream": ("TS-I028", lambda: with_file(stream(b"\xff\xff\xff", b"/Filter/FlateDecode"))),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_a_hostile_or_damaged_pdf_is_refused_with_its_rule_in_less_than_a_second(name: str, tmp_path: Path) -> None:
    rule, build = HOSTILE[name]
    path = tmp_path / "invoice.pdf"
    path.write_bytes(build())
    script = (
        "import sys, time\nfrom pathlib import Path\n"
        "from tallystick.records.connectors.e_invoices import EInvoices\n"
        "from tallystick.vocabulary.errors import DamagedContainer\n"
        "began, reader, path = time.process_time(), EInvoices(), Path(sys.argv[1])\n"
        "assert reader.recognise(path) > 0\n"
        "try:\n    reader.propose(path, None, {})\n    raise SystemExit('it was read')\n"
        "except DamagedContainer as error:\n    print(error.rule, end=' ')\n"
        "status = Path('/proc/self/status')\n"
        "text = status.read_text() if status.is_file() else 'VmHWM: 0'\n"
        "peak = next(line.split()[1] for line in text.splitlines() if line.startswith('VmHWM'))\n"
        "print(time.process_time() - began, peak)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr + done.stdout
    told, spent, peak = done.stdout.split()
    assert told == rule
    assert float(spent) < 1.0
    assert int(peak) < 300 * 1024


def test_every_byte_of_a_pdf_may_be_another_and_it_is_read_or_refused() -> None:
    good = packed(flat(b"<a/>"))
    answers = set()
    for at in range(len(good)):
        bad = bytearray(good)
        bad[at] ^= 0x15
        try:
            answers.add(embedded(bytes(bad))[0][:1])
        except UnreadableInvoice as refused:
            answers.add(refused.rule)
    assert "TS-I028" in answers
