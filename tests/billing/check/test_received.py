"""Documents as the check sees them: signs, allowances of lines, and the month that is billed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from tallystick.billing.check import received
from tallystick.billing.check.linked import linked
from tallystick.billing.check.received import (
    BY_ISSUE,
    BY_LINES,
    BY_PERIOD,
    BY_REFERENCE,
    Document,
    month_billed,
    month_of,
    of_month,
    told_by,
)
from tallystick.invoices.value import Allowance, Line, Period
from tests.billing.check.papers import L, Off, paper

LINES = (L("A", "10", "HUR", "5"),)


def with_line(document: Document, **parts: object) -> Document:
    (line,) = document.invoice.lines
    return replace(document, invoice=replace(document.invoice, lines=(replace(line, **parts),)))  # type: ignore[arg-type]


def test_amounts_and_quantities_of_a_credit_note_are_below_zero() -> None:
    note = paper("C-1", "2026-04", LINES, [Off("D1", "2")], kind="381")
    line, off = told_by(note)
    assert (line.quantity, line.net, off.net) == (-10, -50, 2)
    assert (note.total, note.tax) == (Fraction("-57.12"), Fraction("-9.12"))


def test_what_a_line_takes_off_itself_is_told_apart_from_it() -> None:
    """The norm has the line at 45.00; it is ten hours of 5.00 less 5.00 for a reason of its own."""
    document = with_line(paper("A-1", "2026-04", LINES), net=Decimal(45),
                         allowances=(Allowance(charge=False, amount=Decimal(5), reason="D1"),))  # fmt: skip
    line, off = told_by(document)
    assert (line.net, off.net, off.text, off.allowance) == (50, -5, "D1", True)


def test_a_price_for_several_units_is_told_for_one() -> None:
    document = with_line(paper("A-1", "2026-04", LINES), price=Decimal(500), base_quantity=Decimal(100))
    assert told_by(document)[0].price == 5


def test_an_added_charge_of_a_document_is_above_zero() -> None:
    assert told_by(paper("A-1", "2026-04", LINES, [Off("handling", "-3")]))[1].net == 3


@pytest.mark.parametrize(
    ("issued", "month"), [("0001-01-01", (1, 1)), ("0001-02-01", (1, 1)), ("2026-01-03", (2025, 12))]
)
def test_a_document_of_the_first_month_that_there_is_bills_no_month_before_it(
    issued: str, month: tuple[int, int]
) -> None:
    found = of_month([paper("A-0", "2026-04", LINES, issued=issued, told_period=False)], date(*month, 1))
    assert [one.name for one, _ in found] == ["A-0"]


def test_the_month_is_that_of_the_period_else_of_the_lines_else_the_one_before_the_day_of_issue() -> None:
    april = (date(2026, 4, 1),)
    assert month_of(paper("A-1", "2026-04", LINES)) == (april, BY_PERIOD)
    by_lines = paper("A-1", "2026-04", [L("A", "1", days=("2026-04-03", "2026-04-20"))], told_period=False)
    assert month_of(by_lines) == (april, BY_LINES)
    assert month_of(paper("A-1", "2026-04", LINES, told_period=False)) == (april, BY_ISSUE)


def test_a_document_of_two_months_bills_both() -> None:
    lines = [L("A", "1", days=("2026-03-16", "2026-03-31")), L("A", "1", days=("2026-04-01", "2026-04-15"))]
    both = paper("A-1", "2026-04", lines, told_period=False)
    assert month_of(both)[0] == (date(2026, 3, 1), date(2026, 4, 1))
    assert [one.name for one, _ in of_month([both], date(2026, 3, 1))] == ["A-1"]
    assert of_month([both], date(2026, 5, 1)) == []


def test_a_line_of_no_price_and_no_amount_bills_nothing() -> None:
    document = with_line(paper("A-1", "2026-04", LINES), net=None, price=None)
    assert told_by(document)[0].net == 0


def test_lines_are_as_they_are_written() -> None:
    document = replace(paper("A-1", "2026-04", LINES), key=7)
    document = replace(document, invoice=replace(document.invoice, lines=(Line(id="", seller_item="X", name="Y"),)))
    assert (told_by(document)[0].ref, told_by(document)[0].names) == ("A-1 line 1", ("X",))


# ---- days that cannot be --------------------------------------------------------------------------------------------


def of_days(first: str, last: str) -> Document:
    """A document of these days, issued on 3 April 2026; its line tells none."""
    told = paper("A-1", "2026-03", LINES)
    return replace(told, invoice=replace(told.invoice, period=Period(*map(date.fromisoformat, (first, last)))))


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        ("0202-03-01", "2026-03-31", 0),
        ("1026-03-01", "2026-03-31", 0),
        ("2026-03-01", "9999-12-31", 0),
        ("9998-01-01", "9999-01-01", 0),
        ("9998-01-01", "9998-12-31", 12),
        ("2016-03-31", "2026-03-31", 0),
        ("2016-04-01", "2026-03-31", 120),
        ("2016-04-02", "2026-04-01", 121),
        ("2026-03-31", "2026-03-30", 0),
        ("2026-03-31", "2026-03-31", 1),
    ],
)
def test_days_that_cannot_be_are_as_good_as_not_told(first: str, last: str, months: int) -> None:
    """More than ten years, an end before its beginning, or one in the last year that there is."""
    found, by = month_of(of_days(first, last))
    assert (len(found), by) == ((months, BY_PERIOD) if months else (1, BY_ISSUE))
    if not months:
        assert found == (date(2026, 3, 1),)
    line = with_line(of_days("2026-03-01", "2026-03-31"), period=Period(*map(date.fromisoformat, (first, last))))
    assert (told_by(line)[0].span is None) is (months == 0)


def test_the_days_of_lines_stand_where_those_of_the_document_cannot_be() -> None:
    day = date(2026, 2, 3)
    assert month_of(with_line(of_days("0202-02-01", "2026-02-28"), period=Period(day, day))) == (
        (date(2026, 2, 1),),
        BY_LINES,
    )


def test_lines_that_lie_more_than_ten_years_apart_tell_no_days_together() -> None:
    lines = [L("A", "1", days=("0202-03-01", "0202-03-31")), L("A", "1", days=("2026-03-01", "2026-03-31"))]
    document = paper("A-1", "2026-03", lines, told_period=False)
    assert month_of(document) == ((date(2026, 3, 1),), BY_ISSUE)
    assert [month_billed(one) for one in told_by(document)] == [date(2026, 3, 1)] * 2


def test_invoices_that_lie_more_than_ten_years_apart_tell_no_days_to_the_note_that_names_both() -> None:
    """The credit note of 3 April names an invoice of March 2026 and one of March 0202, or that of February."""
    march, february = paper("A-1", "2026-03", LINES), paper("A-0", "2026-02", LINES)
    slip = replace(february, invoice=replace(february.invoice, period=Period(date(202, 3, 1), date(202, 3, 31))))
    note = paper("C-1", "2026-03", LINES, kind="381", told_period=False, names=["A-0", "A-1"])
    assert month_of(linked([slip, march, note])[2]) == ((date(2026, 3, 1),), BY_ISSUE)
    assert month_of(linked([february, march, note])[2]) == ((date(2026, 2, 1), date(2026, 3, 1)), BY_REFERENCE)


def test_the_months_of_a_document_are_told_once_for_all_its_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    document = paper("A-1", "2026-03", [L("A", "1")] * 50, issued="2026-04-03")
    called = []
    monkeypatch.setattr(received, "first_of", lambda *given: called.append(given) or date(2026, 3 + len(given) - 1, 1))
    assert {month_billed(one) for one in told_by(document)} == {date(2026, 3, 1)}
    assert len([one for one in called if len(one) == 2]) == 1
