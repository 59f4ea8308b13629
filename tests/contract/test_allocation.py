"""Amounts at risk: unknown fees, and fees that are taken off."""

from __future__ import annotations

import pytest

from tests.contract.clauses.applied import A1, A2, Applied

POOL = "{id: P, kind: pool_allocation, at_risk: {percentage: 10%, of: fee, less: [passed]}, levels: {A1: 60%, A2: 60%}}"
MISSED = {"A1": (79, 100), "A2": (6, 100)}


def test_together_the_shares_come_to_the_amount_at_risk_at_most() -> None:
    ran = Applied((A1, A2, POOL), MISSED)
    assert (ran.credit("P"), ran.said("P", "sum")[1]) == ("EUR 900.00", "EUR 1080 > EUR 900")
    one = Applied((A1, A2, POOL), {"A1": (79, 100), "A2": (5, 100)})
    assert (one.credit("P"), one.said("P", "sum")[1]) == ("EUR 540.00", "EUR 540 ≤ EUR 900")


@pytest.mark.parametrize("fees", ["of: other, less: [passed]", "of: fee, less: [other]"])
def test_where_a_fee_is_unknown_nothing_follows(fees: str) -> None:
    ran = Applied((A1, A2, POOL.replace("of: fee, less: [passed]", fees)), MISSED)
    assert ran.credit("P") == "EUR 0.00"
    assert ran.said("P", "credit")[0] == "without the fee nothing follows"


def test_where_more_is_taken_off_than_the_fee_nothing_is_at_risk() -> None:
    assert Applied((A1, A2, POOL.replace("of: fee, less: [passed]", "of: passed, less: [fee]")), MISSED).credit(
        "P"
    ) == ("EUR 0.00")


def test_without_a_percentage_the_whole_fee_is_at_risk() -> None:
    clause = POOL.replace("percentage: 10%, of: fee, less: [passed]", "of: fee")
    assert Applied((A1, A2, clause), {"A1": (79, 100), "A2": (5, 100)}).credit("P") == "EUR 6,000.00"
