"""To which verdict a consequence belongs, and which clauses are applied at all."""

from __future__ import annotations

from tallystick.verdicts.consequences import Consequences, follow
from tests.contract.clauses.applied import A1, A2, Applied

POOL = "{id: P, kind: pool_allocation, at_risk: {percentage: 10%, of: fee}, levels: {A1: 50%, A2: 50%}}"
POINTS = (
    "{id: SP, kind: points, when: {clause: A2}, bands: [{below: 5%, points: 2}]}",
    "{id: SC, kind: points_credit, points: [SP], each: 1%, of: fee}",
)
CAP = "{id: CAP, kind: credit_cap, amount: 50}"
EARN = "{id: EB, kind: earn_back, credits: [P], clause: A1, level: 90%}"


def after(*clauses: str, met: int = 60, reopened: int = 9) -> Consequences:
    before = Applied((A1, A2, *clauses), {"A1": (met, 100), "A2": (reopened, 100)}).values
    bare = Applied((A1, A2), {"A1": (met, 100), "A2": (reopened, 100)}).values
    from dataclasses import replace

    return follow(replace(bare, contract=before.contract), ["A1", "A2"])


def test_a_consequence_belongs_to_the_first_missed_clause_that_it_needs() -> None:
    assert after(POOL).granted["P"][0] == "A1"
    assert after(POOL, met=90).granted["P"][0] == "A2"
    assert after(POOL, met=90, reopened=1).granted["P"][0] == "A1"


def test_what_follows_from_a_consequence_belongs_to_the_same_verdict() -> None:
    found = after(*POINTS)
    assert found.tallies["SP"][0] == "A2"
    assert found.granted["SC"][0] == "A2"


def test_a_clause_of_which_nothing_was_judged_is_not_applied_and_a_limit_is() -> None:
    text = Applied((A1, A2, *POINTS, CAP), {}).contract
    from dataclasses import replace

    bare = Applied((A1, A2), {"A1": (60, 100)}).values
    found = follow(replace(bare, contract=text), ["A1"])
    assert (dict(found.granted), dict(found.tallies)) == ({}, {})
    assert list(found.limits) == ["CAP"]


def test_limits_come_after_credits_and_earning_back_after_limits_wherever_they_stand() -> None:
    found = after(EARN, CAP, POOL)
    held = next(step.result for step in found.granted["EB"][1] if step.label == "pending")
    assert str(held) == "EUR 50.00"
    assert str(found.values.payable["P"]) == "EUR 50.00"
    assert str(found.values.credits["P"]) == "EUR 1,000.00"
    assert found.values.reached == {"CAP"}


def test_what_judges_by_itself_is_judged_and_its_consequences_belong_to_it() -> None:
    mean = "{id: AV, kind: averaged_level, averages: A1, target: 80%}"
    found = after(mean, "{id: C, kind: service_credit, when: {clause: AV}, model: fixed, amount: 10}", CAP)
    assert list(found.judged) == ["AV"]
    assert found.granted["C"][0] == "AV"
    assert (list(found.limits), dict(found.tallies)) == (["CAP"], {})
