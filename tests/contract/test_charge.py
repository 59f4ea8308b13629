"""What every charge shares: days, populations, units, and what it does of itself where its kind says nothing else."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from pydantic import ValidationError

from tallystick.contract.card import NUMBER, SECONDS
from tallystick.contract.charge import (
    Charged,
    ChargeValues,
    Days,
    asked,
    counted_by,
    quantity_words,
)
from tests.contract.rate_card import CARDS, charge_of, contract_with, said_of, values_for

UNIT = "kind: per_unit, rate: 350, quantity: {measure: resolved_cases}"
MINUTE = "kind: per_minute, rate: 0.42, time: talk"
HOUR = "kind: per_hour, rate: 20, hours: {measure: login_time}"


def test_a_month_of_which_no_day_counts_is_charged_for_no_part() -> None:
    contract = contract_with()
    first, end = date(2026, 4, 1), date(2026, 5, 1)
    shares = [ChargeValues(contract, first, end, month, days).share for month, days in ((30, 15), (22, 22), (0, 0))]
    assert shares == [Fraction(1, 2), 1, 0]


def test_a_quantity_that_nobody_told_is_missing_and_one_of_nothing_is_not() -> None:
    values = ChargeValues(contract_with(), date(2026, 4, 1), date(2026, 5, 1), 30, 30, {"a": Fraction(0), "b": None})
    assert values.missing(["a", "b", "c"]) == ("b", "c")
    assert (values.month, values.quantity("a")) == ("2026-04", 0)


def test_the_first_and_last_day_are_those_of_the_charge_inside_the_term() -> None:
    """The term is 2026 and 2027."""
    for said, begins, ends in (
        ("", date(2026, 1, 1), date(2028, 1, 1)),
        (", from: 2026-04-16", date(2026, 4, 16), date(2028, 1, 1)),
        (", from: 2025-12-31, to: 2026-04-30", date(2026, 1, 1), date(2026, 5, 1)),
        (", to: 2028-01-01", date(2026, 1, 1), date(2028, 1, 1)),
    ):
        contract, charge = charge_of(UNIT + said)
        assert (charge.begins(contract), charge.ends(contract)) == (begins, ends)


def test_a_plain_charge_is_settled_at_once_and_banks_nothing() -> None:
    contract, charge = charge_of(UNIT)
    assert (charge.months_later, charge.carries, charge.charges_now, charge.day_calendar()) == (None, False, True, None)
    assert (charge.later_roles(contract), charge.references(), charge.fee_references()) == ({}, (), ())
    assert (charge.heading, charge.unit_rate, charge.currency_under(contract)) == ("X. Price per unit", 350, "EUR")
    assert charge_of(f"{UNIT}, title: Cases, currency: RON")[1].heading == "X. Cases"


def test_seconds_are_told_as_units_and_units_as_they_are() -> None:
    """90 minutes at 0.42 are 37.80; 3 cases at 350 are 1,050; 5,400 seconds are an hour and a half."""
    contract, minutes = charge_of(MINUTE)
    found = minutes.apply(values_for(contract, quantity="90m"))
    assert (found.amount, found.quantity, found.unit) == (Fraction("37.8"), 90, "minute")
    assert said_of(found) == {"quantity": "5,400 s / 60 = 90", "amount": "90 x EUR 0.42 = EUR 37.80"}
    contract, units = charge_of(UNIT)
    found = units.apply(values_for(contract, quantity=3))
    assert said_of(found) == {"quantity": "3", "amount": "3 x EUR 350.00 = EUR 1,050.00"}
    contract, hours = charge_of(HOUR)
    found = hours.apply(values_for(contract, quantity="5400s"))
    assert (found.amount, said_of(found)["quantity"]) == (30, "5,400 s / 3,600 = 1.5")


def test_without_records_the_answer_names_what_is_missing_and_keeps_the_bank() -> None:
    contract, charge = charge_of(HOUR)
    found = charge.apply(values_for(contract, quantity=None))
    assert isinstance(found, Charged)
    assert (found.amount, found.quantity, said_of(found)) == (None, None, {"amount": "no records: quantity"})


def test_days_are_those_on_which_a_calendar_is_open_or_those_on_which_it_is_closed() -> None:
    closed, open_ = Days.model_validate({"closed": "office"}), Days.model_validate({"open": "office"})
    assert (closed.calendar, closed.words) == ("office", "on days on which the opening hours “office” are closed")
    assert (open_.calendar, open_.words) == ("office", "on days on which the opening hours “office” are open")
    for wrong in ({}, {"closed": "office", "open": "office"}):
        with pytest.raises(ValidationError, match="either `closed` or `open`"):
            Days.model_validate(wrong)


def test_a_quantity_is_narrowed_field_by_field_and_a_charges_rows_are_its_own_where_the_quantity_names_none() -> None:
    _, charge = charge_of(
        "kind: per_unit, rate: 1, for: {language: de, channel: email}, "
        "quantity: {measure: resolved_cases, for: {language: fr}}"
    )
    (own,) = charge.own(charge.roles(contract_with())["quantity"].of)
    assert {part.field: part.values for part in own.population} == {"channel": ("email",), "language": ("fr",)}
    (bare,) = charge_of(UNIT)[1].own([counted_by("resolved_cases")])
    assert list(bare.population) == []
    days = Days.model_validate({"closed": "office"})
    narrowed = counted_by("resolved_cases").narrowed(charge.population, days)
    assert ({part.field for part in narrowed.population}, narrowed.days) == ({"channel", "language"}, days)
    assert narrowed.narrowed(charge.population).days == days


def test_what_a_charge_counts_is_told_in_words_with_its_parameters() -> None:
    one = counted_by("verified_resolutions", window_s="7d", outcome="verified")
    assert quantity_words([one], {}) == "“verified resolutions” (window 7 days, outcome verified) over all cases"
    contract, charge = charge_of(MINUTE)
    assert [(name, quantity.measure) for name, quantity in asked(charge, contract)] == [
        ("quantity", "billable_call_time")
    ]
    assert charge.roles(contract)["quantity"].unit == SECONDS
    contract, charge = charge_of(UNIT)
    assert charge.roles(contract)["quantity"].unit == NUMBER
    assert {card.id for card in CARDS} >= {"billable_call_time", "resolved_cases"}
