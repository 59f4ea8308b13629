"""What sets a clause off: the direction of its measure, and how long its periods last."""

from __future__ import annotations

import pytest

from tallystick.contract.clause import Values
from tallystick.contract.triggered import better_of, months_of, windows_of
from tests.contract.clauses.applied import A1, ON, Applied, contract_of

AV = "{id: AV, kind: averaged_level, averages: A1, target: 80%}"


def test_the_measure_says_which_direction_is_better_and_the_text_where_it_does_not() -> None:
    contract = contract_of(A1, AV)
    for name in ("A1", "AV"):
        clause = contract.clause(name)
        assert better_of(Values(contract, ON, better={"A1": "lower"}), clause) == "lower"
        assert better_of(Values(contract, ON), clause) == "higher"
    assert better_of(Values(contract, ON), None) == "higher"


@pytest.mark.parametrize(
    ("window", "months"), [("day", 1), ("week", 1), ("month", 1), ("quarter", 3), ("year", 12), ("rolling 3 months", 3)]
)
def test_a_period_lasts_its_months_and_a_shorter_one_a_month(window: str, months: int) -> None:
    contract = contract_of(A1.replace("minimum_volume", f"window: {window}, minimum_volume"), AV)
    assert months_of(contract, contract.clause("A1")) == months
    assert months_of(contract, contract.clause("AV")) == months
    assert months_of(contract, None) == 1


def test_below_a_minimum_that_is_not_there_nothing_lies() -> None:
    without = A1.replace("minimum: 70%, ", "")
    when = "when: {clause: A1, below: minimum}"
    credit = f"{{id: C, kind: service_credit, {when}, model: percentage, percentage: 1%, of: fee}}"
    found = Applied((without, credit), {"A1": (50, 100)})
    assert found.credit("C") == "EUR 0.00"
    assert found.said("C", "credit")[1] == "A1 has no minimum on 2026-03-01"
    assert Applied((without, credit), {"A1": (50, 100)}, rules=4).credit("C") == "EUR 0.00"
    assert Applied((without, credit), {"A1": (50, 100)}, rules=3).credit("C") == "EUR 100.00"


def test_a_miss_that_keeps_the_minimum_costs_nothing_where_only_what_lies_below_it_does() -> None:
    when = "when: {clause: A1, below: minimum}"
    credit = f"{{id: C, kind: service_credit, {when}, model: percentage, percentage: 1%, of: fee}}"
    found = Applied((A1, credit), {"A1": (75, 100)})
    assert found.credit("C") == "EUR 0.00"
    assert found.said("C", "credit")[1] == "A1 is missed, but 75 % keeps its minimum of 70 %"
    assert Applied((A1, credit), {"A1": (69, 100)}).credit("C") == "EUR 100.00"
    of_target = credit.replace(", below: minimum", "")
    assert Applied((A1, of_target), {"A1": (75, 100)}).credit("C") == "EUR 100.00"


@pytest.mark.parametrize("noted", ["", "A1", "C"])
def test_nothing_follows_while_the_clause_or_its_consequence_is_not_in_effect(noted: str) -> None:
    state = ", state: [{from: 2026-01-01, as: reporting-only}]}"
    credit = "{id: C, kind: service_credit, when: {clause: A1}, model: percentage, percentage: 1%, of: fee}"
    clauses = [one[:-1] + state if name == noted else one for name, one in (("A1", A1), ("C", credit))]
    found = Applied(clauses, {"A1": (50, 100)})
    assert found.credit("C") == ("EUR 0.00" if noted else "EUR 100.00")
    if noted:
        assert found.said("C", "credit")[1] == f"{noted} is reporting-only on 2026-03-01"


def test_the_windows_that_a_clause_rests_on_are_found_through_what_lies_between() -> None:
    quarter = A1.replace("id: A1", "id: Q1").replace("target", "window: quarter, target")
    points = "{id: P, kind: points, when: {clause: Q1}, bands: [{below: 80%, points: 2}]}"
    both = "{id: S, kind: points_credit, points: [P, P2], each: 1%, of: fee}"
    second = points.replace("id: P", "id: P2").replace("Q1", "A1")
    contract = contract_of(A1, quarter, points, second, both)
    assert windows_of(contract, contract.clause("P")) == {("quarter", 1)}
    assert windows_of(contract, contract.clause("S")) == {("quarter", 1), ("month", 1)}
    assert windows_of(contract, None) == set()


def test_clauses_that_lead_in_a_circle_rest_on_no_window() -> None:
    contract = contract_of(
        A1,
        "{id: AV, kind: averaged_level, averages: AW, periods: 2, target: 80%}",
        "{id: AW, kind: averaged_level, averages: AV, periods: 2, target: 80%}",
    )
    assert windows_of(contract, contract.clause("AV")) == set()
