"""Where the roster wanted agents, and whether they were there."""

from __future__ import annotations

from fractions import Fraction

from tests.measures.kpi.floor_days import minutes


def test_who_is_late_from_a_break_misses_those_minutes_and_who_never_appears_all() -> None:
    """Ana keeps 230 of 240, Cleo nothing of 180, Dan his 240 of overtime; Bo was sick."""
    assert minutes("schedule_adherence") == (Fraction(230 + 240, 240 + 180 + 240), 3)


def test_an_exception_that_nobody_approved_may_excuse_nothing() -> None:
    assert minutes("schedule_adherence", exceptions="approved") == (Fraction(230 + 240, 240 + 180 + 180 + 240), 4)
