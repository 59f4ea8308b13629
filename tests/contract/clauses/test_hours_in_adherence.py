"""Hours paid as far as they were worked to the roster."""

from __future__ import annotations

import pytest

from tests.contract.clauses.applied import A1, A2, Applied, contract_of, linted, refused

FEE = "{id: H, kind: hours_in_adherence, adherence: A1, of: fee}"
HOURS = "{id: HR, kind: kpi, measure: login_time, target: 50%, minimum_volume: 1}"
RATE = "{id: H, kind: hours_in_adherence, adherence: A1, hours: HR, rate: 20.50}"
BANDS = (
    "{id: H, kind: hours_in_adherence, adherence: A1, pay: by-band, of: fee, "
    "bands: [{below: 80%, reduction: 2%}, {below: 70%, reduction: 5%}]}"
)


def test_only_hours_in_adherence_are_paid_whatever_the_target() -> None:
    assert Applied((A1, FEE), {"A1": (93, 100)}).credit("H") == "EUR 700.00"
    assert Applied((A1, FEE), {"A1": (100, 100)}).credit("H") == "EUR 0.00"
    assert Applied((A1, FEE), {"A1": (0, 100)}).credit("H") == "EUR 10,000.00"


def test_the_charge_may_be_hours_times_a_rate() -> None:
    ran = Applied((A1, HOURS, RATE), {"A1": (3, 4), "HR": (400, 1)})
    assert str(ran.result("H", "charge")) == "EUR 8,200.00"
    assert ran.credit("H") == "EUR 2,050.00"
    assert Applied((A1, HOURS, RATE), {"A1": (3, 4)}).credit("H") == "EUR 0.00"


@pytest.mark.parametrize(("met", "expected"), [(80, "0.00"), (79, "200.00"), (70, "200.00"), (69, "500.00")])
def test_bands_lower_the_rate(met: int, expected: str) -> None:
    assert Applied((A1, BANDS), {"A1": (met, 100)}).credit("H") == f"EUR {expected}"


def test_the_plain_words_tell_the_currency_of_the_rate() -> None:
    *_, clause = contract_of(A1, HOURS, RATE).clauses
    assert "the hours of clause HR at EUR 20.50 an hour" in clause.plain(contract_of(A1, HOURS, RATE), {})[0]


def test_hours_may_be_measured_in_seconds() -> None:
    seconds = HOURS.replace("target: 50%", "target: 300h")
    ran = Applied((A1, seconds, RATE), {"A1": (3, 4), "HR": (1_440_000, 1)})
    assert str(ran.result("H", "charge")) == "EUR 8,200.00"


def test_a_rate_of_nothing_charges_nothing() -> None:
    assert Applied((A1, HOURS, RATE.replace("20.50", "0")), {"A1": (3, 4), "HR": (400, 1)}).credit("H") == "EUR 0.00"


def test_the_charge_of_a_fee_is_told_and_an_unknown_fee_leads_to_nothing() -> None:
    assert str(Applied((A1, FEE), {"A1": (93, 100)}).result("H", "charge")) == "EUR 10,000.00"
    unknown = Applied((A1, FEE.replace("of: fee", "of: other")), {"A1": (93, 100)})
    assert unknown.said("H", "credit") == ("without the charge nothing follows", "no hours")


@pytest.mark.parametrize("words", ["hours: HR", "rate: 1", "of: fee, hours: HR", "of: fee, rate: 1", ""])
def test_it_says_either_a_fee_or_hours_and_a_rate(words: str) -> None:
    clause = f"{{id: H, kind: hours_in_adherence, adherence: A1{', ' if words else ''}{words}}}"
    assert refused(A1, HOURS, clause)
    assert not refused(A1, HOURS, RATE)


def test_it_needs_the_hours_only_where_it_names_them() -> None:
    for clause, needed in ((FEE, ("A1",)), (RATE, ("A1", "HR"))):
        contract = contract_of(A1, HOURS, clause)
        found = contract.clause("H")
        assert found is not None
        assert found.needs(contract) == needed


@pytest.mark.parametrize(
    ("adherence", "bands", "told"),
    [
        ("A1", "{below: 80%, reduction: 2%}, {below: 70%, reduction: 5%}", 0),
        ("A1", "{below: 80%, reduction: 2%}, {below: 70%, reduction: 2%}", 1),
        ("A1", "{below: 80%, reduction: 2%}, {below: 80%, reduction: 5%}", 1),
        ("A1", "{below: 70%, reduction: 2%}, {below: 80%, reduction: 5%}", 1),
        ("A2", "{below: 5%, reduction: 2%}, {below: 6%, reduction: 5%}", 0),
        ("A2", "{below: 6%, reduction: 2%}, {below: 5%, reduction: 5%}", 1),
    ],
)
def test_bands_become_worse_in_level_and_larger_in_reduction(adherence: str, bands: str, told: int) -> None:
    clause = f"{{id: H, kind: hours_in_adherence, adherence: {adherence}, pay: by-band, of: fee, bands: [{bands}]}}"
    assert len(linted(A1, A2, clause)) == told
