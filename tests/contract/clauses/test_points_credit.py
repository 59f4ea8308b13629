"""Points turned into a price adjustment."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tallystick.contract.past import PastClause
from tests.contract.clauses.applied import A1, A2, Applied, month

POINTS = (
    "{id: P1, kind: points, when: {clause: A1}, bands: [{below: 80%, points: 3}]}",
    "{id: P2, kind: points, when: {clause: A2}, bands: [{below: 5%, points: 4}]}",
)
TABLE = (
    "{id: SC, kind: points_credit, points: [P1, P2], of: fee, plan_from: 7, at_most: 5%, "
    "table: [{from: 3, percentage: 1%}, {from: 7, percentage: 6%}]}"
)


def ran(clause: str, met: int, reopened: int, **parts: object) -> Applied:
    return Applied((A1, A2, *POINTS, clause), {"A1": (met, 100), "A2": (reopened, 100)}, **parts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("met", "reopened", "credit", "plan"),
    [(80, 5, "0.00", "not due"), (79, 5, "100.00", "not due"), (80, 6, "100.00", "not due"), (79, 6, "500.00", "due")],
)
def test_the_highest_step_that_is_reached_applies_and_no_more_than_the_most(
    met: int, reopened: int, credit: str, plan: str
) -> None:
    found = ran(TABLE, met, reopened)
    assert found.credit("SC") == f"EUR {credit}"
    assert found.result("SC", "rectification plan") == plan


def test_each_point_may_bring_a_percentage() -> None:
    assert ran("{id: SC, kind: points_credit, points: [P2], each: 0.5%, of: fee}", 79, 6).credit("SC") == "EUR 200.00"


def test_points_of_several_months_are_added_up_within_their_window() -> None:
    clause = "{id: SC, kind: points_credit, points: [P1], each: 1%, of: fee, months: 3}"
    past = [month(number, P1=PastClause("", points=Fraction(5))) for number in (1, 2, 3)]
    assert ran(clause, 79, 5, past=past).result("SC", "sum of points") == 13
    contract = ran(clause, 79, 5).contract
    found = contract.clause("SC")
    assert found is not None
    assert found.remembers(contract) == (("P1", 2),)
