"""Prices per minute: what the measure is asked, and the arithmetic."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tallystick.contract.card import cards_by_id
from tallystick.contract.charges.per_minute import PerMinute
from tests.contract.rate_card import CARDS, charge_of, refused, values_for


def test_rounding_unit_and_minimum_are_parameters_of_the_measure() -> None:
    contract, charge = charge_of("kind: per_minute, rate: 0.42, time: talk, rounding_unit: 6s, minimum: 30s")
    (quantity,) = charge.roles(contract)["quantity"].of
    assert quantity.measure == "billable_call_time"
    assert quantity.params == {"time": "talk", "unit_s": 6, "least_s": 30}


def test_seconds_become_minutes_exactly() -> None:
    contract, charge = charge_of("kind: per_minute, rate: 0.42")
    charged = charge.apply(values_for(contract, quantity="100s"))
    assert (charged.quantity, charged.rate, charged.amount) == (Fraction(5, 3), Fraction(21, 50), Fraction(7, 10))
    assert [step.label for step in charged.steps] == ["quantity", "amount"]


def test_without_records_there_is_no_amount() -> None:
    contract, charge = charge_of("kind: per_minute, rate: 0.42")
    charged = charge.apply(values_for(contract, quantity=None))
    assert (charged.amount, charged.quantity, charged.steps[-1].result) == (None, None, None)


def test_a_measure_of_ones_own_takes_the_place_of_call_time() -> None:
    contract, charge = charge_of("kind: per_minute, rate: 1, quantity: {measure: login_time, params: {time: work}}")
    assert isinstance(charge, PerMinute)
    assert charge.counted.measure == "login_time"
    assert "login" in " ".join(charge.plain(contract, cards_by_id(CARDS)))


def test_the_population_of_the_charge_narrows_its_quantity() -> None:
    contract, charge = charge_of("kind: per_minute, rate: 1, for: {language: de, channel: phone}")
    (quantity,) = charge.roles(contract)["quantity"].of
    assert [str(part) for part in quantity.population] == ["channel is phone", "language is de"]


def test_the_words_say_unit_and_minimum() -> None:
    contract, charge = charge_of("kind: per_minute, rate: 0.425, rounding_unit: 1m, minimum: 30s, to: 2026-06-30")
    words = charge.plain(contract, {})
    assert words[0] == "Each minute costs EUR 0.425."
    assert "The time of each call is rounded up to full units of 1 minute." in words
    assert "Each call costs at least 30 seconds." in words
    assert "It is charged to 2026-06-30, that day included." in words


@pytest.mark.parametrize("words", ["time: talk", "rounding_unit: 6s", "minimum: 30s"])
def test_what_is_counted_is_said_once(words: str) -> None:
    assert refused(f"kind: per_minute, rate: 1, quantity: {{measure: login_time}}, {words}")
    assert not refused(f"kind: per_minute, rate: 1, {words}")
    assert not refused("kind: per_minute, rate: 1, quantity: {measure: login_time}")
