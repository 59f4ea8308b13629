"""Minimum commitments: max(actual, committed), banking, expiry, and parts of a month."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tallystick.contract.bank import kept, total
from tallystick.contract.charge import Lot
from tests.contract.rate_card import charge_of, said_of, values_for

COMMIT = "kind: minimum_commitment, rate: 3, quantity: {measure: offered_calls}"
SHARE = f"{COMMIT}, share: 90%"
BANK = f"{SHARE}, banking: {{months: 3}}"


@pytest.mark.parametrize(("actual", "charged"), [(0, 9000), (8999, 9000), (9000, 9000), (9001, 9001), (12000, 12000)])
def test_charged_is_the_larger_of_actual_and_committed(actual: int, charged: int) -> None:
    contract, charge = charge_of(SHARE)
    found = charge.apply(values_for(contract, quantity=actual, forecast=10000))
    assert (found.quantity, found.amount, found.lots) == (charged, charged * 3, ())


def test_units_above_the_commitment_may_have_a_price_of_their_own() -> None:
    contract, charge = charge_of(f"{SHARE}, excess_rate: 2.50")
    found = charge.apply(values_for(contract, quantity=9010, forecast=10000))
    assert (found.amount, found.rate) == (27000 + 25, None)


def test_units_above_the_commitment_may_cost_nothing() -> None:
    contract, charge = charge_of(f"{SHARE}, excess_rate: 0")
    found = charge.apply(values_for(contract, quantity=9010, forecast=10000))
    assert found.amount == 27000
    assert found.steps[-1].inserted == "9,000 x EUR 3.00 + 10 x EUR 0.00 = EUR 27,000.00"
    assert "A unit above that costs EUR 0.00." in charge.plain(contract, {})


def test_an_hour_and_a_minute_above_the_commitment_are_told_in_words() -> None:
    for per, words in (("hour", "An hour above"), ("minute", "A minute above")):
        contract, charge = charge_of(f"{COMMIT}, units: 9000, per: {per}, excess_rate: 2.50")
        assert f"{words} that costs EUR 2.50." in charge.plain(contract, {})


def test_a_committed_number_is_prorated_for_a_part_of_a_month() -> None:
    contract, charge = charge_of(f"{COMMIT}, units: 9000")
    assert "forecast" not in charge.roles(contract)
    assert charge.apply(values_for(contract, quantity=1)).amount == 27000
    assert charge.apply(values_for(contract, days=10, quantity=1)).amount == 9000


def test_what_was_paid_and_not_used_is_banked_in_its_month() -> None:
    contract, charge = charge_of(BANK)
    assert charge.carries
    found = charge.apply(values_for(contract, quantity=8500, forecast=10000))
    assert (found.amount, found.lots) == (27000, (Lot("2026-04", Fraction(500)),))


def test_the_bank_covers_units_above_the_commitment_the_oldest_first() -> None:
    contract, charge = charge_of(BANK)
    lots = (Lot("2026-02", Fraction(300)), Lot("2026-03", Fraction(300)))
    found = charge.apply(values_for(contract, lots=lots, quantity=9400, forecast=10000))
    assert (found.amount, found.lots) == (27000, (Lot("2026-03", Fraction(200)),))
    found = charge.apply(values_for(contract, lots=lots, quantity=9700, forecast=10000))
    assert (found.amount, found.lots) == (27000 + 300, ())


def test_banked_units_expire_after_their_months() -> None:
    contract, charge = charge_of(BANK)
    for month, covered in (("2026-01", 100), ("2025-12", 0)):
        lots = (Lot(month, Fraction(100)),)
        found = charge.apply(values_for(contract, lots=lots, quantity=9100, forecast=10000))
        assert found.amount == 27000 + (100 - covered) * 3


def test_without_banking_nothing_lives_on() -> None:
    contract, charge = charge_of(SHARE)
    assert not charge.carries
    assert "What is paid and not used is lost." in charge.plain(contract, {})
    contract, charge = charge_of(BANK)
    assert any(
        "in the next 3 months it covers units above the commitment" in line for line in charge.plain(contract, {})
    )


def test_a_forecast_that_is_not_known_leaves_the_amount_unknown_and_the_bank_as_it_was() -> None:
    contract, charge = charge_of(BANK)
    lots = (Lot("2026-03", Fraction(5)),)
    found = charge.apply(values_for(contract, lots=lots, quantity=5, forecast=None))
    assert (found.amount, found.lots) == (None, lots)


def test_the_forecast_asked_for_is_the_one_at_its_lock_date() -> None:
    contract, charge = charge_of(SHARE)
    (quantity,) = charge.roles(contract)["forecast"].of
    assert quantity.measure == "forecast_contacts"


def test_hours_may_be_committed_by_a_forecast_of_hours() -> None:
    contract, charge = charge_of(
        "kind: minimum_commitment, rate: 20, per: hour, share: 50%, quantity: {measure: login_time},"
        " forecast: {measure: overtime_time}"
    )
    assert charge.roles(contract)["forecast"].unit == "s"
    assert charge.apply(values_for(contract, quantity="30h", forecast="100h")).amount == 1000


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 15000), st.integers(0, 15000)), min_size=1, max_size=8))
def test_units_are_neither_made_nor_lost_by_the_bank(months: list[tuple[int, int]]) -> None:
    """Over months whose lots do not expire: charged units are those used and those still banked, at least."""
    contract, charge = charge_of(f"{SHARE}, banking: {{months: 60}}")
    lots: tuple[Lot, ...] = ()
    charged = used = Fraction(0)
    for actual, forecast in months:
        found = charge.apply(values_for(contract, lots=lots, quantity=actual, forecast=forecast))
        assert found.quantity is not None
        charged, used, lots = charged + found.quantity, used + actual, found.lots
    assert charged == used + total(lots)


@settings(deadline=None)
@given(st.integers(0, 20000), st.integers(0, 20000), st.integers(0, 20000))
def test_more_units_never_cost_less(one: int, other: int, forecast: int) -> None:
    contract, charge = charge_of(SHARE)
    low, high = (charge.apply(values_for(contract, quantity=units, forecast=forecast)).amount for units in
                 sorted((one, other)))  # fmt: skip
    assert low is not None
    assert high is not None
    assert low <= high


def test_lots_that_are_used_up_are_gone() -> None:
    assert kept((Lot("2026-03", Fraction(0)), Lot("2026-02", Fraction(1))), "2026-04", 3) == (
        Lot("2026-02", Fraction(1)),
    )


def test_the_steps_tell_what_was_banked_and_what_came_from_the_bank() -> None:
    contract, charge = charge_of(BANK)
    lots = (Lot("2026-03", Fraction(300)),)
    told = said_of(charge.apply(values_for(contract, lots=lots, quantity=9400, forecast=10000)))
    assert told["from the bank"] == "bank 2026-03 300"
    assert told["amount"] == "9,000 x EUR 3.00 + 100 x EUR 3.00 = EUR 27,300.00"
    covered = charge.apply(values_for(contract, lots=lots, quantity=9200, forecast=10000))
    assert said_of(covered)["amount"] == "9,000 x EUR 3.00 = EUR 27,000.00"
    assert covered.quantity == 9000
    assert charge.apply(values_for(contract, lots=lots, quantity=9400, forecast=10000)).quantity == 9100
    none = said_of(charge.apply(values_for(contract, quantity=9400, forecast=10000)))
    assert "from the bank" not in none


def test_exactly_the_commitment_banks_nothing() -> None:
    contract, charge = charge_of(BANK)
    found = charge.apply(values_for(contract, quantity=9000, forecast=10000))
    assert (found.amount, found.lots, "banked" in said_of(found)) == (27000, (), False)


def test_without_banking_what_lies_in_the_bank_covers_nothing() -> None:
    contract, charge = charge_of(SHARE)
    lots = (Lot("2026-03", Fraction(300)),)
    assert charge.apply(values_for(contract, lots=lots, quantity=9400, forecast=10000)).amount == 28200


def test_days_are_told_only_for_a_part_of_a_month() -> None:
    contract, charge = charge_of(f"{COMMIT}, units: 9000")
    assert said_of(charge.apply(values_for(contract, quantity=1)))["committed"] == "9,000"
    assert said_of(charge.apply(values_for(contract, days=10, quantity=1)))["committed"] == "9,000 x 10 / 30 = 3,000"


def test_a_commitment_of_nothing_charges_what_is_used() -> None:
    contract, charge = charge_of(f"{COMMIT}, units: 0")
    assert charge.apply(values_for(contract, quantity=1)).amount == 3
    assert charge.apply(values_for(contract, quantity=0)).amount == 0
