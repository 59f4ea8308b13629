"""What a price per minute counts: each call rounded up, one second on either side of every unit."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.measures.kpi.by_hand import Row, measured


def of(seconds: int, **parts: object) -> Row:
    return {"talk_s": seconds, "hold_s": 0, "wrap_s": 0, **parts}


@pytest.mark.parametrize("unit", [1, 6, 60])
def test_a_call_is_rounded_up_to_full_units(unit: int) -> None:
    for seconds, units in ((0, 0), (1, 1), (unit, 1), (unit + 1, 2), (9 * unit + 1, 10), (10 * unit, 10)):
        assert measured("billable_call_time", [of(seconds)], unit_s=unit).value == units * unit


def test_each_call_is_rounded_for_itself() -> None:
    assert measured("billable_call_time", [of(61), of(59), of(1)], unit_s=60).value == 240


def test_a_short_call_costs_the_least_and_a_call_of_that_length_no_more() -> None:
    for seconds, billed in ((0, 30), (29, 30), (30, 30), (31, 36)):
        assert measured("billable_call_time", [of(seconds)], unit_s=6, least_s=30).value == billed


def test_talk_hold_and_after_work_are_counted_as_asked() -> None:
    rows: list[Row] = [{"talk_s": 100, "hold_s": 20, "wrap_s": 3}]
    found = {
        time: measured("billable_call_time", rows, time=time).value for time in ("talk", "talk_hold", "talk_hold_wrap")
    }
    assert found == {"talk": 100, "talk_hold": 120, "talk_hold_wrap": 123}


def test_calls_inside_the_house_are_nobodys_to_pay_and_outbound_ones_are() -> None:
    rows = [of(60), of(60, direction="outbound"), of(60, direction="internal")]
    value = measured("billable_call_time", rows)
    assert (value.value, value.n, value.excluded) == (120, 2, (("inside the house", 1),))
    assert measured("billable_call_time", rows, direction="outbound").value == 60


def test_a_call_that_still_runs_waits() -> None:
    value = measured("billable_call_time", [of(60, unfinished=True), of(60)])
    assert (value.value, value.pending) == (60, 1)


@settings(deadline=None)
@given(st.lists(st.integers(0, 4000), min_size=1, max_size=20), st.sampled_from([1, 6, 30, 60]), st.integers(0, 120))
def test_rounding_up_never_bills_less_and_less_than_a_unit_more_for_each_call(
    calls: list[int], unit: int, least: int
) -> None:
    value = measured("billable_call_time", [of(seconds) for seconds in calls], unit_s=unit, least_s=least).value
    by_hand = sum(max(-(-seconds // unit) * unit, least) for seconds in calls)
    assert value == Fraction(by_hand)
