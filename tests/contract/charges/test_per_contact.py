"""Prices per contact: which rules become which parameters, and the arithmetic."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.contract.rate_card import charge_of, refused, values_for

CASES = {
    "rate: 1": ("billable_calls", {}),
    "rate: 1, transfers: charged, repeats_within: 24h, least_talk: 10s": (
        "billable_calls", {"transfers": "charged", "repeat_s": 86400, "least_s": 10},
    ),
    "rate: 1, contacts: cases": ("billable_cases", {}),
    "rate: 1, contacts: cases, merges: charged, repeats: charged, transfers: free": (
        "billable_cases", {"merges": "charged", "repeats": "charged", "transfers": "free"},
    ),
    "rate: 1, quantity: {measure: offered_calls}": ("offered_calls", {}),
}  # fmt: skip


@pytest.mark.parametrize("line", CASES)
def test_each_rule_is_a_parameter_of_the_measure(line: str) -> None:
    contract, charge = charge_of(f"kind: per_contact, {line}")
    (quantity,) = charge.roles(contract)["quantity"].of
    assert (quantity.measure, dict(quantity.params)) == CASES[line]


def test_contacts_times_the_rate() -> None:
    contract, charge = charge_of("kind: per_contact, rate: 3.15")
    assert charge.apply(values_for(contract, quantity=12480)).amount == 39312
    assert charge.apply(values_for(contract, quantity=0)).amount == 0


def test_the_words_say_what_is_free() -> None:
    contract, charge = charge_of("kind: per_contact, rate: 3.15, repeats_within: 24h, least_talk: 10s")
    words = " ".join(charge.plain(contract, {}))
    assert "A call that was passed on is free a second time." in words
    assert "A call within 1 day of the customer's last about the same issue is free." in words
    assert "A call with less than 10 seconds of talk is free." in words
    contract, charge = charge_of("kind: per_contact, rate: 3.15, contacts: cases, transfers: free, repeats: charged")
    words = " ".join(charge.plain(contract, {}))
    assert "Cases merged into another are free." in words
    assert "Cases that another partner had before are free." in words
    assert "A case about an issue that came back within the repeat window is charged." in words


def test_the_rate_is_that_of_one_contact() -> None:
    _, charge = charge_of("kind: per_contact, rate: 3.15")
    assert charge.unit_rate == Fraction("3.15")


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        ("quantity: {measure: offered_calls}", False),
        ("quantity: {measure: offered_calls}, contacts: calls", True),
        ("quantity: {measure: offered_calls}, transfers: free", True),
        ("quantity: {measure: offered_calls}, repeats_within: 1h", True),
        ("quantity: {measure: offered_calls}, merges: free", True),
        ("contacts: cases, merges: free", False),
        ("contacts: cases, repeats: free", False),
        ("contacts: cases, least_talk: 5s", True),
        ("contacts: cases, repeats_within: 1h", True),
        ("contacts: calls, least_talk: 5s", False),
        ("contacts: calls, merges: free", True),
        ("repeats: free", True),
    ],
)
def test_rules_of_calls_and_of_cases_are_told_apart(words: str, wrong: bool) -> None:
    assert refused(f"kind: per_contact, rate: 1, {words}") is wrong
