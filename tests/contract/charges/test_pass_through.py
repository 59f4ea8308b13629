"""Costs passed on: kinds, currency, mark-up and ceiling."""

from __future__ import annotations

from fractions import Fraction

from tests.contract.rate_card import charge_of, said_of, values_for


def test_each_kind_of_cost_is_asked_for_in_the_charges_currency() -> None:
    contract, charge = charge_of("kind: pass_through, costs: [travel, telecom], currency: RON")
    told = [dict(one.params) for one in charge.roles(contract)["quantity"].of]
    assert told == [{"cost": "travel", "currency": "RON"}, {"cost": "telecom", "currency": "RON"}]
    assert charge.unit_rate is None


def test_a_mark_up_is_added_and_a_ceiling_holds() -> None:
    contract, charge = charge_of("kind: pass_through, costs: travel, mark_up: 5%, at_most: 10000")
    assert charge.apply(values_for(contract, quantity="4321.09")).amount == Fraction("4537.1445")
    assert charge.apply(values_for(contract, quantity=9900)).amount == 10000
    assert charge.apply(values_for(contract, days=15, quantity=9900)).amount == 5000


def test_without_a_mark_up_costs_are_as_they_are() -> None:
    contract, charge = charge_of("kind: pass_through, costs: travel")
    charged = charge.apply(values_for(contract, quantity="812.34"))
    assert (charged.amount, charged.unit) == (Fraction("812.34"), "EUR")
    assert "Nothing is added to them." in charge.plain(contract, {})


def test_without_a_document_there_is_nothing_to_pass_on() -> None:
    contract, charge = charge_of("kind: pass_through, costs: travel")
    unknown, nothing = values_for(contract, quantity=None), values_for(contract, quantity=0)
    assert charge.apply(unknown).amount == charge.apply(nothing).amount == 0
    assert said_of(charge.apply(unknown))["costs"] == charge.open_for(unknown) == "no cost line of 2026-04 is known"
    assert said_of(charge.apply(nothing))["costs"] == "EUR 0.00"
    assert charge.open_for(nothing) == ""


def test_the_words_name_kinds_mark_up_and_ceiling() -> None:
    contract, charge = charge_of("kind: pass_through, costs: [travel, telecom], mark_up: 5%, at_most: 10000")
    words = charge.plain(contract, {})
    assert words[0] == "Documented costs of travel, telecom in EUR are passed on."
    assert words[1] == "A mark-up of 5 % is added."
    assert words[2] == "They never come to more than EUR 10,000.00 a month."


def test_a_mark_up_is_told_only_where_there_is_one() -> None:
    contract, charge = charge_of("kind: pass_through, costs: travel, mark_up: 5%")
    told = said_of(charge.apply(values_for(contract, quantity=100)))
    assert told["with mark-up"] == "EUR 100.00 x (1 + 5 %) = EUR 105.00"
    contract, charge = charge_of("kind: pass_through, costs: travel")
    assert "with mark-up" not in said_of(charge.apply(values_for(contract, quantity=100)))
