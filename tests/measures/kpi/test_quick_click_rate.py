"""Confirmations that came faster than anybody reads."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction

from tests.measures.kpi.desk import value_of

ROWS = [{"read_s": 2}, {"read_s": 120}, {"read_s": None}]


def test_it_is_the_share_of_timed_confirmations_below_the_least_time() -> None:
    assert value_of("quick_click_rate", "briefing", *ROWS).value == Fraction(1, 2)
    assert value_of("quick_click_rate", "briefing", *ROWS, least_s=121).value == 1
    assert value_of("quick_click_rate", "briefing", *ROWS, least_s=2).value == 0


def test_what_was_confirmed_later_is_not_confirmed_yet() -> None:
    value = value_of("quick_click_rate", "briefing", ROWS[0], as_of=datetime(2026, 3, 2, 8, 30, tzinfo=UTC))
    assert (value.n, value.excluded) == (0, (("not confirmed", 1),))
