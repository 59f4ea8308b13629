"""Costs that are passed on, by kind and currency."""

from __future__ import annotations

from fractions import Fraction

from tests.measures.kpi.by_hand import measured

ROWS = [
    {"amount_e4": 1_000_050},
    {"amount_e4": 5, "cost": "telecom"},
    {"amount_e4": 70_000, "currency": "RON"},
    {"amount_e4": 10_000, "borne_by": "partner"},
]


def test_one_currency_adds_up_to_the_ten_thousandth() -> None:
    assert measured("documented_costs", ROWS).value == Fraction("100.0055")
    assert measured("documented_costs", ROWS, cost="telecom").value == Fraction("0.0005")
    assert measured("documented_costs", ROWS, currency="RON").value == 7
