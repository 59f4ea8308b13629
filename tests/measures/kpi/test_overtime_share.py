"""Overtime of the scheduled work."""

from __future__ import annotations

from fractions import Fraction

from tests.measures.kpi.floor_days import minutes


def test_it_is_overtime_of_the_roster_not_time_worked_longer() -> None:
    """Dan's 240; Ana's 225 and Cleo's 180 are regular."""
    assert minutes("overtime_share") == (Fraction(240, 225 + 180 + 240), 3)
