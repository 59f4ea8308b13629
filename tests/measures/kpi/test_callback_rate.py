"""A call back instead of waiting."""

from __future__ import annotations

from fractions import Fraction

from tests.measures.kpi.by_hand import measured


def test_a_promise_to_call_back_is_no_abandon() -> None:
    rows = [{"outcome": "callback"}, {"outcome": "abandoned", "wait_s": 40}, {}, {}]
    assert measured("callback_rate", rows).value == Fraction(1, 4)
    assert measured("abandonment_rate", rows).value == Fraction(1, 4)
