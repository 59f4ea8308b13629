"""Calls that were over at once."""

from __future__ import annotations

from fractions import Fraction

from tests.measures.kpi.by_hand import measured


def test_talk_and_hold_decide_together() -> None:
    rows = [{"talk_s": 5, "hold_s": 5}, {"talk_s": 5, "hold_s": 6}]
    assert measured("short_call_rate", rows).value == Fraction(1, 2)
    assert measured("short_call_rate", rows, seconds=11).value == 1


def test_calls_passed_on_may_be_short_for_a_reason() -> None:
    rows = [{"talk_s": 5, "transfer": "warm"}, {"talk_s": 60}]
    assert measured("short_call_rate", rows).value == 0
    assert measured("short_call_rate", rows, transferred="count").value == Fraction(1, 2)


def test_nobody_answered_is_an_abandon_and_no_short_call() -> None:
    assert measured("short_call_rate", [{"outcome": "abandoned", "wait_s": 3}]).n == 0
