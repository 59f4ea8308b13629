"""Giving up before the queue."""

from __future__ import annotations

from fractions import Fraction

from tests.measures.kpi.by_hand import measured

ROWS = [
    {"kind": "ivr", "outcome": "abandoned"},
    {"kind": "ivr"},
    {"kind": "bot", "outcome": "abandoned"},
    {"kind": "ivr", "outcome": "abandoned", "escalated": True},
]


def test_ivr_and_bot_have_figures_of_their_own() -> None:
    assert measured("ivr_abandonment_rate", ROWS).value == Fraction(1, 3)
    assert measured("ivr_abandonment_rate", ROWS, machine="bot").value == 1
