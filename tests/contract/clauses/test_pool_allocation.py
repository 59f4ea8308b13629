"""Pools and allocations of an amount at risk."""

from __future__ import annotations

from datetime import date

import pytest

from tests.contract.clauses.applied import A1, A2, Applied

POOLS = (
    "{id: P, kind: pool_allocation, at_risk: {percentage: 10%, of: fee, less: [passed]}, "
    "pools: {one: {share: 50%, levels: {A1: 40%, A2: 60%}}, two: {share: 50%, levels: {A1: 100%}}}}"
)
MULTIPLIED = (
    "{id: P, kind: pool_allocation, at_risk: {percentage: 10%, of: fee}, levels: {A1: 60%, A2: 40%}, pool: 220%, "
    "multipliers: [{clause: A1, times: 2, from: 2026-02-01, to: 2026-02-28}, {clause: A2, times: 4, from: 2026-02-15}]}"
)


def credit(clause: str, met: int, reopened: int, on: date = date(2026, 3, 1)) -> str:
    return Applied((A1, A2, clause), {"A1": (met, 100), "A2": (reopened, 100)}, on=on).credit("P")


def test_shares_of_all_pools_add_up_net_of_what_is_passed_through() -> None:
    assert credit(POOLS, 80, 6) == "EUR 270.00"
    assert credit(POOLS, 79, 5) == "EUR 630.00"
    assert credit(POOLS, 79, 6) == "EUR 900.00"


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 1, 31), "600.00"), (date(2026, 2, 1), "1,000.00"), (date(2026, 2, 28), "1,000.00"),
        (date(2026, 3, 1), "600.00"),
    ],
)  # fmt: skip
def test_a_multiplier_holds_on_its_days_and_never_lifts_the_amount_at_risk(day: date, expected: str) -> None:
    assert credit(MULTIPLIED, 79, 5, day) == f"EUR {expected}"


def test_the_steps_say_which_level_took_what() -> None:
    ran = Applied((A1, A2, POOLS), {"A1": (79, 100), "A2": (5, 100)})
    assert ran.said("P", "share of A1") == (
        "share of pool “one” x allocation x amount at risk",
        "50 % x 40 % x EUR 900",
    )
    labels = [step.label for step in ran.steps["P"]]
    assert labels == ["amount at risk", "share of A1", "share of A1", "sum", "credit"]
    assert ran.said("P", "amount at risk")[1] == "10 % x (EUR 10,000.00 - EUR 1,000.00)"


def test_of_two_multipliers_that_hold_the_later_counts() -> None:
    both = MULTIPLIED.replace("multipliers: [", "multipliers: [{clause: A1, times: 3, from: 2026-01-15}, ")
    both = both.replace("60%", "20%")
    found = [credit(both, 79, 5, date(2026, month, 1)) for month in (1, 2, 3)]
    assert found == ["EUR 200.00", "EUR 400.00", "EUR 600.00"]
