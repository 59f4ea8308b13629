"""Caps that can be paid and can bind, and rights that can arise."""

from __future__ import annotations

import pytest

from tallystick.contract.check import check_text
from tests.contract.agreement import CARDS
from tests.contract.rules.by_text import A1, C1, FEES, HEAD, TERM, finds


@pytest.mark.parametrize(
    ("currency", "amount", "told"),
    [
        ("EUR", "1000.005", ["The cap CAP of 1000.005 cannot be paid: EUR has 2 decimals."]),
        ("EUR", "1000.01", []),
        ("EUR", "1000.500", []),
        ("JPY", "1000.5", ["The cap CAP of 1000.5 cannot be paid: JPY has no decimals."]),
        ("JPY", "1000.0", []),
        ("KWD", "1000.005", []),
        ("KWD", "1000.0005", ["The cap CAP of 1000.0005 cannot be paid: KWD has 3 decimals."]),
        # Where the currency itself is broken, nothing is known of its decimals.
        ("euro", "1000.005", []),
    ],
)
def test_a_cap_is_no_finer_than_its_currency(currency: str, amount: str, told: list[str]) -> None:
    cap = f"  - {{id: CAP, kind: credit_cap, amount: {amount}}}\n"
    text = HEAD.replace("currency: EUR", f"currency: {currency}") + TERM + FEES + "clauses:\n" + A1 + C1 + cap
    _, findings = check_text(text, CARDS)
    assert [one.message for one in findings if one.id == "TS-C168"] == told


@finds(("TS-C168", "amount: 5000.001"))
def test_sums_that_are_rounded_before_they_fall_due_may_be_finer() -> None:
    """
    FEES
    clauses:
    A1
      - {id: C1, kind: service_credit, when: {clause: A1}, model: per-failure, amount: 0.125, at_most: 10.005}
      - id: CAP
        kind: credit_cap
        amount: 5000.001
    examples: [{clause: C1, given: {met: 50, total: 80}, expect: {credit: 3.75}}]
    """


@finds(("TS-C132", "percentage: 12%"))
def test_a_cap_that_can_never_bind_is_noted() -> None:
    """
    FEES
    clauses:
    A1
    A2
    C1
      - {id: C2, kind: service_credit, when: {clause: A2}, model: percentage, percentage: 2%, of: monthly}
    CAP
      - id: PART
        kind: credit_cap
        percentage: 12%
        of: monthly
        clauses: [C1]
    examples:
      - {clause: C1, given: {value: 70%}, expect: {credit: 2000}}
      - {clause: C2, given: {value: 9%}, expect: {credit: 2000}}
    """


@finds(("TS-C121", "failures: 13"))
def test_a_trigger_that_can_never_be_reached_is_refused() -> None:
    """
    clauses:
    A1
      - id: T1
        kind: termination_trigger
        clauses: [A1]
        failures: 13
        months: 12
    """


@finds(("TS-C119", "cap: A1"), ("TS-C056", "A1: 2h"))
def test_a_trigger_on_another_kind_or_unit_is_refused() -> None:
    """
    clauses:
    A1
      - id: T1
        kind: termination_trigger
        cap: A1
      - id: T2
        kind: termination_trigger
        below:
          A1: 2h
    """
