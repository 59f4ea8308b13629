"""Fixed prices: amounts, fees, and parts of a month."""

from __future__ import annotations

from fractions import Fraction

from tests.contract.rate_card import P1, charge_of, contract_with, values_for


def test_a_whole_month_costs_the_amount_and_a_part_its_part() -> None:
    contract, charge = charge_of("kind: fixed, amount: 6000")
    assert charge.apply(values_for(contract)).amount == 6000
    assert charge.apply(values_for(contract, days=20)).amount == 4000
    assert charge.apply(values_for(contract, days=1)).amount == 200


def test_a_fee_of_a_quarter_or_a_year_is_shared_out_over_its_months() -> None:
    for per, part in (("month", 1), ("quarter", 3), ("year", 12)):
        fee = ("monthly: {amount: 30000}", f"monthly: {{amount: 30000, per: {per}}}")
        contract = contract_with(f"{P1}\n  - {{id: X, kind: fixed, of: monthly}}", fee)
        charge = contract.charge("X")
        assert charge is not None
        assert charge.apply(values_for(contract)).amount == Fraction(30000, part)
        assert charge.fee_references() == (("monthly", ("of",)),)


def test_a_fee_brings_its_currency() -> None:
    fee = ("monthly: {amount: 30000}", "monthly: {amount: 30000, currency: RON}")
    contract = contract_with(f"{P1}\n  - {{id: X, kind: fixed, of: monthly}}", fee)
    charge = contract.charge("X")
    assert charge is not None
    assert charge.currency_under(contract) == "RON"


def test_a_fee_that_is_not_there_has_no_amount() -> None:
    contract, charge = charge_of("kind: fixed, of: yearly")
    assert charge.apply(values_for(contract)).amount is None


def test_the_words_name_amount_or_fee() -> None:
    contract, charge = charge_of("kind: fixed, amount: 6000, working_days: office")
    assert charge.plain(contract, {})[0] == "A month costs EUR 6,000.00."
    assert "on which the opening hours “office” are open" in charge.plain(contract, {})[1]
    assert charge.day_calendar() == "office"
    contract, charge = charge_of("kind: fixed, of: monthly")
    assert "the monthly fee “monthly”" in charge.plain(contract, {})[0]


def test_days_are_told_only_for_a_part_of_a_month() -> None:
    contract, charge = charge_of("kind: fixed, amount: 6000")
    (step,) = charge.apply(values_for(contract)).steps
    assert (step.formula, step.inserted) == ("price of the month", "EUR 6,000.00 = EUR 6,000.00")
    (step,) = charge.apply(values_for(contract, days=20)).steps
    assert step.formula == "price of the month x days / days of the month"
    assert step.inserted == "EUR 6,000.00 x 20 / 30 = EUR 4,000.00"
