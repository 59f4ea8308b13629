"""Price adjustments: fixed, a percentage of a fee, stepped."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from tallystick.contract.clause import Values, credit_of
from tallystick.contract.counted import CountedClause
from tallystick.vocabulary.measure_value import MeasureValue
from tallystick.vocabulary.money import Money
from tests.contract.agreement import sound
from tests.contract.clauses.applied import A1, Applied, refused

STEPPED = (
    "    model: stepped\n    of: monthly\n    steps: [{below: 90%, percentage: 2%}, {below: 85%, percentage: 5%}]\n"
)
ON = date(2026, 1, 1)


def share(met: int, total: int) -> MeasureValue:
    return MeasureValue("sla_attainment", 1, "share", "ratio", (), "2026-01", total, met, total, Fraction(met, total))


def credit(met: int, total: int, *edits: tuple[str, str], outcome: str | None = None, on: date = ON) -> Money | None:
    contract = sound(*edits)
    values = Values(contract, on, {"A1": share(met, total)}, {"A1": "higher"})
    target, found = contract.clause("A1"), contract.clause("C1")
    assert isinstance(target, CountedClause)
    assert found is not None
    values = values.after(target, target.apply(values), outcome)
    return credit_of(found.apply(values))


def euros(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


@pytest.mark.parametrize(
    ("met", "expected"), [(95, "0"), (90, "0"), (89, "2400.00"), (85, "2400.00"), (84, "6000.00"), (0, "6000.00")]
)
def test_the_worst_step_that_is_reached_applies(met: int, expected: str) -> None:
    assert credit(met, 100) == euros(expected)


def test_a_fixed_sum_follows_from_a_miss() -> None:
    fixed = (STEPPED, "    model: fixed\n    amount: 2500\n")
    assert credit(80, 100, fixed) == euros("2500.00")
    assert credit(90, 100, fixed) == euros("0")


def test_a_percentage_of_a_fee_is_rounded_once_at_the_end() -> None:
    edits = (
        (STEPPED, "    model: percentage\n    percentage: 1.255%\n    of: monthly\n"),
        ("amount: 120000", "amount: 999.99"),
    )
    assert credit(80, 100, *edits) == euros("12.55")


@pytest.mark.parametrize("outcome", ["excused", "not assessable", "provisional", "met"])
def test_nothing_follows_unless_the_clause_is_missed(outcome: str) -> None:
    assert credit(10, 100, outcome=outcome) == euros("0")


def test_nothing_follows_while_the_clause_is_only_reported() -> None:
    assert credit(10, 100, on=date(2025, 8, 1)) == euros("0")


def test_a_credit_below_the_minimum_waits_for_the_minimum() -> None:
    edits = (("below: target}", "below: minimum}"), (STEPPED, "    model: fixed\n    amount: 2500\n"))
    assert credit(87, 100, *edits) == euros("0")
    assert credit(84, 100, *edits) == euros("2500.00")


def test_a_percentage_needs_its_fee_and_a_sum_needs_none() -> None:
    model = "{id: X, kind: service_credit, when: {clause: A1}, model: "
    assert refused(A1, model + "percentage, percentage: 2%}")
    assert refused(A1, model + "stepped, steps: [{below: 80%, percentage: 2%}]}")
    assert refused(A1, model + "stepped, steps: [{below: 80%, amount: 2}, {below: 70%, percentage: 2%}]}")
    assert not refused(A1, model + "stepped, steps: [{below: 80%, amount: 2}, {below: 70%, amount: 3}]}")
    assert not refused(A1, model + "percentage, percentage: 2%, of: fee}")


def test_a_most_goes_with_a_sum_for_each_failure_alone() -> None:
    model = "{id: X, kind: service_credit, when: {clause: A1}, amount: 10, at_most: 50, model: "
    assert refused(A1, model + "fixed}")
    assert not refused(A1, model + "per-failure}")


def test_a_step_of_no_amount_costs_nothing() -> None:
    clause = "{id: X, kind: service_credit, when: {clause: A1}, model: stepped, steps: [{below: 80%, amount: 0}]}"
    assert Applied((A1, clause), {"A1": (79, 100)}).credit("X") == "EUR 0.00"


def test_a_miss_that_reaches_no_step_costs_nothing() -> None:
    clause = "{id: X, kind: service_credit, when: {clause: A1}, model: stepped, steps: [{below: 70%, amount: 9}]}"
    ran = Applied((A1, clause), {"A1": (79, 100)})
    assert ran.said("X", "credit") == ("no step of the table is reached", "0")
    assert Applied((A1, clause), {"A1": (69, 100)}).credit("X") == "EUR 9.00"


def test_failures_that_are_forgiven_are_told_and_cost_nothing() -> None:
    clause = "{id: X, kind: service_credit, when: {clause: A1}, model: per-failure, amount: 10}"
    each = Applied((A1, clause), {"A1": (79, 100)})
    assert (each.said("X", "failures"), each.credit("X")) == (("failed cases", "21"), "EUR 210.00")
    forgiving = A1.replace("minimum_volume", "allowed_failures: 20, minimum_volume")
    ran = Applied((forgiving, clause), {"A1": (79, 100)})
    assert ran.said("X", "failures") == ("failures - those that are forgiven", "21 - 20")
    assert ran.credit("X") == "EUR 10.00"
