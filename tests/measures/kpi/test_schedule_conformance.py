"""How much was worked, whenever it was."""

from __future__ import annotations

from fractions import Fraction

from tests.measures.kpi.floor_days import minutes


def test_too_much_of_one_makes_up_for_too_little_of_another() -> None:
    """Ana 215 of 225, Cleo nothing of 180, Dan 300 of 240."""
    assert minutes("schedule_conformance") == (Fraction(215 + 300, 225 + 180 + 240), 3)


def test_overtime_may_stand_aside() -> None:
    assert minutes("schedule_conformance", overtime="left-out") == (Fraction(215, 225 + 180), 2)
