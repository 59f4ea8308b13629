"""How much of the contracted time somebody was there."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from tallystick.vocabulary.measure_value import MeasureValue
from tests.measures.kpi.on_intervals import measured


def coverage(*rows: dict[str, Any], **more: Any) -> MeasureValue:
    return measured("coverage_of_contracted_hours", "coverage", *rows, **more)


def test_a_change_of_shift_is_forgiven_and_a_quarter_that_nobody_opened_is_not() -> None:
    rows = ({"staffed_s": 870}, {"staffed_s": 300})
    assert coverage(*rows).value == Fraction(1, 2)
    assert coverage(*rows, percent=100).value == 0


def test_by_seconds_each_second_weighs_the_same() -> None:
    rows = ({"staffed_s": 870}, {"contracted_s": 300, "staffed_s": 300})
    value = coverage(*rows, statistic="seconds")
    assert (value.value, value.n, value.kind) == (Fraction(1170, 1200), 2, "mean")


def test_a_part_of_an_interval_that_is_contracted_is_held_against_that_part() -> None:
    assert coverage({"contracted_s": 300, "staffed_s": 270}).value == 1
