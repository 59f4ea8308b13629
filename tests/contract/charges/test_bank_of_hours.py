"""Blocks of hours: what the bank covers, what lives on, and parts of a month."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tallystick.contract.charge import Lot
from tests.contract.rate_card import charge_of, said_of, values_for

BLOCK = "kind: bank_of_hours, hours: 100, price: 2000, rate: 25, quantity: {measure: activity_time}"


def test_hours_within_the_block_cost_the_block_and_one_second_more_costs_more() -> None:
    contract, charge = charge_of(BLOCK)
    assert charge.apply(values_for(contract, quantity="100h")).amount == 2000
    assert charge.apply(values_for(contract, quantity="100h 1s")).amount == 2000 + Fraction(25, 3600)
    assert charge.apply(values_for(contract, quantity=0)).amount == 2000


def test_unused_hours_are_lost_where_the_text_gives_them_no_months() -> None:
    contract, charge = charge_of(BLOCK)
    assert not charge.carries
    assert charge.apply(values_for(contract, lots=(Lot("2026-03", Fraction(20)),), quantity="101h")).amount == 2025
    assert "An hour that is not used in its month is lost." in charge.plain(contract, {})


def test_unused_hours_live_on_for_their_months_and_the_oldest_go_first() -> None:
    contract, charge = charge_of(f"{BLOCK}, months: 2")
    assert charge.carries
    lots = (Lot("2026-02", Fraction(10)), Lot("2026-03", Fraction(20)))
    found = charge.apply(values_for(contract, lots=lots, quantity="15h"))
    assert found.lots == (Lot("2026-03", Fraction(15)), Lot("2026-04", Fraction(100)))
    old = (Lot("2026-01", Fraction(10)),)
    assert charge.apply(values_for(contract, lots=old, quantity="101h")).amount == 2000 + 25
    assert "An hour that is not used can be used in the next 2 months; later it is lost." in charge.plain(contract, {})


def test_a_part_of_a_month_buys_a_part_of_the_block() -> None:
    contract, charge = charge_of(BLOCK)
    assert charge.apply(values_for(contract, days=15, quantity="60h")).amount == 1000 + 10 * 25


@pytest.mark.parametrize("months", ["", ", months: 1"])
def test_hours_that_a_part_of_a_month_leaves_are_for_its_later_parts(months: str) -> None:
    contract, charge = charge_of(f"{BLOCK}{months}")
    assert charge.carries_on
    first = charge.apply(values_for(contract, days=15, quantity="10h"))
    assert first.lots == (Lot("2026-04", Fraction(40)),)
    second = charge.apply(values_for(contract, days=15, lots=first.lots, quantity="90h"))
    assert (first.amount, second.amount) == (1000, 1000)


def test_hours_that_are_not_known_leave_the_bank_as_it_was() -> None:
    contract, charge = charge_of(f"{BLOCK}, months: 2")
    lots = (Lot("2026-03", Fraction(20)),)
    found = charge.apply(values_for(contract, lots=lots, quantity=None))
    assert (found.amount, found.lots) == (None, lots)


def test_an_hour_of_a_block_has_no_one_price() -> None:
    assert charge_of(BLOCK)[1].unit_rate is None


def test_hours_live_on_from_one_month_on() -> None:
    assert [charge_of(f"{BLOCK}, months: {months}")[1].carries for months in (0, 1, 2)] == [False, True, True]


def test_hours_beyond_the_bank_are_told_only_where_there_are_any() -> None:
    contract, charge = charge_of(BLOCK)
    within = said_of(charge.apply(values_for(contract, quantity="100h")))
    assert "beyond" not in within
    assert within["amount"] == "EUR 2,000.00 = EUR 2,000.00"
    beyond = said_of(charge.apply(values_for(contract, quantity="102h")))
    assert beyond["beyond"] == "102 - 100 = 2"
    assert beyond["amount"] == "EUR 2,000.00 + 2 x EUR 25.00 = EUR 2,050.00"
    part = said_of(charge.apply(values_for(contract, days=15, quantity="50h")))
    assert part["amount"] == "EUR 2,000.00 x 15 / 30 = EUR 1,000.00"
