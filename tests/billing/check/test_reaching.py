"""A line of several months: it is counted once, in the month of its first day, and claimed in none for the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from tallystick.billing.check.checking import Given, check_invoice
from tallystick.billing.check.reaching import Reaching
from tallystick.billing.check.received import Document, month_billed, told_by
from tallystick.billing.check.value import Favours, InvoiceCheck
from tallystick.billing.expected import Order
from tallystick.contract.model import Contract
from tallystick.cost.received import billed_lines
from tallystick.invoices.value import Period as Days
from tallystick.vocabulary.period import Period
from tests.billing.by_day import ByDay
from tests.billing.check.papers import L, paper
from tests.billing.test_expected import contract_of

TEXT = """
charges:
  - {id: FIX, kind: fixed, title: Fee, amount: 1000}
  - {id: HOURS, kind: per_hour, title: Hours, rate: 20, hours: {measure: login_time}}
"""
QUARTER = ("2026-01-01", "2026-03-31")
MONTHS = ("2026-01", "2026-02", "2026-03")
LATE = datetime(2030, 1, 1, tzinfo=UTC)


def made() -> Contract:
    return contract_of(TEXT)


def checked(month: str, *documents: Document, hours: Sequence[int] = (), as_of: datetime = LATE) -> InvoiceCheck:
    """A month of the quarter; `hours` are those of January, February and March, each on the first day."""
    contract = made()
    order = Order(contract, "aurora", Period.parse(month, contract.zone), as_of, None)
    counted = {date.fromisoformat(f"{name}-01"): many * 3600 for name, many in zip(MONTHS, hours, strict=False)}
    found = check_invoice(Given(order, ByDay({"login_time": counted}), documents))
    assert found.closes
    return found


def sent(*lines: L, number: str = "Q-1", days: tuple[str, str] = QUARTER) -> Document:
    told = paper(number, "2026-01", lines, rate=None)
    return replace(told, invoice=replace(told.invoice, period=Days(*map(date.fromisoformat, days))))


def told(found: InvoiceCheck) -> list[tuple[str, str, Decimal]]:
    return [(line.id, one.cause, one.amount.amount) for line, one in found.differences]


def quarter(*documents: Document, **more: object) -> list[list[tuple[str, str, Decimal]]]:
    return [told(checked(month, *documents, **more)) for month in MONTHS]  # type: ignore[arg-type]


def fee(net: str, days: tuple[str, str] | None = QUARTER) -> L:
    return L("FIX", net=net, days=days)


def beyond(amount: int, charge: str = "FIX") -> tuple[str, str, Decimal]:
    return charge, "beyond_month", Decimal(amount)


@pytest.mark.parametrize("days", [QUARTER, None])
def test_a_fee_of_three_months_is_counted_once_and_claimed_in_none(days: tuple[str, str] | None) -> None:
    """3,000 for 1,000 a month, with the days on the line or on the document alone."""
    document = sent(fee("3000", days))
    assert quarter(document) == [[beyond(2000)], [beyond(-1000)], [beyond(-1000)]]
    found = [checked(month, document) for month in MONTHS]
    assert [str(one.billed_total) for one in found] == ["EUR 3,000.00", "EUR 0.00", "EUR 0.00"]
    for one in found:
        assert {side: money.amount for side, money in one.in_favour.items()} == {
            Favours.PARTNER: 0, Favours.CLIENT: 0,
        }  # fmt: skip
        assert [each.favours for _, each in one.differences] == [Favours.NOBODY]


def test_what_is_beyond_the_cost_of_all_its_months_is_claimed_in_the_first() -> None:
    assert quarter(sent(fee("3000.01")))[0] == [beyond(2000), ("FIX", "rounding", Decimal("0.01"))]
    assert quarter(sent(fee("3300"))) == [
        [beyond(2000), ("FIX", "unexplained", Decimal(300))], [beyond(-1000)], [beyond(-1000)],
    ]  # fmt: skip


def test_what_is_below_the_cost_of_all_its_months_is_told_in_the_last() -> None:
    assert quarter(sent(fee("2900"))) == [
        [beyond(1900)], [beyond(-1000)], [beyond(-900), ("FIX", "unexplained", Decimal(-100))],
    ]  # fmt: skip
    assert quarter(sent(fee("900"))) == [
        [("FIX", "unexplained", Decimal(-100))], [("FIX", "not_billed", Decimal(-1000))],
        [("FIX", "not_billed", Decimal(-1000))],
    ]  # fmt: skip


def test_quantity_and_price_of_three_months_are_not_held_against_one() -> None:
    line = L("FIX", "3", "MON", "1000", days=QUARTER)
    assert quarter(sent(line)) == [[beyond(2000)], [beyond(-1000)], [beyond(-1000)]]


def test_a_team_billed_by_the_quarter_and_another_by_the_month_are_right_together() -> None:
    """Twenty hours a month: ten of them billed for the quarter, ten each month."""
    month_lines = [sent(L("HOURS", "10", "HUR", "20"), number=f"M-{name}", days=(f"{name}-01", f"{name}-28"))
                   for name in MONTHS]  # fmt: skip
    whole = sent(fee("3000"), L("HOURS", "30", "HUR", "20", days=QUARTER))
    assert quarter(whole, *month_lines, hours=(20, 20, 20)) == [
        [beyond(2000), beyond(400, "HOURS")],
        [beyond(-1000), beyond(-200, "HOURS")],
        [beyond(-1000), beyond(-200, "HOURS")],
    ]


def test_equal_lines_of_a_quarter_are_doubles_only_beyond_what_the_quarter_costs() -> None:
    team = L("HOURS", "30", "HUR", "20", days=QUARTER)
    right = sent(fee("3000"), team, replace(team, name="Team B"))
    assert quarter(right, hours=(20, 20, 20))[0] == [beyond(2000), beyond(800, "HOURS")]
    twice = quarter(right, hours=(10, 10, 10))
    assert twice[0] == [beyond(2000), ("HOURS", "duplicate_line", Decimal(600)), beyond(400, "HOURS")]


def test_a_month_that_is_billed_in_full_besides_is_a_finding() -> None:
    again = sent(fee("1000", None), number="M-2", days=("2026-02-01", "2026-02-28"))
    documents = sent(fee("3000")), again
    assert quarter(*documents) == [[beyond(2000)], [], [beyond(-1000)]]
    found = [[one.id for one in checked(month, *documents).findings] for month in MONTHS]
    assert ["TS-P014" in one for one in found] == [False, True, False]


@pytest.mark.parametrize(("as_of", "moved"), [("2026-02-28T21:00:00+00:00", 680), ("2026-03-31T21:00:00+00:00", 400)])
def test_what_later_months_cost_is_not_known_before_they_are_over(as_of: str, moved: int) -> None:
    """Ten hours a month at 20.00, billed at 880.00: of months that still run all of it is left to their checks."""
    document = sent(fee("3000"), L("HOURS", net="880", days=QUARTER))
    january = checked("2026-01", document, hours=(10, 10, 10), as_of=datetime.fromisoformat(as_of))
    assert told(january)[1] == beyond(moved, "HOURS")


def test_days_that_end_within_a_month_leave_what_is_beyond_to_the_other_checks() -> None:
    half = sent(fee("1500", ("2026-01-01", "2026-02-14")), days=("2026-01-01", "2026-02-28"))
    assert told(checked("2026-01", half)) == [beyond(500)]
    assert told(checked("2026-02", half)) == [beyond(-500), ("FIX", "unexplained", Decimal(-500))]


def test_a_credit_note_of_the_quarter_takes_all_of_it_back() -> None:
    note = paper("C-1", "2026-01", [fee("3000")], rate=None, kind="381")
    note = replace(note, invoice=replace(note.invoice, period=Days(*map(date.fromisoformat, QUARTER))))
    assert quarter(sent(fee("3000")), note) == [
        [("FIX", "unexplained", Decimal(-1000))], [("FIX", "not_billed", Decimal(-1000))],
        [("FIX", "not_billed", Decimal(-1000))],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("days", "month"),
    [
        (("2026-01-31", "2026-02-01"), "2026-01"),
        (("2026-02-01", "2026-03-31"), "2026-02"),
        (("2025-12-31", "2026-01-02"), "2026-01"),
        (("2026-04-01", "2026-04-02"), "2026-03"),
    ],
)
def test_a_line_is_of_the_month_of_its_first_day_among_those_of_its_document(days: tuple[str, str], month: str) -> None:
    (line,) = told_by(sent(fee("1", days)))
    assert month_billed(line) == date.fromisoformat(f"{month}-01")


def test_costs_put_a_line_of_several_months_where_its_check_does() -> None:
    """Lines of a quarter's document, for all of it, for its second month on, and without days of their own."""
    document = sent(fee("3000"), fee("2000", ("2026-02-01", "2026-03-31")), fee("3000", None))
    assert [day for day, _ in billed_lines(document, "line", [])] == [month_billed(one) for one in told_by(document)]


# ---- whole invoices of several months -------------------------------------------------------------------------------


def test_an_invoice_of_a_quarter_that_comes_twice_is_claimed_once_and_whole() -> None:
    """Q-2 is Q-1 again under another number; it is claimed in January, and nothing of it in the other months."""
    documents = sent(fee("3000", None)), sent(fee("3000", None), number="Q-2")
    again = ("Q-2", "duplicate_invoice", Decimal(3000))
    assert quarter(*documents) == [[beyond(2000), again], [beyond(-1000)], [beyond(-1000)]]
    found = [checked(month, *documents) for month in MONTHS]
    assert [str(one.billed_total) for one in found] == ["EUR 6,000.00", "EUR 0.00", "EUR 0.00"]


@pytest.mark.parametrize(
    ("first", "month"), [("2025-12-01", "2026-01"), ("2026-01-01", "2026-01"), ("2026-02-01", "2026-02")]
)
def test_an_invoice_that_comes_twice_is_claimed_in_its_first_month_of_the_term(first: str, month: str) -> None:
    """The term begins in January 2026, so nothing can be claimed in December."""
    days = (first, "2026-03-31")
    documents = [sent(fee("3000", None), number=number, days=days) for number in ("Q-1", "Q-2")]
    claimed = [name for name in ("2025-12", *MONTHS)
               if "duplicate_invoice" in [cause for _, cause, _ in told(checked(name, *documents))]]  # fmt: skip
    assert claimed == [month]


# ---- days that cannot be --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("days", [("0202-03-01", "2026-03-31"), ("2026-03-01", "9999-12-31")])
def test_an_invoice_of_days_that_cannot_be_bills_the_month_before_its_issue_and_says_so(days: tuple[str, str]) -> None:
    """The fee of March, issued on 3 April; the year of one end is a slip of the pen."""
    document = paper("M-3", "2026-03", [fee("1000", days)], rate=None)
    document = replace(document, invoice=replace(document.invoice, period=Days(*map(date.fromisoformat, days))))
    assert quarter(document) == [[], [], []]
    assert [checked(month, document).checked for month in MONTHS] == [False, False, True]
    (finding,) = [one for one in checked("2026-03", document).findings if one.id == "TS-P005"]
    assert f"M-3 tells a period that cannot be, {days[0]} to {days[1]}: it is taken to bill 2026-03" in finding.message
    assert [day for day, _ in billed_lines(document, "line", [])] == [date(2026, 3, 1)]


@pytest.mark.parametrize("days", [(None, "2026-03-31"), ("2026-03-01", None)])
def test_an_invoice_of_one_day_alone_is_told_to_tell_no_period(days: tuple[str | None, str | None]) -> None:
    ends = Days(*(None if day is None else date.fromisoformat(day) for day in days))
    document = paper("M-3", "2026-03", [fee("1000", None)], rate=None)
    found = checked("2026-03", replace(document, invoice=replace(document.invoice, period=ends)))
    assert [one.message.partition(":")[0] for one in found.findings] == ["M-3 tells no period"]


@pytest.mark.parametrize(
    ("first", "end", "cost", "drawn_up"),
    [
        ("0202-03-01", "2026-01-01", 0, 0),
        ("0202-03-01", "2026-02-01", 1000, 1),
        ("2025-12-01", "2026-03-01", 2000, 2),
        ("2027-06-01", "9999-12-01", 1000, 1),
        ("2027-07-01", "2027-09-01", 0, 0),
    ],
)
def test_no_month_is_drawn_up_outside_the_term(first: str, end: str, cost: int, drawn_up: int) -> None:
    """The term runs from January 2026 to June 2027."""
    contract = made()
    order = Order(contract, "aurora", Period.parse("2026-01", contract.zone), LATE, None)
    reaching = Reaching(order, ByDay({"login_time": {}}), "EUR")
    assert reaching.cost("FIX", date.fromisoformat(first), date.fromisoformat(end)) == cost
    assert len(reaching._workings) == drawn_up
