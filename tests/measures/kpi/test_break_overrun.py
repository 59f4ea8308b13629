"""Breaks beyond their time."""

from __future__ import annotations

from fractions import Fraction

from tests.measures.kpi.floor_days import minutes


def test_ten_minutes_over_a_break_of_fifteen() -> None:
    assert minutes("break_overrun") == (Fraction(10, 15), 1)
