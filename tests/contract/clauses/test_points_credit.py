"""Points turned into a price adjustment."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from tallystick.contract.past import PastClause, PastPeriod
from tests.contract.clauses.applied import A1, A2, Applied, linted, month

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


def test_a_window_of_one_month_reads_nothing_of_the_past_and_one_of_two_the_month_before() -> None:
    past = [month(number, P1=PastClause("", points=Fraction(5))) for number in (1, 2)]
    for months, total, read in ((1, 3, ()), (2, 8, (("P1", 1),))):
        clause = f"{{id: SC, kind: points_credit, points: [P1], each: 1%, of: fee, months: {months}}}"
        found = ran(clause, 79, 5, past=past)
        assert found.result("SC", "sum of points") == total
        own = found.contract.clause("SC")
        assert own is not None
        assert own.remembers(found.contract) == read


def test_below_the_table_there_is_a_percentage_of_nothing() -> None:
    found = ran(TABLE, 80, 5)
    assert found.result("SC", "percentage") == 0
    assert found.said("SC", "credit")[0] == "no price adjustment"


def test_an_unknown_fee_leads_to_nothing() -> None:
    assert ran(TABLE.replace("of: fee", "of: other"), 79, 6).credit("SC") == "EUR 0.00"


def test_the_most_is_told_only_where_it_binds() -> None:
    for most, told in (("6%", False), ("5.9%", True)):
        steps = ran(TABLE.replace("at_most: 5%", f"at_most: {most}"), 79, 6).steps["SC"]
        assert ("at most" in [step.label for step in steps]) is told


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ("{from: 3, percentage: 1%}, {from: 7, percentage: 6%}", 0),
        ("{from: 3, percentage: 1%}, {from: 3, percentage: 6%}", 1),
        ("{from: 3, percentage: 1%}, {from: 7, percentage: 1%}", 1),
        ("{from: 7, percentage: 1%}, {from: 3, percentage: 6%}", 1),
    ],
)
def test_a_table_rises_in_points_and_in_percentage(table: str, told: int) -> None:
    clause = f"{{id: SC, kind: points_credit, points: [P1], of: fee, table: [{table}]}}"
    assert len(linted(A1, A2, *POINTS, clause)) == told


def test_a_window_of_months_ends_with_the_last_month_of_a_quarter() -> None:
    quarter = {"label": "2026-Q1", "from_on": date(2026, 1, 1), "end_on": date(2026, 4, 1), "on": date(2026, 1, 1)}
    december = PastPeriod("2025-12", date(2025, 12, 1), date(2026, 1, 1), "", (PastClause("P1", points=Fraction(5)),))
    for months, rules, expected in ((3, 5, 3), (4, 5, 8), (3, 4, 8)):
        clause = f"{{id: SC, kind: points_credit, points: [P1], each: 1%, of: fee, months: {months}}}"
        found = ran(clause, 79, 5, past=[december], rules=rules, **quarter)
        assert found.result("SC", "sum of points") == expected
