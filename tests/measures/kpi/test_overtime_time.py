"""Overtime that was called."""

from __future__ import annotations

from fractions import Fraction

from tests.measures.kpi.floor_days import minutes


def test_overtime_is_what_the_roster_names_so() -> None:
    """Dan's four hours."""
    assert minutes("overtime_time") == (Fraction(240 * 60), 1)
