"""To which verdict a consequence belongs, and which clauses are applied at all."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from tallystick.contract.clause import NEWEST_RULES
from tallystick.contract.past import Past, PastClause
from tallystick.verdicts.consequences import Consequences, follow
from tests.contract.clauses.applied import A1, A2, Applied, euros, month

POOL = "{id: P, kind: pool_allocation, at_risk: {percentage: 10%, of: fee}, levels: {A1: 50%, A2: 50%}}"
POINTS = (
    "{id: SP, kind: points, when: {clause: A2}, bands: [{below: 5%, points: 2}]}",
    "{id: SC, kind: points_credit, points: [SP], each: 1%, of: fee}",
)
CAP = "{id: CAP, kind: credit_cap, amount: 50}"
EARN = "{id: EB, kind: earn_back, credits: [P], clause: A1, level: 90%}"


def after(
    *clauses: str, met: int = 60, reopened: int = 9, past: Past | None = None, rules: int = NEWEST_RULES
) -> Consequences:
    before = Applied((A1, A2, *clauses), {"A1": (met, 100), "A2": (reopened, 100)}).values
    bare = Applied((A1, A2), {"A1": (met, 100), "A2": (reopened, 100)}).values
    return follow(replace(bare, contract=before.contract, past=past or Past(), rules=rules), ["A1", "A2"])


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


def in_state(clause: str, state: str) -> str:
    return f"{clause[:-1]}, state: [{{from: 2026-01-01, as: {state}}}]}}"


LARGEST = "{id: ONE, kind: pick_one, credits: [P, C]}"
LATE = "{id: CD, kind: claim_deadline, within: 10 days, claimed: [{period: 2026-03, on: 2026-06-01}]}"
FIXED = "{id: C, kind: service_credit, when: {clause: A2}, model: fixed, amount: 10}"


@pytest.mark.parametrize("state", ["reporting-only", "baselining", "suspended", "retired"])
@pytest.mark.parametrize("limit", [CAP, LARGEST, LATE])
def test_a_limit_that_is_not_in_effect_limits_nothing(limit: str, state: str) -> None:
    found = after(POOL, FIXED, in_state(limit, state))
    assert [str(found.values.payable[name]) for name in ("P", "C")] == ["EUR 1,000.00", "EUR 10.00"]
    assert (dict(found.limits), found.values.reached) == ({}, frozenset())
    cut = after(POOL, FIXED, limit)
    assert cut.values.payable != found.values.payable
    before = after(POOL, FIXED, in_state(limit, state), rules=4)
    assert (before.values.payable == cut.values.payable) is (state != "retired")


def test_a_clause_that_has_retired_is_applied_only_to_settle_what_it_held() -> None:
    january = month(2, A1=PastClause("", "missed", "in-effect", Fraction(1, 2)), P=PastClause("", credit=euros("300")))
    lived = "state: [{from: 2026-01-01, as: in-effect}, {from: 2026-03-01, as: retired}]"
    earn = f"{EARN[:-1]}, periods: 1, {lived}}}"
    found = after(POOL, earn, met=95, past=Past((january,)))
    assert str(found.values.credits["EB"]) == "EUR -300.00"
    assert found.granted["EB"][0] == "A2"
    assert "EB" not in after(POOL, earn, met=95).granted
    right = "{id: T, kind: termination_trigger, clauses: [A2], failures: 1}"
    settled = after(POOL, earn, right, met=95)
    assert "EB" not in settled.tallies
    assert "T" in settled.tallies
    assert "EB" not in after(POOL, earn, met=95, past=Past((january,)), rules=4).granted
    assert "P" not in after(in_state(POOL, "retired")).granted
