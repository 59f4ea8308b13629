"""Offers to agents that nobody took."""

from __future__ import annotations

from fractions import Fraction

from tests.measures.kpi.by_hand import measured


def test_each_ring_counts_and_so_does_the_answer() -> None:
    rows = [{"rings_unanswered": 3}, {"outcome": "abandoned", "wait_s": 40, "rings_unanswered": 2}]
    value = measured("ring_no_answer_rate", rows)
    assert (value.value, value.n) == (Fraction(5, 6), 2)


def test_where_it_never_rang_there_is_no_value() -> None:
    assert measured("ring_no_answer_rate", [{"outcome": "abandoned", "wait_s": 40}]).value is None
