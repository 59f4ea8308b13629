"""In how many half hours enough agents were there."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from tallystick.vocabulary.measure_value import MeasureValue
from tests.measures.kpi.on_intervals import measured


def staffing(*rows: dict[str, Any], **more: Any) -> MeasureValue:
    return measured("interval_staffing", "staffing_interval", *rows, **more)


FULL = {"required_s": 7200, "worked_s": 7200}
MORE = {"required_s": 7200, "worked_s": 14_400}
LESS = {"required_s": 7200, "worked_s": 6840, "scheduled_s": 7200, "needed_s": 5400}


def test_too_many_agents_are_enough_and_do_not_count_double() -> None:
    """Line adherence (K53) of the same rows is 1 - 7,560 / 21,600."""
    value = staffing(FULL, MORE, LESS)
    assert (value.value, value.n) == (Fraction(2, 3), 3)


def test_a_small_shortage_can_be_forgiven() -> None:
    assert staffing(LESS, percent=95).value == 1
    assert staffing(LESS, percent=96).value == 0


def test_a_short_roster_and_a_true_need_are_other_questions() -> None:
    assert staffing(LESS, actual="scheduled").value == 1
    assert staffing(LESS, against="needed").value == 1


def test_half_hours_that_required_nobody_or_nothing_known_are_left_out() -> None:
    value = staffing(FULL, {"required_s": 0}, {"required_s": None}, {"worked_s": None})
    assert (value.value, value.n) == (1, 1)
    assert value.excluded == (("agents not known", 1), ("no requirement", 1), ("nobody required", 1))
