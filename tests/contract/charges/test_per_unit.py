"""Prices of any unit: lots of units, and units that are free."""

from __future__ import annotations

from fractions import Fraction

from tests.contract.rate_card import charge_of, values_for

UNIT = "kind: per_unit, rate: 350, quantity: {measure: resolved_cases}"


def test_units_beyond_the_free_ones_are_charged_and_never_fewer_than_none() -> None:
    contract, charge = charge_of(f"{UNIT}, free: 2")
    amounts = [charge.apply(values_for(contract, quantity=units)).amount for units in (0, 2, 3)]
    assert amounts == [0, 0, 350]
    assert charge.apply(values_for(contract, days=15, quantity=3)).amount == 700


def test_a_part_of_a_lot_costs_its_part() -> None:
    contract, charge = charge_of(f"{UNIT}, every: 1000")
    assert charge.apply(values_for(contract, quantity=1500)).amount == 525
    assert charge.unit_rate == Fraction(35, 100)
    assert charge.plain(contract, {})[0] == "Every 1,000 units cost EUR 350.00."


def test_the_words_name_the_free_units() -> None:
    contract, charge = charge_of(f"{UNIT}, free: 2")
    assert "The first 2 of a month cost nothing." in charge.plain(contract, {})
    assert charge.apply(values_for(contract, quantity=None)).amount is None
