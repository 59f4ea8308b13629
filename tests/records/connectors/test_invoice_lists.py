"""Invoices as tables: columns in several languages, decimals to the last digit, sums that follow from the rows."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter

from tallystick.records.connectors._amounts import COMMA, POINT, decimals_of, exact_in
from tallystick.records.connectors.invoice_lists import InvoiceLists
from tallystick.records.ingest import ingest
from tallystick.records.invoice_rows import stored_invoices
from tallystick.records.lake import Lake
from tallystick.vocabulary.scope import Scope

AS_OF = datetime(2026, 6, 1, tzinfo=UTC)
D = Decimal
ENGLISH = """invoice number,invoice date,line,description,quantity,unit,unit price,net amount,vat rate,vat amount,gross amount,invoice total,currency,period from,period to,po number,due date
A-1,2026-04-02,1,Hours EN,152.75,h,24.125,"3,685.09",19,700.17,"4,385.26",4504.26,EUR,2026-03-01,2026-03-15,PO-1,2026-05-02
A-1,2026-04-02,2,Hours DE,4,h,25.00,100.00,19,19.00,119.00,4504.26,EUR,2026-03-16,2026-03-31,PO-1,2026-05-02
A-2,2026-04-02,1,Resolutions,1000,each,0.333333333,333.33,19,63.33,396.66,396.66,EUR,2026-03-01,2026-03-31,PO-1,2026-05-02
"""  # noqa: E501
GERMAN = """Rechnungsnummer;Rechnungsdatum;Bezeichnung;Menge;Einheit;Einzelpreis;Nettobetrag;Währung
R-1;02.04.2026;Stunden;152,75;Std;24,125;3.685,09;EUR
R-1;02.04.2026;Minuten;1.200;min;0,4;480,00;EUR
"""
FRENCH = """numéro de facture;date facture;désignation;quantité;prix unitaire;montant HT;devise
F-1;02/04/2026;Heures;152,75;24,125;3685,09;EUR
F-1;25/04/2026;Minutes;1200;0,4;480,00;EUR
"""


def taken_in(
    tmp_path: Path, text: str | bytes, name: str = "aurora-billing.csv", as_of: datetime = AS_OF, **hints: str
):
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    outcome = ingest(tmp_path / "home", path, as_of=as_of, hints={"partner": "aurora", **hints})
    if not (tmp_path / "home" / "lake").is_dir():
        return outcome, []
    with Lake.open(tmp_path / "home" / "lake") as lake:
        return outcome, list(stored_invoices(lake, Scope.of_client(lake.client)))


def test_the_contract_and_the_order_that_a_table_names_are_read_back_with_the_invoice(tmp_path: Path) -> None:
    text = ENGLISH.replace("po number,due date", "contract,due date").replace("PO-1", "lumen-aurora-telephone")
    for number, (given, kind, named) in enumerate(
        ((ENGLISH, "order", "PO-1"), (text, "contract", "lumen-aurora-telephone"))
    ):
        _, found = taken_in(tmp_path / str(number), given)
        assert [[(one.kind, one.number) for one in stored.invoice.references] for stored in found] == [
            [(kind, named)], [(kind, named)],
        ]  # fmt: skip


def test_a_table_of_lines_becomes_invoices_with_their_sums(tmp_path: Path) -> None:
    outcome, found = taken_in(tmp_path, ENGLISH)
    assert (outcome.connector, outcome.exit_code, outcome.rows_in, outcome.stored) == ("invoice_lists", 0, 3, 3)
    first, second = (one.invoice for one in found)
    assert [line.name for line in first.lines] == ["Hours EN", "Hours DE"]
    assert (first.lines[0].quantity, first.lines[0].price, first.lines[0].net) == (
        D("152.75"),
        D("24.125"),
        D("3685.09"),
    )
    assert second.lines[0].price == D("0.333333333")
    assert (first.totals.net, first.totals.tax, first.totals.gross) == (D("3785.09"), D("719.17"), D("4504.26"))
    assert first.totals.payable == D("4504.26")
    assert (first.period.first, first.period.last) == (date(2026, 3, 1), date(2026, 3, 31))
    assert (first.number, first.issued_on, first.currency) == ("A-1", date(2026, 4, 2), "EUR")
    assert first.payment.due_on == date(2026, 5, 2)
    assert {one.partner for one in found} == {"aurora"}
    assert [one.faults() for one in found] == [(), ()]


@pytest.mark.parametrize(("text", "number"), [(GERMAN, "R-1"), (FRENCH, "F-1")], ids=["German", "French"])
def test_columns_and_decimals_of_other_languages_are_told(text: str, number: str, tmp_path: Path) -> None:
    if number == "F-1":
        text = text.replace("25/04/2026", "02/04/2026").replace("02/04/2026", "22/04/2026")
    outcome, found = taken_in(tmp_path, text)
    assert outcome.mapping.settings["decimals"] == COMMA
    assert outcome.exit_code == 0
    assert [(line.quantity, line.price, line.net) for line in found[0].invoice.lines] == [
        (D("152.75"), D("24.125"), D("3685.09")),
        (D(1200), D("0.4"), D(480)),
    ]
    assert found[0].invoice.totals.net == D("4165.09")


def test_numbers_of_a_spreadsheet_are_numbers_whatever_they_look_like(tmp_path: Path) -> None:
    sink = io.BytesIO()
    with xlsxwriter.Workbook(sink, {"in_memory": True}) as book:
        page = book.add_worksheet("Invoice")
        page.write_row(
            0, 0, ["Invoice number", "Invoice date", "Description", "Quantity", "Unit price", "Net amount", "Currency"]
        )
        page.write_row(1, 0, ["X-1", "2026-04-02", "Minutes", 1250, 0.125, 156.25, "EUR"])
        page.write_row(2, 0, ["X-1", "2026-04-02", "Hours", 2.125, 12.125, 25.77, "EUR"])
    outcome, found = taken_in(tmp_path, sink.getvalue(), "billing.xlsx")
    assert outcome.connector == "invoice_lists"
    assert [(line.quantity, line.price) for line in found[0].invoice.lines] == [
        (D(1250), D("0.125")),
        (D("2.125"), D("12.125")),
    ]


def test_a_line_that_is_not_quantity_times_price_and_a_total_that_is_not_its_lines_are_told(tmp_path: Path) -> None:
    wrong = ENGLISH.replace('"3,685.09"', '"3,687.09"').replace("4504.26", "4600.00")
    outcome, found = taken_in(tmp_path, wrong)
    told = [one for one in outcome.findings if one.id == "PEPPOL-EN16931-R120"]
    assert [(one.place.row, one.place.column, one.value, one.count) for one in told] == [
        (2, "net amount", "3687.09", 1)
    ]
    assert told[0].message == "1 line(s) are not quantity x price; the first is 3687.09 for 152.75 x 24.125."
    assert {fault.rule.id for fault in found[0].faults()} == {"PEPPOL-EN16931-R120", "BR-CO-15", "BR-CO-16"}
    assert found[1].faults() == ()


def test_a_number_whose_marks_stand_otherwise_is_refused_not_guessed(tmp_path: Path) -> None:
    outcome, found = taken_in(tmp_path, ENGLISH.replace(",25.00,100.00", ',"25,00",100.00'))
    assert (outcome.exit_code, outcome.rejected, outcome.stored) == (1, 1, 2)
    rejected = next(one for one in outcome.findings if one.id == "TS-I111")
    assert (rejected.place.row, rejected.place.column) == (3, "unit price")
    assert len(found[0].invoice.lines) == 1


def test_a_credit_note_is_told_by_its_word_and_one_below_nothing_is_an_invoice(tmp_path: Path) -> None:
    text = (
        "invoice number,invoice date,document type,description,quantity,unit price,net amount,currency\n"
        "C-1,2026-04-02,Credit note,Late replies,1,250.00,250.00,EUR\n"
        "C-2,2026-04-02,Gutschrift,Doppelte Stunden,-2,25.00,-50.00,EUR\n"
        "C-3,2026-04-02,Invoice,Hours,2,25.00,50.00,EUR\n"
    )
    _, found = taken_in(tmp_path, text)
    assert [(one.invoice.number, one.invoice.is_credit_note, one.invoice.totals.net) for one in found] == [
        ("C-1", True, D(250)),
        ("C-2", False, D(-50)),
        ("C-3", False, D(50)),
    ]


def test_an_invoice_that_comes_again_with_fewer_lines_has_only_those(tmp_path: Path) -> None:
    taken_in(tmp_path, ENGLISH)
    shorter = "".join(line for line in ENGLISH.splitlines(keepends=True) if "Hours DE" not in line)
    outcome, found = taken_in(tmp_path, shorter, as_of=AS_OF + timedelta(hours=1))
    assert outcome.exit_code == 0
    assert [line.name for line in found[0].invoice.lines] == ["Hours EN"]
    assert found[0].invoice.totals.net == D("3685.09")


def test_the_currency_of_a_table_that_names_none_is_said_or_doubted(tmp_path: Path) -> None:
    text = ENGLISH.replace(",EUR,", ",").replace("currency,", "")
    outcome, found = taken_in(tmp_path, text)
    assert any("currency" in doubt for doubt in outcome.mapping.doubts)
    assert found[0].invoice.currency == ""
    other = tmp_path / "other"
    other.mkdir()
    _, told = taken_in(other, text, currency="eur")
    assert told[0].invoice.currency == "EUR"


@pytest.mark.parametrize(
    ("cells", "mark"),
    [
        (["1.250", "0.125"], POINT),
        (["1.250,5"], COMMA),
        (["1,250.5"], POINT),
        (["1.250"], ""),
        (["1,250"], ""),
        (["1,25"], COMMA),
        (["1.25"], POINT),
        (["1.250.000"], COMMA),
        (["1,250,000"], POINT),
        (["1234.567"], POINT),
        (["0,125"], COMMA),
        (["12", "13"], ""),
        ([], ""),
    ],
)
def test_which_mark_parts_decimals_is_told_by_cells_that_can_mean_one_thing_only(cells: list[str], mark: str) -> None:
    assert decimals_of(cells) == mark


@pytest.mark.parametrize(
    ("cell", "mark", "value"),
    [
        ("1,234.5600", POINT, "1234.56"),
        ("1.234,56", COMMA, "1234.56"),
        ("EUR 12.5", POINT, "12.5"),
        ("12,5 €", COMMA, "12.5"),
        ("(12.50)", POINT, "-12.5"),
        ("12.50-", POINT, "-12.5"),
        ("-0.0000000001", POINT, "-0.0000000001"),
        ("0.00000000010000", POINT, "0.0000000001"),
        ("123456789012345678", POINT, "123456789012345678"),
        ("1,5", POINT, None),
        ("1.5", COMMA, None),
        ("12,34.5", POINT, None),
        ("0.00000000001", POINT, None),
        ("1234567890123456789", POINT, None),
        ("1.2.3", POINT, None),
        ("", POINT, None),
        ("abc", POINT, None),
    ],
)
def test_a_number_is_read_to_its_last_digit_or_not_at_all(cell: str, mark: str, value: str | None) -> None:
    import pyarrow as pa

    found = exact_in(pa.array([cell]), mark)[0].as_py()
    assert found == (None if value is None else D(value))


FORINTS = """Rechnungsnummer;Rechnungsdatum;Position;Leistung;Code;Menge;Einheit;Einzelpreis;Nettobetrag;Währung
R2;2026-03-03;1;Calls;A;100;C62;12.500;1.250.000;HUF
R2;2026-03-03;2;Fee;B;1;C62;45.000;45.000;HUF
"""


def test_an_amount_with_two_marks_of_thousands_tells_how_the_others_are_meant(tmp_path: Path) -> None:
    outcome, found = taken_in(tmp_path, FORINTS)
    assert outcome.mapping.settings["decimals"] == COMMA
    assert [line.net for line in found[0].invoice.lines] == [D(1250000), D(45000)]


def test_what_is_no_plain_number_is_refused_and_a_minus_of_any_kind_is_one(tmp_path: Path) -> None:
    rows = ["\u2212100.50", "\u201310.50", "1.2E+05", "20.00 CR", "7:30"]
    lines = [f'S1,2026-03-03,C{at},Credit,1,C62,1.00,"{net}",EUR\n' for at, net in enumerate(rows)]
    head = "invoice number,invoice date,code,item,quantity,unit,unit price,net amount,currency\n"
    outcome, found = taken_in(tmp_path, head + "".join(lines))
    assert [line.net for line in found[0].invoice.lines] == [D("-100.5"), D("-10.5")]
    (refused,) = (one for one in outcome.findings if one.id == "TS-I111")
    assert (outcome.rejected, refused.count, refused.value) == (3, 3, "1.2E+05")


def test_a_very_small_price_of_a_spreadsheet_is_read_to_its_last_digit(tmp_path: Path) -> None:
    sink = io.BytesIO()
    with xlsxwriter.Workbook(sink, {"in_memory": True}) as book:
        page = book.add_worksheet("Invoice")
        page.write_row(
            0, 0, ["Invoice number", "Invoice date", "Description", "Quantity", "Unit price", "Net amount", "Currency"]
        )
        page.write_row(1, 0, ["X-1", "2026-04-02", "Seconds", 12_000_000, 0.00005, 600, "EUR"])
    _, found = taken_in(tmp_path, sink.getvalue(), "billing.xlsx")
    assert [(line.price, line.net) for line in found[0].invoice.lines] == [(D("0.00005"), D(600))]


def test_a_table_of_costs_or_tickets_is_no_invoice(tmp_path: Path) -> None:
    for text in (
        "cost_kind,period_from,period_to,amount,currency,borne_by,invoice_number\nrework,2026-03-01,2026-03-31,1,EUR,client,7\n",
        "ticket_id,created_at,status,description\nT1,2026-03-01,open,hours\n",
        "date,queue,quantity,amount\n2026-03-01,a,1,2\n",
    ):
        path = tmp_path / "a.csv"
        path.write_text(text, encoding="utf-8")
        assert InvoiceLists().recognise(path) == 0.0
