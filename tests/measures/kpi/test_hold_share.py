"""Time on hold of the time on the line."""

from __future__ import annotations

from fractions import Fraction

from tests.measures.kpi.by_hand import measured


def test_long_calls_weigh_more_than_short_ones() -> None:
    rows = [{"talk_s": 900, "hold_s": 100}, {"talk_s": 10, "hold_s": 10}]
    assert measured("hold_share", rows).value == Fraction(110, 1020)


def test_after_work_is_not_on_the_line() -> None:
    assert measured("hold_share", [{"talk_s": 50, "hold_s": 50, "wrap_s": 900}]).value == Fraction(1, 2)
