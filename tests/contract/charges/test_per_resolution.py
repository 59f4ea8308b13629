"""Prices per resolution: charged at once and given back, or charged when proved."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.contract.rate_card import charge_of, values_for


def test_what_is_solved_is_charged_and_what_came_back_is_given_back() -> None:
    contract, charge = charge_of("kind: per_resolution, rate: 6.20")
    assert (charge.months_later, charge.charges_now) == (1, True)
    assert charge.apply(values_for(contract, quantity=4000)).amount == 24800
    back = charge.settle(values_for(contract, returned=130))
    assert (back.amount, back.quantity) == (-806, -130)


def test_the_claw_back_is_a_share_of_the_price() -> None:
    contract, charge = charge_of("kind: per_resolution, rate: 6, claw_back: 50%, true_up: 2")
    assert charge.months_later == 2
    assert charge.settle(values_for(contract, returned=1)).amount == -3
    assert charge.settle(values_for(contract, returned=0)).amount == 0


def test_what_is_charged_when_proved_asks_for_nothing_in_its_month() -> None:
    contract, charge = charge_of("kind: per_resolution, rate: 6.50, billed: verified")
    assert (charge.charges_now, dict(charge.roles(contract))) == (False, {})
    assert charge.settle(values_for(contract, verified=3870)).amount == Fraction(25155)


def test_the_window_asked_for_is_the_contracts_own() -> None:
    contract, charge = charge_of("kind: per_resolution, rate: 6")
    (quantity,) = charge.later_roles(contract)["returned"].of
    assert quantity.params == {"window_s": 7 * 86400, "outcome": "returned"}
    contract, charge = charge_of("kind: per_resolution, rate: 6, billed: verified")
    (quantity,) = charge.later_roles(contract)["verified"].of
    assert quantity.params["outcome"] == "verified"


def test_a_charge_that_nothing_settles_refuses_to_be_settled() -> None:
    contract, charge = charge_of("kind: per_minute, rate: 1")
    with pytest.raises(NotImplementedError):
        charge.settle(values_for(contract, quantity="1m"))


def test_unknown_returns_leave_the_settlement_unknown() -> None:
    contract, charge = charge_of("kind: per_resolution, rate: 6")
    assert charge.settle(values_for(contract, returned=None)).amount is None


def test_the_words_say_when_and_how_much_is_given_back() -> None:
    contract, charge = charge_of("kind: per_resolution, rate: 6, claw_back: 50%, true_up: 2")
    assert "within 7 days; 50 % of its price of then is given back 2 months later." in " ".join(
        charge.plain(contract, {})
    )
    contract, charge = charge_of("kind: per_resolution, rate: 6, billed: verified")
    assert "stayed resolved for 7 days; a month's resolutions are charged 1 month later." in " ".join(
        charge.plain(contract, {})
    )
