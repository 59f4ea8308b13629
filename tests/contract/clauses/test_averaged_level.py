"""The value of a clause averaged with the periods before."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.contract.clauses.applied import A1, A2, Applied, met, month

AV = "{id: AV, kind: averaged_level, averages: A1, periods: 3, target: 80%, minimum: 75%}"
LOW = "{id: AV, kind: averaged_level, averages: A2, periods: 2, target: 5%}"


def ran(now: int, *before: int | None) -> Applied:
    past = [
        month(number, A1=met(value=None if share is None else Fraction(share, 100)))
        for number, share in enumerate(before, start=1)
    ]
    return Applied((A1, AV), {"A1": (now, 100)}, past=past)


def test_the_mean_of_so_many_periods_is_held_against_the_level() -> None:
    assert ran(70, 85, 85).values.compared["AV"] == Fraction(80, 100)
    assert ran(70, 85, 85).values.outcomes["AV"] == "met"
    assert ran(69, 85, 85).values.outcomes["AV"] == "missed"
    assert ran(70, 85, 85, 10).values.outcomes["AV"] == "met"


def test_a_period_without_a_value_is_left_out_of_the_mean() -> None:
    assert ran(70, None, 90).values.compared["AV"] == Fraction(80, 100)
    assert ran(79).values.compared["AV"] == Fraction(79, 100)


def test_the_minimum_is_told_apart_from_the_target() -> None:
    assert ran(75).result("AV", "minimum") == "kept"
    assert ran(74).result("AV", "minimum") == "not kept"


@pytest.mark.parametrize("outcome", ["excused", "not assessable", "provisional"])
def test_it_is_judged_no_further_than_the_clause_itself(outcome: str) -> None:
    found = Applied((A1, AV), {"A1": (10, 100)}, outcomes={"A1": outcome})
    assert found.values.outcomes["AV"] == outcome
    assert "AV" not in found.values.compared


def test_where_lower_is_better_the_mean_must_stay_under_the_level() -> None:
    past = [month(1, A2=met(value=Fraction(4, 100)))]
    assert Applied((A2, LOW), {"A2": (6, 100)}, past=past).values.outcomes["AV"] == "met"
    assert Applied((A2, LOW), {"A2": (7, 100)}, past=past).values.outcomes["AV"] == "missed"


def test_a_stepped_credit_may_follow_from_it() -> None:
    credit = (
        "{id: C, kind: service_credit, when: {clause: AV, below: minimum}, model: stepped, of: fee, "
        "steps: [{below: 75%, percentage: 3%}]}"
    )
    for now, expected in ((75, "0.00"), (74, "300.00")):
        assert Applied((A1, AV, credit), {"A1": (now, 100)}).credit("C") == f"EUR {expected}"
