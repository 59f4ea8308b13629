"""Quantities by day from hand-written facts: what is counted, what is nothing, and what is not known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

import pyarrow as pa
import pytest

from tallystick.billing.quantities import DailySource, Tally, adds_up, bare, months_of, request_of
from tallystick.contract.charge import Quantity
from tallystick.contract.model import Contract
from tallystick.measures.example import fact_table
from tallystick.measures.measure import Condition, MeasureRequest, measure_of
from tallystick.vocabulary.period import Period
from tests.billing.by_day import on
from tests.contract.rate_card import contract_with

ZONE = "Europe/Bucharest"
AS_OF = datetime(2026, 7, 1, tzinfo=UTC)
CALLS = MeasureRequest.of("billable_calls", repeat_s=3600)
GERMAN = MeasureRequest.of("billable_calls", Condition.of("language", "is", "de"), repeat_s=3600)
COSTS = MeasureRequest.of("documented_costs", cost="travel")


def call(instant: str, **more: Any) -> dict[str, Any]:
    return {"offered_at": f"{instant}:00Z", "answered_at": f"{instant}:05Z", "ended_at": f"{instant}:50Z", **more}


FACTS: Mapping[str, list[dict[str, Any]]] = {
    "call": [
        call("2026-04-01T10:00"),
        call("2026-04-01T11:00", since_previous_s=60),
        call("2026-04-01T20:59", since_previous_s=60),
        call("2026-04-01T21:00"),
        call("2026-04-02T09:00", talk_s=9, handled=False),
        call("2026-04-30T20:59"),
        call("2026-04-30T21:00", unfinished=True),
        call("2026-04-03T10:00", owner_start="borealis", owner_stop="borealis", partner="borealis"),
        call("2026-06-10T10:00", language="ro"),
    ],
    "cost_line": [{"from_at": "2026-04-05T08:00:00Z", "amount_e4": 1_255_500}],
}


def source(*requests: MeasureRequest, partner: str = "aurora", asked: list[Any] | None = None) -> DailySource:
    def read(names: Iterable[str], month: Period | None) -> dict[str, pa.Table]:
        wanted = list(names)
        if asked is not None:
            asked.append((wanted, None if month is None else month.label))
        return {name: fact_table(name, FACTS[name], zone=ZONE) for name in wanted}

    return DailySource(read, partner, ZONE, AS_OF, lambda _calendar, day: day.weekday() < 5, requests)


def span(begin: str, end: str) -> tuple[date, date]:
    return on(begin), on(end)


APRIL, MAY, JUNE = span("2026-04-01", "2026-05-01"), span("2026-05-01", "2026-06-01"), span("2026-06-01", "2026-07-01")


@pytest.mark.parametrize(
    ("days", "value", "n"),
    [
        (span("2026-04-01", "2026-04-02"), 1, 1),
        (span("2026-04-02", "2026-04-03"), 1, 1),
        (span("2026-04-01", "2026-04-30"), 2, 2),
        (APRIL, 3, 3),
        (span("2026-04-03", "2026-04-30"), 0, 0),
    ],
)
def test_a_call_belongs_to_the_local_day_on_which_it_came(days: tuple[date, date], value: int, n: int) -> None:
    """At 21:00 UTC the next day begins in Bucharest; another partner's call is none of these."""
    found = source().tally(CALLS, (days,))
    assert (found.value, found.n) == (value, n)


def test_rows_left_out_are_added_up_by_their_reason_and_those_that_wait_are_told() -> None:
    """On 1 April two calls came too soon, on the 2nd one was not handled; a call of 1 May, local time, still runs."""
    assert source().tally(CALLS, (APRIL,)).excluded == (("not handled", 1), ("too soon after the last, free", 2))
    assert source().tally(CALLS, (MAY,)).pending == 1
    both = source().tally(CALLS, (APRIL, MAY))
    assert (both.value, both.n, both.pending) == (3, 3, 1)
    twice = (span("2026-04-01", "2026-04-02"), span("2026-04-02", "2026-05-01"))
    assert source().tally(CALLS, twice) == source().tally(CALLS, (APRIL,))


def test_what_is_counted_by_parts_of_a_unit_is_told_in_units() -> None:
    found = source()
    assert found.tally(COSTS, (APRIL,)).value == Fraction("125.55")
    assert found.daily(COSTS, APRIL) == {on("2026-04-05"): Fraction("125.55")}
    assert found.daily(COSTS, span("2026-04-05", "2026-04-06")) == found.daily(COSTS, APRIL)
    assert (
        found.daily(COSTS, span("2026-04-06", "2026-05-01"))
        == found.daily(COSTS, span("2026-04-01", "2026-04-05"))
        == {}
    )


@pytest.mark.parametrize(
    ("request_", "spans", "value"),
    [
        (GERMAN, (JUNE,), 0),
        (GERMAN, (span("2026-02-01", "2026-03-01"),), None),
        (GERMAN, (JUNE, span("2026-02-01", "2026-03-01")), 0),
        (GERMAN, (span("2026-02-01", "2026-06-11"),), 3),
        (COSTS, (span("2026-05-01", "2026-07-01"),), None),
        (COSTS, (), 0),
    ],
)
def test_nothing_is_known_to_be_nothing_where_any_record_of_its_kind_is(
    request_: MeasureRequest, spans: tuple[tuple[date, date], ...], value: int | None
) -> None:
    """In June one call came, in another language; in February nothing at all."""
    assert source().tally(request_, spans).value == value
    together = source(CALLS, GERMAN, COSTS)
    together.tally(CALLS, (APRIL,))
    assert together.tally(request_, spans).value == value


def test_a_figure_of_which_nothing_is_told_rests_on_no_row() -> None:
    bare = Tally(None)
    assert (bare.n, bare.pending, bare.excluded) == (0, 0, ())


def test_another_partner_has_its_own_figures_and_one_without_records_none() -> None:
    assert source(partner="borealis").tally(CALLS, (APRIL,)) == Tally(Fraction(1), 1)
    assert source(partner="cassini").tally(CALLS, (APRIL,)).value is None


def test_a_month_is_read_once_for_all_that_is_asked_and_a_second_one_reads_those_of_all_time() -> None:
    asked: list[Any] = []
    found = source(CALLS, COSTS, asked=asked)
    assert [found.tally(one, (APRIL,)).value for one in (CALLS, COSTS)] == [3, Fraction("125.55")]
    assert asked == [(["call", "cost_line"], "2026-04")]
    assert [found.tally(one, (days,)).value for one in (CALLS, COSTS) for days in (MAY, JUNE, APRIL)] == [
        0, 1, 3, None, None, Fraction("125.55")]  # fmt: skip
    assert asked == [(["call", "cost_line"], "2026-04"), (["call", "cost_line"], None)]
    assert [found.tally(GERMAN, (days,)).value for days in (APRIL, JUNE, MAY)] == [3, 0, 0]
    assert asked[2:] == [(["call"], None)]


def test_what_does_not_add_up_by_days_is_not_counted() -> None:
    share = MeasureRequest.of("service_level")
    assert source().tally(share, (APRIL,)).value is None
    told = {name: adds_up(measure_of(MeasureRequest.of(name)))
            for name in ("offered_calls", "documented_costs", "billable_cases", "service_level", "headcount", "backlog",
                         "people_trained", "occupancy")}  # fmt: skip
    assert [name for name, adding in told.items() if adding] == [
        "offered_calls", "documented_costs", "billable_cases", "people_trained"]  # fmt: skip


def test_a_calendar_is_open_as_its_opening_hours_say() -> None:
    assert [source().is_open("office", on(day)) for day in ("2026-04-03", "2026-04-04")] == [True, False]


@pytest.mark.parametrize(
    ("days", "months"),
    [
        (span("2026-04-01", "2026-05-01"), [(2026, 4)]),
        (span("2026-04-30", "2026-05-02"), [(2026, 4), (2026, 5)]),
        (span("2025-11-30", "2026-02-01"), [(2025, 11), (2025, 12), (2026, 1)]),
        (span("2026-04-15", "2026-04-15"), [(2026, 4)]),
        (span("2026-04-01", "2026-04-01"), []),
    ],
)
def test_a_span_touches_each_month_of_which_it_has_a_day(
    days: tuple[date, date], months: list[tuple[int, int]]
) -> None:
    assert months_of(days) == months


# ---- what a quantity of the text asks for ---------------------------------------------------------------------------


def quantity(**parts: Any) -> Quantity:
    return Quantity.model_validate(parts)


@pytest.fixture(scope="module")
def contract() -> Contract:
    return contract_with()


def test_a_quantity_asks_by_the_days_and_the_partner_of_its_measure_unless_it_says_others(contract: Contract) -> None:
    plain = request_of(contract, quantity(measure="billable_calls"))
    assert plain is not None
    assert (plain.period_rule, plain.attribution, plain.params) == ("created-in", "owner-at-stop", ())
    other = request_of(
        contract, quantity(measure="billable_calls", period_rule="measured-in", attribution="owner-at-start")
    )
    assert other is not None
    assert (other.period_rule, other.attribution) == ("measured-in", "owner-at-start")


def test_parameters_keep_whole_numbers_and_say_all_else_in_words(contract: Contract) -> None:
    """What the measure does not have is left out; the others are in the order of their names."""
    made = request_of(
        contract,
        quantity(
            measure="billable_calls", params={"transfers": True, "repeat_s": "1h", "least_s": 10, "colour": "red"}
        ),
    )
    assert made is not None
    assert made.params == (("least_s", 10), ("repeat_s", 3600), ("transfers", "True"))
    assert type(dict(made.params)["transfers"]) is str


def test_a_measure_that_does_not_exist_is_no_request(contract: Contract) -> None:
    assert request_of(contract, quantity(measure="nothing_known")) is None
    assert request_of(contract, quantity(measure="billable_calls", version=9)) is None


def test_whether_there_are_records_at_all_is_asked_of_everybody(contract: Contract) -> None:
    german: dict[str, Any] = {"for": {"language": "de"}}
    made = request_of(contract, quantity(measure="billable_calls", params={"least_s": 10}, **german))
    assert made is not None
    assert made.population
    assert bare(made) == request_of(contract, quantity(measure="billable_calls"))
