"""Hours that the roster planned, and those for which nobody came."""

from __future__ import annotations

from fractions import Fraction

from tests.measures.kpi.floor_days import minutes


def test_work_and_overtime_are_scheduled_time_and_breaks_and_sickness_are_not() -> None:
    """Ana 225 minutes beside her break, Cleo 180, Dan 240 of overtime; Bo became sick, Eva is on leave."""
    value, n = minutes("scheduled_time")
    assert value == Fraction((225 + 180 + 240) * 60)
    assert n == 3


def test_a_no_show_is_work_that_was_planned_for_somebody_whom_no_system_saw() -> None:
    """Cleo never appears; Ana and Dan were seen."""
    assert minutes("scheduled_time", part="no_show") == (Fraction(180 * 60), 3)
