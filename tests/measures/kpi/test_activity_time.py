"""Time off the phone, by name."""

from __future__ import annotations

from fractions import Fraction

from tests.measures.kpi.by_hand import measured
from tests.measures.kpi.floor_days import minutes


def test_a_break_is_as_long_as_it_was_taken_or_as_it_was_planned() -> None:
    assert minutes("activity_time", activity="break") == (Fraction(25 * 60), 1)
    assert minutes("activity_time", activity="break", source="planned") == (Fraction(15 * 60), 1)


def test_a_system_that_is_down_is_no_activity_of_a_plan() -> None:
    rows = [{"system_down_s": 600}]
    for source in ("states", "planned"):
        assert measured("activity_time", rows, activity="system_down", source=source).value == 600
