"""The ledger's rules: what is due becomes postings, two people agree, nothing is edited, and everything balances."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tallystick.verdicts.ledger import (
    FEES,
    INVOICE_CORRECTION,
    PRICE_ADJUSTMENT,
    Approval,
    Due,
    Entry,
    Journal,
    balances,
    by_partner,
    check,
    postings,
    standing_in,
)
from tallystick.vocabulary.errors import IntegrityError, UsageError
from tallystick.vocabulary.money import Money

MARCH = Journal("lumen-aurora", "aurora", "2026-03")
TWO = Approval("d" * 64, "mara", "jonas")
AT = datetime(2026, 4, 5, tzinfo=UTC)


def due(amount: str, clause: str = "C1", verdict: str = "v1", currency: str = "EUR") -> Due:
    return Due(clause, verdict, Money(Decimal(amount), currency))


def posted(*steps: Sequence[Due], journal: Journal = MARCH) -> list[Entry]:
    """The entries after one posting for each list of what is due."""
    entries: list[Entry] = []
    for dues in steps:
        entries += postings(entries, journal, dues, TWO, AT)
    return entries


# ---- posting -------------------------------------------------------------------------------------------------------


def test_posting_twice_appends_nothing() -> None:
    entries = posted([due("2500")])
    assert [str(one.amount) for one in entries] == ["EUR 2,500.00"]
    assert postings(entries, MARCH, [due("2500.00")], replace(TWO, of="e" * 64), AT) == []


def test_the_first_entry_follows_upon_a_digest_of_zeros_as_long_as_any() -> None:
    first, second = posted([due("10.00")], [due("12.00")])[:2]
    assert first.previous == "0" * len(first.digest)
    assert second.previous == first.digest


def test_a_credit_debits_the_fees_and_an_addition_credits_them() -> None:
    lowers, raises = posted([due("70", "C1"), due("-20", "EB")])
    fees, adjustments = f"{FEES}:aurora", f"{PRICE_ADJUSTMENT}:aurora"
    assert (lowers.debit, lowers.credit, str(lowers.effect)) == (fees, adjustments, "EUR 70.00")
    assert (raises.debit, raises.credit, str(raises.effect)) == (adjustments, fees, "EUR -20.00")
    assert str(raises.amount) == "EUR 20.00"
    assert balances([lowers, raises]) == {"EUR": {adjustments: Decimal(-50), fees: Decimal(50)}}


def test_what_is_due_otherwise_reverses_the_entry_that_stands_and_posts_anew() -> None:
    entries = posted([due("2500")], [due("1000", verdict="v2")])
    assert [one.reverses for one in entries] == [None, 1, None]
    assert entries[1].debit == entries[2].credit == f"{PRICE_ADJUSTMENT}:aurora"
    assert [one.number for one in standing_in(entries)] == [3]


def test_what_falls_to_zero_or_is_due_no_more_is_only_reversed_and_may_be_due_again() -> None:
    entries = posted([due("2500"), due("10", "C2")], [due("0", verdict="v2")])
    assert [(one.matter, one.reverses) for one in entries] == [("C1", None), ("C2", None), ("C1", 1), ("C2", 2)]
    assert standing_in(entries) == []
    again = postings(entries, MARCH, [due("70", verdict="v3")], TWO, AT)
    assert [str(one.effect) for one in again] == ["EUR 70.00"]


def test_a_journal_leaves_the_others_alone() -> None:
    april, dispute = replace(MARCH, period="2026-04"), replace(MARCH, kind=INVOICE_CORRECTION)
    entries = posted([due("2500")])
    entries += postings(entries, april, [due("300")], TWO, AT)
    entries += postings(entries, dispute, [due("45", "dispute/7")], TWO, AT)
    entries += postings(entries, MARCH, [], TWO, AT)
    assert [(one.journal, str(one.effect)) for one in standing_in(entries)] == [
        (april, "EUR 300.00"),
        (dispute, "EUR 45.00"),
    ]
    assert [one.reverses for one in entries] == [None, None, None, 1]
    assert entries[2].credit == "invoice correction:aurora"


def test_another_currency_of_the_same_matter_reverses_in_the_old_one() -> None:
    entries = posted([due("2500")], [due("2500", currency="USD")])
    assert [str(one.effect) for one in entries] == ["EUR 2,500.00", "EUR -2,500.00", "USD 2,500.00"]
    assert {currency: sum(one.values()) for currency, one in balances(entries).items()} == {"EUR": 0, "USD": 0}


@pytest.mark.parametrize(
    ("approval", "said"),
    [
        (replace(TWO, approved_by="mara"), "by one person"),
        (replace(TWO, approved_by=""), "not approved"),
        (replace(TWO, proposed_by=""), "not approved"),
        (replace(TWO, of=""), "not approved"),
    ],
)
def test_nothing_is_posted_without_a_second_persons_approval(approval: Approval, said: str) -> None:
    with pytest.raises(IntegrityError, match=said):
        postings([], MARCH, [due("5")], approval, AT)


def test_nothing_is_posted_even_where_nothing_is_due_without_an_approval() -> None:
    with pytest.raises(IntegrityError):
        postings([], MARCH, [], replace(TWO, approved_by=""), AT)


def test_a_matter_is_due_once() -> None:
    with pytest.raises(UsageError, match="C1 is due twice"):
        postings([], MARCH, [due("5"), due("6")], TWO, AT)


@pytest.mark.parametrize(("currency", "amount"), [("JPY", "0.5"), ("EUR", "0.005"), ("KWD", "0.0005")])
def test_less_than_a_minor_unit_is_not_posted(currency: str, amount: str) -> None:
    with pytest.raises(IntegrityError, match="whole number of minor units"):
        postings([], MARCH, [due(amount, currency=currency)], TWO, AT)


@pytest.mark.parametrize(("currency", "amount"), [("JPY", "1"), ("EUR", "0.01"), ("KWD", "0.001")])
def test_one_minor_unit_is_posted_and_has_one_digest_however_it_is_written(currency: str, amount: str) -> None:
    (one,) = postings([], MARCH, [due(amount, currency=currency)], TWO, AT)
    (other,) = postings([], MARCH, [due(f"{amount}{'' if '.' in amount else '.'}000", currency=currency)], TWO, AT)
    assert one.amount.minor == 1
    assert one.digest == other.digest


def test_the_words_are_price_adjustment_and_never_penalty() -> None:
    (one,) = posted([due("2500")])
    assert "price adjustment" in one.credit
    assert "penalty" not in f"{one.debit} {one.credit} {one.journal.kind}"


# ---- what must hold ------------------------------------------------------------------------------------------------

CHANGES: dict[str, tuple[int, dict[str, Any], str]] = {
    "an amount": (0, {"amount": Money(Decimal(9), "EUR")}, "Entry 2 of aurora does not follow"),
    "a number": (1, {"number": 9}, "Entry 9 of aurora does not follow"),
    "an amount below zero": (3, {"amount": Money(Decimal(-10), "EUR")}, "Entry 4 of aurora has no amount above zero"),
    "no amount": (3, {"amount": Money(Decimal(0), "EUR")}, "no amount above zero"),
    "half a cent": (3, {"amount": Money(Decimal("0.005"), "EUR")}, "no whole number of minor units"),
    "an account": (3, {"debit": "cash:aurora"}, "names other accounts"),
    "both sides alike": (3, {"debit": "price adjustment:aurora"}, "names other accounts"),
    "a kind": (3, {"journal": replace(MARCH, kind="gift")}, "names other accounts"),
    "one person": (3, {"approval": replace(TWO, approved_by="mara")}, "by one person"),
    "no approval": (3, {"approval": replace(TWO, of="")}, "is not approved"),
    "another partner": (3, {"journal": replace(MARCH, partner="borealis")}, "another partner's|names other accounts"),
    "beside one that stands": (3, {"matter": "C2"}, "beside entry 2"),
    "a reversal of nothing": (2, {"reverses": 7}, "reverses entry 7, which does not stand"),
    "a reversal of itself": (2, {"reverses": 3}, "reverses entry 3, which does not stand"),
    "a part": (2, {"amount": Money(Decimal(1), "EUR")}, "is not entry 1 the other way round"),
    "the same way round": (2, {"debit": f"{FEES}:aurora", "credit": "price adjustment:aurora"}, "other way round"),
    "another matter": (2, {"matter": "C2"}, "is not entry 1 the other way round"),
    "another period": (2, {"journal": replace(MARCH, period="2026-02")}, "is not entry 1 the other way round"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_each_change_of_an_entry_is_found_and_named(name: str) -> None:
    at, change, said = CHANGES[name]
    entries = posted([due("2500"), due("10", "C2")], [due("1000"), due("10", "C2")])
    check(entries)
    entries[at] = replace(entries[at], **change)
    with pytest.raises(IntegrityError, match=said):
        check(entries)


def test_an_entry_is_reversed_once() -> None:
    entries = posted([due("5")], [])
    twice = replace(entries[1], number=3, previous=entries[1].digest)
    with pytest.raises(IntegrityError, match="reverses entry 1, which does not stand"):
        check([*entries, twice])


def test_a_missing_entry_is_found_and_nothing_is_posted_upon_it() -> None:
    entries = posted([due("5"), due("6", "C2"), due("7", "C3")])
    with pytest.raises(IntegrityError, match="Entry 3 of aurora does not follow"):
        postings([entries[0], entries[2]], MARCH, [], TWO, AT)


# ---- properties ----------------------------------------------------------------------------------------------------

CURRENCIES = {"JPY": 0, "EUR": 2, "KWD": 3}
CLAUSES = ("C1", "C2", "BON", "EB")
minors = st.integers(-(10**12), 10**12)
rounds = st.lists(
    st.tuples(
        st.sampled_from(("2026-01", "2026-02")),
        st.dictionaries(st.sampled_from(CLAUSES), st.tuples(minors, st.sampled_from(sorted(CURRENCIES))), max_size=4),
    ),
    min_size=1,
    max_size=5,
)


def holds(steps: Any, seed: int) -> None:
    """Post rounds of what is due for two partners; assert what must hold of any ledger."""
    rng = Random(seed)  # noqa: S311
    told: list[list[Entry]] = []
    for shuffled in (False, True):
        entries: list[Entry] = []
        wanted: dict[str, dict[str, Money]] = {}
        for period, dues in steps:
            listed = [
                Due(matter, "v", Money(Decimal(minor).scaleb(-CURRENCIES[currency]), currency))
                for matter, (minor, currency) in dues.items()
            ]
            if shuffled:
                rng.shuffle(listed)
            entries += postings(entries, replace(MARCH, period=period), listed, TWO, AT)
            wanted[period] = {one.matter: one.amount for one in listed if one.amount.amount}
        stands = {
            period: {one.matter: one.effect for one in standing_in(entries, replace(MARCH, period=period))}
            for period in wanted
        }
        assert stands == wanted
        told.append(entries)
    assert [one.digest for one in told[0]] == [one.digest for one in told[1]]
    entries = told[0]
    assert all(one.amount.amount > 0 for one in entries)
    assert all(sum(one.values()) == 0 for one in balances(entries).values())
    for one in entries:
        if one.reverses is not None:
            assert (one.effect + entries[one.reverses - 1].effect).amount == 0
    stood = {currency: Decimal(0) for currency in CURRENCIES}
    for one in standing_in(entries):
        stood[one.amount.currency] += one.effect.amount
    for currency, accounts in balances(entries).items():
        assert accounts[f"{FEES}:aurora"] == stood[currency]
    arrived = list(entries)
    rng.shuffle(arrived)
    assert by_partner(arrived) == by_partner(entries)


@given(rounds, st.integers(0, 2**32))
@settings(max_examples=120, deadline=None)
def test_it_balances_a_reversal_with_its_original_is_nothing_and_order_moves_nothing(steps: Any, seed: int) -> None:
    holds(steps, seed)


@pytest.mark.long
@given(rounds, st.integers(0, 2**32))
@settings(max_examples=100_000, deadline=None)
def test_all_of_that_holds_a_hundred_thousand_times(steps: Any, seed: int) -> None:
    holds(steps, seed)
