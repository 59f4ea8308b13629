"""A month that still runs: the rest of its days at the pace so far, worked out by hand, and when nothing is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction

import pytest

from tallystick.billing.expected import Order, no_credits
from tallystick.billing.invoice import InvoiceState
from tallystick.billing.pace import PacedSource, accrual, forecast
from tallystick.billing.quantities import Tally
from tallystick.contract.load import load_text
from tallystick.measures.measure import MeasureRequest
from tallystick.verdicts.pace_credits import PaceOfCredits
from tallystick.vocabulary.money import Money, money_of
from tallystick.vocabulary.period import Period
from tests.billing.by_day import RATES, ByDay, on

CALLS = MeasureRequest.of("offered_calls")
MONDAY, FRIDAY = "2026-04-06", "2026-04-10"


def paced(
    told: Mapping[str, int], first: str, until: str, side: int, *spans: tuple[str, str], pending: int = 0
) -> Tally:
    known = ByDay(
        {"offered_calls": {on(day): value for day, value in told.items()}}, pending={"offered_calls": pending}
    )
    source = PacedSource(known, on(first), on(until), side)
    return source.tally(CALLS, tuple((on(begin), on(end)) for begin, end in spans))


FOUR_DAYS = {"2026-04-06": 1, "2026-04-07": 3, "2026-04-08": 1, "2026-04-09": 3}


@pytest.mark.parametrize(("side", "rest"), [(-1, "0.8158"), (0, "6"), (1, "11.1842")])
def test_the_range_is_that_of_daily_ups_and_downs(side: int, rest: str) -> None:
    """Four weekdays, two each on average, one off each day; three more days, Saturday and Sunday as any.

    The spread is 4 / 3 a day, that of three days and of the mean itself 4 / 3 x 3 x (1 + 3 / 4) = 7; its root, 2.645,
    x 1.96 is 5.1842.
    """
    whole = paced(FOUR_DAYS, MONDAY, FRIDAY, side, (MONDAY, "2026-04-13"))
    assert whole.value == 8 + Fraction(rest)
    to_come = paced(FOUR_DAYS, MONDAY, FRIDAY, side, (FRIDAY, "2026-04-13"))
    assert to_come.value == Fraction(rest)
    from_wednesday = paced(FOUR_DAYS, MONDAY, FRIDAY, side, ("2026-04-08", "2026-04-13"))
    assert from_wednesday.value == 4 + Fraction(rest)


def test_no_range_falls_below_nothing_and_one_day_tells_no_spread() -> None:
    """Nought and ten: a mean of 5, a spread of 50, of three days 50 x 3 x 2.5 = 375, root 19.364."""
    two = {"2026-04-07": 10}
    found = [paced(two, MONDAY, "2026-04-08", side, ("2026-04-08", "2026-04-11")).value for side in (-1, 0, 1)]
    assert found == [0, 15, 15 + Fraction("19.364") * Fraction("1.96")]
    one = [paced({MONDAY: 4}, MONDAY, "2026-04-07", side, ("2026-04-07", "2026-04-09")).value for side in (-1, 0, 1)]
    assert one == [8, 8, 8]


@pytest.mark.parametrize(
    ("day", "brings"),
    [("2026-04-16", 10), ("2026-04-17", 10), ("2026-04-18", 4), ("2026-04-19", 4), ("2026-04-20", 10)],
)
def test_saturdays_and_sundays_go_on_as_they_were_and_the_other_days_as_theirs(day: str, brings: int) -> None:
    """Ten on each weekday of two weeks, and on the two weekends 2, 6, 4 and 4."""
    told = {f"2026-04-{number:02}": 10 for number in (1, 2, 3, 6, 7, 8, 9, 10, 13, 14)}
    told |= {"2026-04-04": 2, "2026-04-05": 6, "2026-04-11": 4, "2026-04-12": 4}
    following = on(day).replace(day=on(day).day + 1).isoformat()
    assert paced(told, "2026-04-01", "2026-04-15", 0, (day, following)).value == brings


def test_what_is_projected_waits_for_nothing_and_rests_on_one_row_at_least() -> None:
    over = paced(FOUR_DAYS, MONDAY, FRIDAY, 1, (MONDAY, FRIDAY), pending=3)
    assert (over.value, over.n, over.pending) == (8, 4, 3)
    to_come = paced(FOUR_DAYS, MONDAY, FRIDAY, 0, (MONDAY, "2026-04-13"), pending=3)
    assert (to_come.n, to_come.pending) == (4, 0)
    nothing = paced({}, MONDAY, FRIDAY, 0, (MONDAY, "2026-04-13"), pending=3)
    assert (nothing.value, nothing.n, nothing.pending) == (0, 1, 0)


def test_of_what_no_record_is_known_nothing_is_projected() -> None:
    source = PacedSource(ByDay({}), on(MONDAY), on(FRIDAY), 0)
    assert source.tally(CALLS, ((on(MONDAY), on("2026-04-13")),)).value is None
    assert source.tally(CALLS, ((on(FRIDAY), on("2026-04-13")),)).value is None


def test_a_calendar_is_open_on_days_to_come_as_on_days_that_were() -> None:
    source = PacedSource(ByDay({}, frozenset([on("2026-04-11")])), on(MONDAY), on(FRIDAY), 0)
    assert [source.is_open("office", on(day)) for day in ("2026-04-10", "2026-04-11")] == [True, False]


TEXT = (
    RATES
    + """term: {from: 2026-04-11, to: 2026-05-31}
charges:
  - {id: A, kind: per_unit, rate: 1, quantity: {measure: offered_calls}}
  - {id: B, kind: fixed, amount: 300}
"""
)
EACH_DAY = {date(2026, month, day): 2 for month in (4, 5) for day in range(1, 31)}


def order(month: str) -> Order:
    contract, findings = load_text(TEXT)
    assert contract is not None, findings
    return Order(contract, "aurora", Period.parse(month, "UTC"), datetime(2026, 4, 16, 1, tzinfo=UTC), None)


@pytest.mark.parametrize(
    ("month", "today", "days"),
    [
        ("2026-05", "2026-05-05", None),
        ("2026-05", "2026-05-06", (5, 26)),
        ("2026-05", "2026-05-31", (30, 1)),
        ("2026-05", "2026-06-01", None),
        ("2026-04", "2026-04-15", None),
        ("2026-04", "2026-04-16", (5, 15)),
        ("2026-06", "2026-06-10", None),
    ],
)
def test_a_forecast_is_made_from_the_fifth_day_in_the_term_to_the_last(
    month: str, today: str, days: tuple[int, int] | None
) -> None:
    found = forecast(order(month), ByDay({"offered_calls": EACH_DAY}), on(today))
    assert (None if found is None else (found.days, found.days_left)) == days


def test_an_even_month_is_forecast_as_it_will_be_with_no_range() -> None:
    """Two a day on 20 days in the term, and 20 / 30 of 300."""
    found = forecast(order("2026-04"), ByDay({"offered_calls": EACH_DAY}), on("2026-04-20"))
    assert found is not None
    assert [str(one) for one in (found.least, found.middle.total, found.most)] == ["EUR 240.00"] * 3
    assert found.middle.state is InvoiceState.FORECAST


def test_the_least_and_the_most_lie_around_the_middle() -> None:
    """Two a day, at the weekend 1 and 3, then 2, 1 and 3: a spread of 1, of 15 days to come 15 x (1 + 15 / 5) = 60.

    The root of it, 7.745, x 1.96 is 15.18 on either side of 10 + 30 + 200.
    """
    told = {
        date(2026, 4, 11): 1,
        date(2026, 4, 12): 3,
        date(2026, 4, 13): 2,
        date(2026, 4, 14): 1,
        date(2026, 4, 15): 3,
    }
    found = forecast(order("2026-04"), ByDay({"offered_calls": told}), on("2026-04-16"))
    assert found is not None
    assert str(found.middle.total) == "EUR 240.00"
    assert (str(found.least), str(found.most)) == ("EUR 224.82", "EUR 255.18")


def test_costs_passed_on_are_those_that_are_documented_and_bring_no_more() -> None:
    """90 of the first day, and 7 that are booked for the 28th already; calls go on, and a tenth comes on top."""
    text = TEXT.partition("charges:")[0] + (
        "charges:\n"
        "  - {id: A, kind: per_unit, rate: 1, quantity: {measure: offered_calls}}\n"
        "  - {id: T, kind: pass_through, costs: travel, mark_up: 10%}\n"
    )
    contract, findings = load_text(text)
    assert contract is not None, findings
    source = ByDay({"offered_calls": EACH_DAY, "documented_costs": {on("2026-04-11"): 90, on("2026-04-28"): 7}})
    found = forecast(replace(order("2026-04"), contract=contract), source, on("2026-04-20"))
    assert found is not None
    assert {line.charge: str(line.amount) for line in found.middle.lines} == {"A": "EUR 40.00", "T": "EUR 106.70"}
    assert (found.least, found.most) == (found.middle.total, found.middle.total)


def test_price_adjustments_are_taken_on_the_fee_that_each_of_the_invoices_comes_to() -> None:
    """Ten per cent of the calls, at most twenty: of 40 to 70.36 in April, at the pace of the range above."""
    text = TEXT + "billing: {fees: {monthly: {charges: [A], base: before-discount}}}\nfees: {monthly: {amount: 9000}}\n"
    contract, findings = load_text(text)
    assert contract is not None, findings
    told = {date(2026, 4, 10 + number): value for number, value in enumerate((1, 3, 2, 1, 3), start=1)}

    def ahead(fees: Mapping[str, Money]) -> PaceOfCredits:
        tenth = money_of(Fraction(fees["monthly"].amount) / 10, "EUR")
        return PaceOfCredits(tenth, Money.zero("EUR"), tenth + tenth)

    found = forecast(
        replace(order("2026-04"), contract=contract), ByDay({"offered_calls": told}), on("2026-04-16"), ahead
    )
    assert found is not None
    middle = found.middle
    assert (str(dict(middle.fees)["monthly"]), str(middle.credits_total)) == ("EUR 40.00", "EUR -4.00")
    assert (str(found.least), str(middle.total), str(found.most)) == ("EUR 219.86", "EUR 236.00", "EUR 255.18")


@pytest.mark.parametrize(
    ("today", "total"), [("2026-05-01", None), ("2026-05-02", "EUR 11.68"), ("2026-05-31", "EUR 350.32")]
)
def test_an_accrual_is_of_the_days_that_are_over_and_there_is_none_before(today: str, total: str | None) -> None:
    """Two calls a day, and for each day a 31st of 300."""
    found = accrual(order("2026-05"), ByDay({"offered_calls": EACH_DAY}), on(today), no_credits)
    assert (None if found is None else str(found.total)) == total
    assert found is None or (found.state, found.end_on) == (InvoiceState.ACCRUAL, on(today))
