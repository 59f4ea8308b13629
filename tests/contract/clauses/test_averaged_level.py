"""The value of a clause averaged with the periods before."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.contract.clauses.applied import A1, A2, Applied, contract_of, linted, met, month

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


def test_the_steps_say_on_which_side_of_the_level_the_mean_lies() -> None:
    assert ran(80).said("AV", "target") == ("mean at least target", "80 % ≥ 80 %")
    assert ran(79).said("AV", "target") == ("mean at least target", "79 % < 80 %")
    assert ran(75).said("AV", "minimum") == ("mean at least minimum", "75 % ≥ 75 %")
    assert ran(74).said("AV", "minimum") == ("mean at least minimum", "74 % < 75 %")
    assert Applied((A2, LOW), {"A2": (5, 100)}).said("AV", "target") == ("mean at most target", "5 % ≤ 5 %")
    assert Applied((A2, LOW), {"A2": (6, 100)}).said("AV", "target") == ("mean at most target", "6 % > 5 %")


def test_the_step_of_the_target_and_the_verdict_say_the_same() -> None:
    for now, outcome in ((80, "met"), (79, "missed")):
        found = ran(now)
        assert found.result("AV", "target") == outcome
        assert found.said("AV", "outcome") == found.said("AV", "target")


@pytest.mark.parametrize(("window", "months"), [("month", 2), ("quarter", 6)])
def test_it_reads_one_period_less_than_it_averages(window: str, months: int) -> None:
    contract = contract_of(A1.replace("minimum_volume", f"window: {window}, minimum_volume"), AV)
    clause = contract.clause("AV")
    assert clause is not None
    assert clause.remembers(contract) == (("A1", months),)


def test_a_minimum_may_equal_the_target_and_not_be_better_than_it() -> None:
    clauses = {"A1": AV.replace("target: 80%, minimum: 75%", "TARGETS"), "A2": LOW.replace("target: 5%", "TARGETS")}
    for own, worse, better in (("A1", "74%", "81%"), ("A2", "81%", "74%")):
        for minimum, told in ((worse, 0), ("80%", 0), (better, 1)):
            clause = clauses[own].replace("TARGETS", f"target: 80%, minimum: {minimum}")
            assert len(linted(A1, A2, clause)) == told, (own, minimum)


def test_the_level_is_written_as_that_of_the_clause() -> None:
    assert linted(A1, AV) == []
    ((_, message),) = linted(A1, AV.replace("80%, minimum: 75%", "80"))
    assert "is not written as" in message
    ((_, message),) = linted(A1, AV, AV.replace("id: AV", "id: AW").replace("averages: A1", "averages: AV"))
    assert "measures nothing" in message
