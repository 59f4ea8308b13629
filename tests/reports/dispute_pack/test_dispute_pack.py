"""The dispute pack: both forms say what the check says, sums close, and no cell is a formula that somebody sent."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from decimal import Decimal
from functools import cache
from io import BytesIO
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from tallystick.billing.check.value import InvoiceCheck
from tallystick.reports.dispute_pack import Contest, pack_of, write_pdf, write_xlsx
from tallystick.reports.dispute_pack.pdf import page_of
from tallystick.vocabulary.money import Money
from tests.billing.check.test_reaching import checked as of_month
from tests.billing.check.test_reaching import fee, sent
from tests.billing.planted.bills import bill, row
from tests.billing.planted.of_calls import repeats_and_transfers_too, the_bank_not_drawn
from tests.billing.planted.sent import checked, document

EVIL = '=HYPERLINK("http://evil.example","+Weekend fee")'


@cache
def check() -> InvoiceCheck:
    """March of the calls: free contacts, a bank that was not drawn, a line of nobody's, and no price adjustment."""
    first = repeats_and_transfers_too(bill("calls", "2026-03"))
    assert first is not None
    second = the_bank_not_drawn(first.bill)
    assert second is not None
    wrong = second.bill.more(replace(row("@SUM(A1)", 1, "C62", "99.5"), name=EVIL))
    return checked("calls", "2026-03", [document(wrong)])


@cache
def cells(name: str) -> tuple[tuple[Any, ...], ...]:
    book = CalamineWorkbook.from_filelike(BytesIO(write_xlsx(check())))
    return tuple(tuple(one) for one in book.get_sheet_by_name(name).to_python())


def exact(value: float) -> Decimal:
    """A spreadsheet's number as the cents that it stands for."""
    return Decimal(str(value)).quantize(Decimal("0.01"))


def test_the_workbook_has_every_difference_with_its_amounts() -> None:
    head, *rows, last = cells("Differences")
    at = {name: place for place, name in enumerate(head)}
    told = [(one[at["Line"]], exact(one[at["Difference"]]), one[at["Records"]]) for one in rows]
    assert told == [(line.id, one.amount.amount, one.row_count) for line, one in check().differences]
    assert exact(last[at["Difference"]]) == check().difference.amount


def test_the_sums_of_the_workbook_are_those_of_the_check_and_close() -> None:
    sums = {str(one[0]): one[1] for one in cells("Sums")}
    assert exact(sums["Billed"]) - exact(sums["Expected"]) == exact(sums["Difference"]) == exact(sums["Disputed"])
    assert exact(sums["Billed"]) == check().billed_total.amount
    both = exact(sums["In favour of the partner"]) + exact(sums["In favour of the client"])
    assert both == exact(sums["Disputed"])


def test_the_workbook_lists_every_record_with_what_it_brings_to_either_side() -> None:
    _, *rows = cells("Records")
    assert len(rows) == sum(one.row_count for _, one in check().differences)
    assert {(one[1], one[6], one[7]) for one in rows} == {("CALL", 0.0, 1.0)}


def test_both_forms_tell_who_is_against_the_bill_and_who_against_the_check() -> None:
    euro = check().lines[0].difference.currency
    contests = (
        Contest("Calls", "Lumen Home", "bill", Money(Decimal("56.00"), euro), "open"),
        Contest("Lines", "Aurora", "check", Money(Decimal("9.00"), euro), "partly accepted", Money(Decimal(4), euro)),
    )
    told = (
        f"Calls, {euro} 56.00: Lumen Home against the bill, open; "
        f"Lines, {euro} 9.00: Aurora against the check, partly accepted, {euro} 4.00 agreed"
    )
    assert ["Disputes", told] in page_of(pack_of(check(), contests=contests))["facts"]
    book = CalamineWorkbook.from_filelike(BytesIO(write_xlsx(check(), contests=contests)))
    assert ["Disputes", told] in [row[:2] for row in book.get_sheet_by_name("Sums").to_python()]
    assert "Disputes" not in dict(page_of(pack_of(check()))["facts"])


def test_page_and_workbook_say_the_same_figures() -> None:
    page = page_of(pack_of(check()))
    head, *rows, _ = cells("Differences")
    at = {name: place for place, name in enumerate(head)}
    for item, one in zip(page["items"], rows, strict=True):
        for key, column in (("amount", "Difference"), ("billed", "Billed"), ("expected", "Expected")):
            shown = one[at[column]]
            assert item[key] == (f"EUR {exact(shown):,.2f}" if isinstance(shown, float) else shown)
        assert (item["says"], item["inserted"]) == (one[at["Explanation"]], one[at["With numbers"]])


def test_no_text_of_a_partner_is_a_formula_or_a_link() -> None:
    with zipfile.ZipFile(BytesIO(write_xlsx(check()))) as book:
        names = book.namelist()
        sheets = [book.read(name).decode() for name in names if "worksheets/sheet" in name]
    formulas = [found for sheet in sheets for found in re.findall(r"<f>(.*?)</f>", sheet)]
    assert len(formulas) == 1
    assert re.fullmatch(r"SUM\(H2:H\d+\)", formulas[0])
    assert not any("<hyperlink" in sheet for sheet in sheets)
    assert any(EVIL in str(cell) for one in cells("Differences") for cell in one)


def test_both_forms_are_the_same_bytes_again() -> None:
    assert write_xlsx(check()) == write_xlsx(check())


def test_a_pack_of_some_lines_says_what_it_leaves_out() -> None:
    pack = pack_of(check(), ["charge:CALL"])
    assert [one.line.id for one in pack.items] == ["CALL"]
    assert pack.disputed + pack.others == check().difference
    assert dict(pack.sums)["Not disputed"] == pack.others


def test_the_words_of_the_contract_are_in_the_pack() -> None:
    told = page_of(pack_of(check()))["clauses"]
    assert "A call within 1 day of the customer's last about the same issue is free." in told[0]["words"]


def test_the_paper_shows_every_figure_that_the_workbook_has() -> None:
    pytest.importorskip("typst", reason="the compiler of documents on paper is not installed")
    pypdf = pytest.importorskip("pypdf", reason="the program that reads PDF back is not installed")
    made = write_pdf(check())
    assert made == write_pdf(check())
    text = " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(made)).pages).split())
    for line, one in check().differences:
        assert f"{one.amount}" in text, line.key
        for amount in (line.billed, line.expected):
            assert amount is None or str(amount) in text, line.key
    for name, amount in pack_of(check()).sums:
        assert f"{name} {amount}" in text


def test_what_only_moves_between_months_is_not_disputed_unless_its_line_is_asked_for() -> None:
    """3,300.00 for a quarter that costs 3,000.00: 2,000.00 of it is for February and March."""
    january = of_month("2026-01", sent(fee("3300")))
    pack = pack_of(january)
    assert [(one.difference.cause, one.difference.amount.amount) for one in pack.items] == [("unexplained", 300)]
    assert (pack.disputed.amount, pack.others.amount, january.difference.amount) == (300, 2000, 2300)
    assert [one.difference.cause for one in pack_of(january, ["charge:FIX"]).items] == ["beyond_month", "unexplained"]
    assert [one.cause for _, one in january.claims] == ["unexplained"]
    assert of_month("2026-02", sent(fee("3300"))).claims == ()
