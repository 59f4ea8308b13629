"""Premiums: what they count, on which days, and on which price."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from tallystick.contract.charge import Charge
from tallystick.contract.model import Contract
from tests.contract.rate_card import P1, charge_of, contract_with, said_of, values_for


def test_a_premium_counts_what_the_other_charge_counts_on_fewer_rows() -> None:
    contract, charge = charge_of("kind: premium, on: P1, percentage: 15%, for: {language: hu}")
    role = charge.roles(contract)["quantity"]
    assert [(one.measure, str(one.population.conditions[0])) for one in role.of] == [
        ("billable_call_time", "language is hu")
    ]
    assert role.unit == "s"


def test_what_the_premium_says_of_a_field_takes_the_place_of_the_others_word() -> None:
    contract = contract_with(
        "  - {id: P1, kind: per_minute, rate: 0.42, for: {language: [de, hu], channel: phone}}\n"
        "  - {id: X, kind: premium, on: P1, percentage: 15%, for: {language: hu}}"
    )
    charge = contract.charge("X")
    assert charge is not None
    (one,) = charge.roles(contract)["quantity"].of
    assert [str(part) for part in one.population] == ["channel is phone", "language is hu"]


def test_a_percentage_of_the_others_price() -> None:
    contract, charge = charge_of("kind: premium, on: P1, percentage: 50%")
    charged = charge.apply(values_for(contract, quantity="1200m"))
    assert (charged.amount, charged.rate, charged.unit) == (252, Fraction("0.21"), "minute")


def test_a_sum_for_each_unit() -> None:
    contract, charge = charge_of("kind: premium, on: P1, rate: 0.10")
    assert charge.apply(values_for(contract, quantity="90s")).amount == Fraction("0.15")
    assert charge.unit_rate is None


def test_days_of_a_calendar_narrow_the_quantity() -> None:
    contract, charge = charge_of("kind: premium, on: P1, percentage: 50%, days: {closed: office}")
    (one,) = charge.roles(contract)["quantity"].of
    assert one.days is not None
    assert (one.days.calendar, one.days.words) == (
        "office", "on days on which the opening hours “office” are closed",
    )  # fmt: skip


def premium_on(base: str, words: str = "percentage: 10%") -> tuple[Contract, Charge]:
    """A premium X on a charge P1 of this kind."""
    contract = contract_with(f"  - {{id: P1, {base}}}\n  - {{id: X, kind: premium, on: P1, {words}}}")
    charge = contract.charge("X")
    assert charge is not None
    return contract, charge


@pytest.mark.parametrize(
    ("words", "given", "month_days", "said"),
    [
        ("", "300", 30, "300 / 30 = 10"),
        (", working_days: office", "210", 21, "210 / 21 = 10"),
        (", full_day: 8h, quantity: {measure: login_time}", "2400h", 30, "8,640,000 s / 28,800 s / 30 = 10"),
        (", full_day: 8h, quantity: {measure: login_time}, working_days: office", "1680h", 21,
         "6,048,000 s / 28,800 s / 21 = 10"),
    ],
)  # fmt: skip
def test_on_a_price_per_head_and_month_days_are_made_heads_as_they_are_there(
    words: str, given: str, month_days: int, said: str
) -> None:
    """300 days of April are ten seats: 10 x 10 % of 3,000."""
    contract, charge = premium_on(f"kind: per_fte, rate: 3000{words}")
    values = replace(values_for(contract, quantity=given), month_days=month_days)
    charged = charge.apply(values)
    assert (charged.amount, charged.quantity, charged.unit, charged.rate) == (3000, 10, "FTE", 300)
    assert said_of(charged)["quantity"] == said
    assert (charge.days_by(contract), charge.day_calendar()) == ("office" if "office" in words else None, None)
    contract, charge = premium_on(f"kind: per_fte, rate: 3000{words}", "rate: 300")
    assert charge.apply(replace(values, contract=contract)).amount == 3000


def test_without_a_day_on_which_the_month_is_open_there_are_no_heads() -> None:
    contract, charge = premium_on("kind: per_fte, rate: 3000, working_days: office")
    assert charge.apply(replace(values_for(contract, quantity=300), month_days=0)).amount == 0


@pytest.mark.parametrize(
    "base",
    [
        "kind: tiered, model: marginal, per: hour, tiers: [{rate: 20}], quantity: {measure: login_time}",
        "kind: minimum_commitment, per: hour, rate: 20, units: 10, quantity: {measure: login_time}",
    ],
)
def test_on_a_price_of_an_hour_seconds_are_made_hours(base: str) -> None:
    contract, charge = premium_on(base)
    assert charge.roles(contract)["quantity"].unit == "s"
    charged = charge.apply(values_for(contract, quantity="30h"))
    assert (charged.amount, charged.quantity, charged.unit) == (60, 30, "hour")
    assert charge.plain(contract, {})[0].startswith("To each hour of charge P1")


def test_a_quantity_of_its_own() -> None:
    contract, charge = charge_of("kind: premium, on: P1, rate: 2, quantity: {measure: overtime_time}")
    assert [one.measure for one in charge.roles(contract)["quantity"].of] == ["overtime_time"]


def test_it_is_in_the_currency_of_the_price_that_it_raises() -> None:
    contract = contract_with(
        "  - {id: P1, kind: per_minute, rate: 2, currency: RON}\n  - {id: X, kind: premium, on: P1, percentage: 10%}"
    )
    charge = contract.charge("X")
    assert charge is not None
    assert charge.currency_under(contract) == "RON"
    assert charge.references() == (("P1", ("on",)),)


def test_a_premium_on_nothing_has_no_amount() -> None:
    contract = contract_with("  - {id: P1, kind: premium, on: GONE, percentage: 10%}")
    charge = contract.charge("P1")
    assert charge is not None
    assert charge.apply(values_for(contract, quantity=1)).amount is None
    assert charge.roles(contract)["quantity"].of == ()


def test_the_words_name_charge_and_part() -> None:
    contract, charge = charge_of("kind: premium, on: P1, percentage: 50%, days: {open: office}")
    words = charge.plain(contract, {})
    assert words[0] == "To each minute of charge P1 that is counted here, 50 % of its price is added."
    assert "on days on which the opening hours “office” are open" in words[1]
    contract, charge = charge_of("kind: premium, on: P1, rate: 0.10")
    assert charge.plain(contract, {})[0] == "To each minute of charge P1 that is counted here, EUR 0.10 are added."


def test_the_words_say_that_a_part_of_a_price_moves_with_its_index() -> None:
    moves = "An index that moves the price of charge P1 moves what is added with it."
    contract, charge = charge_of("kind: premium, on: P1, percentage: 50%")
    assert (charge.indexed_as(contract), moves in charge.plain(contract, {})) == ("P1", True)
    contract, charge = charge_of("kind: premium, on: P1, rate: 0.10")
    assert (charge.indexed_as(contract), len(charge.plain(contract, {}))) == ("X", 3)
    card = f"{P1}\n  - {{id: X, kind: premium, on: P1, percentage: 50%}}\n  - {{id: P2, kind: per_contact, rate: 1}}"
    for charges, indexed_as in (("[P1, X]", "X"), ("[P2]", "P1")):
        contract = contract_with(card, ("id: I1, charges: [P1]", f"id: I1, charges: {charges}"))
        own = contract.charge("X")
        assert own is not None
        assert (own.indexed_as(contract), moves in own.plain(contract, {})) == (indexed_as, False)


def test_a_sum_needs_no_price_and_a_percentage_does() -> None:
    contract = contract_with(
        "  - {id: P1, kind: pass_through, costs: travel}\n  - {id: S, kind: premium, on: P1, rate: 2}\n"
        "  - {id: T, kind: premium, on: P1, percentage: 10%}\n  - {id: G, kind: premium, on: GONE, rate: 2}\n"
        "  - {id: N, kind: premium, on: P1, rate: 0}"
    )
    found = {}
    for name in "STGN":
        charge = contract.charge(name)
        assert charge is not None
        found[name] = charge.apply(values_for(contract, quantity=3)).amount
    assert found == {"S": 6, "T": None, "G": None, "N": 0}


def test_seconds_are_told_where_units_are_made_of_them_and_the_last_step_is_the_amount() -> None:
    contract, charge = charge_of("kind: premium, on: P1, rate: 0.10")
    charged = charge.apply(values_for(contract, quantity="120s"))
    assert said_of(charged)["quantity"] == "120 s / 60 = 2"
    assert charged.steps[-1].inserted == "2 x EUR 0.10 = EUR 0.20"
    contract = contract_with(
        "  - {id: P1, kind: per_contact, rate: 2}\n  - {id: X, kind: premium, on: P1, percentage: 10%}"
    )
    own = contract.charge("X")
    assert own is not None
    assert said_of(own.apply(values_for(contract, quantity=5)))["quantity"] == "5"
    assert own.roles(contract)["quantity"].unit == "number"
