"""Prices per hour: several times added up, and the most that is paid."""

from __future__ import annotations

from fractions import Fraction

from tests.contract.rate_card import charge_of, values_for

HOURS = "kind: per_hour, rate: 17.40, hours: [{measure: login_time}, {measure: activity_time}]"


def test_several_measures_are_one_quantity() -> None:
    contract, charge = charge_of(f"{HOURS}, at_most: {{measure: overtime_time}}, for: {{language: de}}")
    roles = charge.roles(contract)
    assert [one.measure for one in roles["quantity"].of] == ["login_time", "activity_time"]
    assert [str(part) for one in roles["at_most"].of for part in one.population] == ["language is de"]
    assert {role.unit for role in roles.values()} == {"s"}


def test_hours_beyond_the_most_are_not_paid_and_hours_at_it_are() -> None:
    contract, charge = charge_of(f"{HOURS}, at_most: {{measure: overtime_time}}")
    for given, paid in (("9000h", 9000), ("9000h 1s", 9000), ("8999h 59m 59s", Fraction(9000 * 3600 - 1, 3600))):
        charged = charge.apply(values_for(contract, quantity=given, at_most="9000h"))
        assert charged.amount == paid * Fraction("17.40")


def test_one_unknown_quantity_leaves_the_amount_unknown() -> None:
    contract, charge = charge_of(f"{HOURS}, at_most: {{measure: overtime_time}}")
    charged = charge.apply(values_for(contract, quantity="1h", at_most=None))
    assert charged.amount is None
    assert charged.steps[-1].inserted == "no records: at most"


def test_the_words_name_what_is_paid_and_the_most() -> None:
    contract, charge = charge_of(f"{HOURS}, at_most: {{measure: overtime_time}}")
    words = " ".join(charge.plain(contract, {}))
    assert "“login time” over all cases, plus “activity time” over all cases, and no other time" in words
    assert "Never paid is more than “overtime time”" in words
