"""Verdicts whose miss does not bind, because the volume lies outside the tolerance around its forecast."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tallystick.assess import Order, assess
from tallystick.billing.credits import JudgedWindow, credits_of
from tallystick.measures.example import fact_table
from tallystick.verdicts.credit_state import as_judged, credit_state
from tallystick.verdicts.evidence import GateAnswer
from tallystick.verdicts.explain import explain, kept
from tallystick.verdicts.judge import Judgement
from tallystick.verdicts.pace import pace_of
from tallystick.verdicts.pace_credits import PaceOfCredits, pace_of_credits
from tallystick.verdicts.past import past_clauses
from tallystick.verdicts.restatement import record
from tallystick.verdicts.store import VerdictStore
from tallystick.verdicts.tolerance import LABEL, excused_by, is_turned
from tallystick.verdicts.verdict import Outcome, Verdict
from tallystick.verdicts.verify import verify_kept
from tallystick.verdicts.what_if import can_ask, what_if
from tallystick.vocabulary.measure_value import MeasureValue
from tallystick.vocabulary.money import Money
from tests.contract.clauses.applied import contract_of
from tests.verdicts.agreement import TEXT, clock_rows, evidence_of, facts_of, judge_with, judged, promise_from
from tests.verdicts.invented_verdicts import judged as running
from tests.verdicts.invented_verdicts import share, verdict
from tests.verdicts.test_judge import outage_rows, relief
from tests.verdicts.tiny_lake import TEXT as LAKE_TEXT
from tests.verdicts.tiny_lake import make_home

VT = "  - {id: VT, kind: volume_tolerance, volume: V1, over: 10%, under: 20%, clauses: [A1]}\n"
NOT_ASSESSED = VT.replace("clauses:", "effect: not-assessable, clauses:")


def typed(value: str, more: str = ", n: 1488") -> str:
    return (
        "  - {id: V1, kind: kpi, title: Volume, measure: volume, better: lower, target: 10%, value: typed, "
        f"evidence: e, typed: [{{period: 2026-03, value: {value}{more}, evidence: e}}]}}\n"
    )


def tolerated(volume: str, met: int = 42, missed: int = 18, tolerance: str = VT, **parts: Any) -> Judgement:
    return judged(met, missed, TEXT + typed(volume) + tolerance, **parts)


def of(judgement: Judgement, clause: str = "A1") -> Verdict:
    return next(one for one in judgement.verdicts if one.clause == clause)


def total(judgement: Judgement) -> Decimal:
    assert judgement.statement is not None
    return judgement.statement.total.amount


def test_a_miss_outside_the_tolerance_is_excused_and_keeps_its_figures() -> None:
    bound, found = of(tolerated("10%")), of(tolerated("12.5%"))
    assert (bound.outcome, bound.credit) == (Outcome.MISSED, Money(Decimal(2500), "EUR"))
    assert (found.outcome, found.arithmetic) == (Outcome.EXCUSED, Outcome.MISSED)
    assert found.credit == Money(Decimal(0), "EUR")
    same = ("value", "target", "minimum", "level", "compared", "more_to_meet", "counted", "relief", "provenance")
    assert all(getattr(bound, name) == getattr(found, name) for name in same)
    assert found.reasons == (
        "VT excuses the miss: V1 is 12.5 % (n = 1,488), more than 10 % over the forecast or more than 20 % under it",
    )
    assert bound.reasons == ()


def test_its_steps_end_in_what_the_tolerance_made_of_it() -> None:
    bound, found = of(tolerated("10%")), of(tolerated("12.5%"))
    own = [step for step in found.steps if step.clause != "C1"]
    census = [step for step in bound.steps if step.clause != "C1"]
    assert own[: len(census)] == census
    assert [(step.clause, step.label, step.result) for step in own[len(census) :]] == [
        ("VT", "volume", Fraction(1, 8)),
        ("VT", "tolerance", "outside"),
        ("A1", LABEL, "excused"),
    ]
    assert (own[-1].formula, own[-1].inserted) == (
        "a miss outside the tolerance is excused (VT)",
        "V1 is 12.5 % (n = 1,488): 12.5 % > 10 %",
    )


@pytest.mark.parametrize(
    ("volume", "expected"),
    [("10%", 2500), ("10.0001%", 0), ("-20%", 2500), ("-20.0001%", 0), ("0%", 2500)],
)
def test_no_money_follows_from_a_miss_beyond_the_border(volume: str, expected: int) -> None:
    assert total(tolerated(volume)) == expected


def test_what_is_kept_is_the_very_same_verdict() -> None:
    (alone,) = judged(50, 10).verdicts
    kept_one = of(tolerated("30%", 50, 10))
    assert (kept_one.outcome, kept_one.steps, kept_one.reasons) == (Outcome.MET, alone.steps, ())


def test_a_miss_may_be_left_unassessed() -> None:
    found = of(tolerated("12.5%", tolerance=NOT_ASSESSED))
    assert (found.outcome, found.arithmetic) == (Outcome.NOT_ASSESSABLE, Outcome.MISSED)
    assert found.reasons[0].startswith("VT leaves the miss unassessed: V1 is 12.5 % (n = 1,488), more than 10 % over")
    assert is_turned(found)


def test_without_a_volume_the_level_binds() -> None:
    other_month = typed("30%").replace("2026-03", "2026-02")
    judgement = judged(42, 18, TEXT + other_month + VT)
    assert of(judgement, "V1").outcome is Outcome.NOT_ASSESSABLE
    assert (of(judgement).outcome, total(judgement)) == (Outcome.MISSED, 2500)
    assert not is_turned(of(judgement))


def test_a_retired_tolerance_turns_nothing() -> None:
    retired = VT.replace("clauses:", "state: [{from: 2026-01-01, as: retired}], clauses:")
    judgement = tolerated("30%", tolerance=retired)
    assert (of(judgement).outcome, total(judgement)) == (Outcome.MISSED, 2500)
    assert judgement.statement is not None
    assert judgement.statement.tallies == ()


def test_a_volume_without_its_n_says_so() -> None:
    found = of(judged(42, 18, TEXT + typed("12.5%", "") + VT))
    assert found.reasons[0].startswith("VT excuses the miss: V1 is 12.5 % (n not stated), ")


MEASURED = "  - {id: V1, kind: kpi, title: Volume, measure: volume_against_forecast, target: 10%}\n"
STATED = (
    "  - {id: A1, kind: kpi, title: Answered, measure: answered, better: higher, target: 80%, value: typed, "
    "evidence: e, typed: [{period: 2026-03, value: 70%, n: 60, evidence: e}]}\n"
)


def on_half_hours(offered: int, gate: GateAnswer | None = None) -> Judgement:
    """A stated level beside a volume that is counted: 1,000 contacts were forecast."""
    text = TEXT.split("  - {id: A1")[0] + STATED + "  - {id: C1" + TEXT.split("  - {id: C1")[1] + MEASURED + VT
    half_hour = fact_table(
        "staffing_interval", [{"offered": offered, "forecast_milli": 1_000_000}], zone="Europe/Bucharest"
    )
    return judge_with(evidence_of(facts_of([]) | {"staffing_interval": half_hour}, gate=gate), text)


def test_the_volume_is_counted_from_contacts_and_the_forecast_in_force() -> None:
    for offered, outcome, due in ((1100, Outcome.MISSED, 2500), (1101, Outcome.EXCUSED, 0)):
        judgement = on_half_hours(offered)
        value = of(judgement, "V1").value
        assert value is not None
        assert (value.value, value.n) == (Fraction(offered - 1000, 1000), 1)
        assert (of(judgement).outcome, total(judgement)) == (outcome, due)


@pytest.mark.parametrize("offered", [1000, 1101])
def test_while_the_volume_is_not_final_the_miss_is_provisional(offered: int) -> None:
    judgement = on_half_hours(offered, GateAnswer(("the feed calls ends on 2026-03-28",)))
    assert of(judgement, "V1").outcome is Outcome.PROVISIONAL
    found = of(judgement)
    assert (found.outcome, found.arithmetic, total(judgement)) == (Outcome.PROVISIONAL, Outcome.MISSED, 0)
    beyond = "10.1" if offered == 1101 else "0"
    assert found.reasons[-1] == f"V1 is {beyond} % (n = 1) and not final, and VT may take the miss away"
    assert found.steps[-2].inserted == f"V1 is {beyond} % (n = 1): provisional"


def test_a_period_that_is_not_over_stays_provisional_by_itself() -> None:
    found = of(tolerated("30%", as_of=datetime(2026, 3, 20, tzinfo=UTC)))
    assert found.outcome is Outcome.PROVISIONAL
    assert not is_turned(found)


def test_what_the_tolerance_came_to_stands_in_the_statement() -> None:
    for volume, came_to, follows in (("12.5%", "outside", "V1"), ("5%", "inside", "A1")):
        statement = tolerated(volume).statement
        assert statement is not None
        (tally,) = statement.tallies
        assert (tally.clause, tally.follows) == ("VT", follows)
        assert [step.result for step in tally.steps if step.label == "tolerance"] == [came_to]


def test_relief_comes_first_and_what_it_excuses_no_tolerance_turns() -> None:
    text = relief("agreed").replace("relief:", typed("30%") + VT + "relief:")
    found = of(judge_with(evidence_of(facts_of(outage_rows())), text))
    assert found.outcome is Outcome.EXCUSED
    assert not is_turned(found)
    assert excused_by(found) == "agreed relief"


def test_two_tolerances_turn_a_miss_once_and_each_its_own_clause() -> None:
    second = "  - {id: A2, kind: sla_target, clock: first_reply, within: 4h, target: 90%}\n"
    twice = VT + VT.replace("VT", "VU").replace("[A1]", "[A1, A2]")
    judgement = judged(42, 18, TEXT + second + typed("30%") + twice)
    assert [excused_by(of(judgement, name)) for name in ("A1", "A2")] == ["tolerance VT", "tolerance VU"]
    assert [step.clause for step in of(judgement).steps if step.label == "tolerance"] == ["VT"]


def test_a_clause_of_another_kind_in_the_tallies_turns_nothing() -> None:
    points = "  - {id: SP, kind: points, when: {clause: A1}, bands: [{below: 80%, points: 2}]}\n"
    bound = judged(42, 18, TEXT + points + typed("10%") + VT)
    out = judged(42, 18, TEXT + points + typed("30%") + VT)
    assert bound.statement is not None
    assert out.statement is not None
    given = [
        next(step.result for tally in one.tallies if tally.clause == "SP" for step in tally.steps[-1:])
        for one in (bound.statement, out.statement)
    ]
    assert given == [2, 0]


def test_a_tolerance_may_stand_before_what_it_releases() -> None:
    text = TEXT.replace("clauses:\n", "clauses:\n" + VT + typed("30%"))
    first = judge_with(evidence_of(facts_of(clock_rows(42, 18))), text)
    assert (of(first).outcome, total(first)) == (Outcome.EXCUSED, 0)


def _at(day: str) -> dict[str, str]:
    return {"started_at": f"{day}T08:00:00Z", "ended_at": f"{day}T08:30:00Z"}


RELIEVED = (
    "relief: [{id: R1, clauses: [V1], from: 2026-03-10, to: 2026-03-10, reason: client-outage, status: agreed, "
    "evidence: e}]\n"
)


def test_a_volume_is_what_relief_leaves_of_it_wherever_money_is_reckoned(tmp_path: Path) -> None:
    """1,350 came where 1,100 were forecast; without the 10th, agreed relief, 1,050 of 1,000: 5 % over, which binds."""
    stated = STATED.replace("70%", "81%")
    credit = "  - {id: C1, kind: service_credit, when: {clause: A1}, model: percentage, percentage: 5%, of: monthly}\n"
    cap = "  - {id: CAP, kind: credit_cap, percentage: 10%, of: monthly}\n"
    half_hours = [
        {**_at("2026-03-02"), "offered": 1050, "forecast_milli": 1_000_000},
        {**_at("2026-03-10"), "offered": 300, "forecast_milli": 100_000},
    ]
    facts = facts_of([]) | {"staffing_interval": fact_table("staffing_interval", half_hours, zone="Europe/Bucharest")}
    evidence = evidence_of(facts)
    for number, (given, relief_text, target, due) in enumerate(
        ((STATED, RELIEVED, "", 6000), (STATED, "", "", 0), (stated, RELIEVED, "82%", 6000), (stated, "", "82%", 0))
    ):
        text = TEXT.split("  - {id: A1")[0] + given + credit + cap + MEASURED + VT + relief_text
        judgement, promise = judge_with(evidence, text), promise_from(text)
        stored = record(VerdictStore(tmp_path / str(number)), judgement, promise.period("2026-03"), evidence, {})
        assert stored is not None
        window = JudgedWindow(stored.record, tuple(stored.verdicts))
        asked = [one for one in stored.verdicts if one.clause == "A1" and can_ask(one)]
        if target:
            found = what_if(promise.contract, stored.record, stored.verdicts, asked[0], target=target)
            assert found.outcome is (Outcome.MISSED if due else Outcome.EXCUSED)
            assert found.after == Money(Decimal(due), "EUR")
            continue
        assert total(judgement) == due
        given_credits = credits_of(promise.contract, ["2026-03"], [window])({"monthly": Money(Decimal(60000), "EUR")})
        assert sum(line.payable.amount for line in given_credits.lines) == due / 2


def test_later_periods_see_an_excused_period() -> None:
    judgement = tolerated("30%")
    past = past_clauses(judgement.verdicts, judgement.statement)
    assert (past["A1"].outcome, past["A1"].missed, past["A1"].value) == ("excused", False, Fraction(7, 10))


# ---- a home --------------------------------------------------------------------------------------------------------

AS_OF = datetime(2026, 5, 5, 6, tzinfo=UTC)


def home_of(root: Path, volume: str, tolerance: str = VT) -> VerdictStore:
    home = make_home(root, text=LAKE_TEXT + typed(volume) + tolerance)
    assess(home, Order([home / "contracts" / "aurora.yaml"], AS_OF, ["2026-03"]), gate=lambda *_: GateAnswer())
    return VerdictStore(home / "verdicts")


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> VerdictStore:
    return home_of(tmp_path_factory.mktemp("outside"), "12.5%")


@pytest.fixture(scope="module")
def inside(tmp_path_factory: pytest.TempPathFactory) -> VerdictStore:
    return home_of(tmp_path_factory.mktemp("inside"), "5%")


def test_the_sentence_names_the_tolerance_and_the_volume(outside: VerdictStore, inside: VerdictStore) -> None:
    assert explain(outside, outside.find("aurora/A1/2026-03")).sentence == (
        "Aurora Contact missed A1 (First reply) in 2026-03 and is excused by tolerance VT: 3 of 6, 50 % against "
        "at least 80 %; VT excuses the miss: V1 is 12.5 % (n = 1,488), more than 10 % over the forecast or more "
        "than 20 % under it."
    )
    assert "A price adjustment of" in explain(inside, inside.find("aurora/A1/2026-03")).sentence


def test_the_sentence_of_an_unassessed_miss_names_the_tolerance_and_not_its_volume(tmp_path: Path) -> None:
    store = home_of(tmp_path, "12.5%", NOT_ASSESSED)
    told = explain(store, store.find("aurora/A1/2026-03"))
    assert told.sentence.startswith("A1 (First reply) of Aurora Contact cannot be assessed for 2026-03: 3 of 6, 50 %")
    assert "; VT leaves the miss unassessed: V1 is 12.5 %" in told.sentence
    assert told.what_would_change == ("2 more of the 6 counted would have had to be met.",)


def test_what_was_kept_is_judged_again_to_the_byte(outside: VerdictStore) -> None:
    found = outside.find("aurora/A1/2026-03")
    assert verify_kept(outside, outside.judging_of(found)).holds
    assert Verdict.from_json(found.as_json()).digest == found.digest


def test_the_state_of_the_money_is_what_was_judged(outside: VerdictStore, inside: VerdictStore) -> None:
    for store, due in ((outside, 0), (inside, 4800)):
        record = store.judging_of(store.find("aurora/A1/2026-03"))
        verdicts = store.verdicts_of(record)
        text = kept(store, verdicts[0]).promise.contract
        _, after = as_judged(text, record, verdicts)
        assert after.values.payable["C1"].amount == due
        state = credit_state(store, record, AS_OF.date())
        assert state is not None
        assert state.total.amount == due
        assert {step.label for tally in state.tallies for step in tally.steps} >= {"volume", "tolerance"}
        given = credits_of(text, ["2026-03"], [JudgedWindow(record, tuple(verdicts))])
        lines = given({"monthly": Money(Decimal(60000), "EUR")}).lines
        assert sum(line.payable.amount for line in lines) == due / 2


def test_another_target_of_the_volume_moves_no_tolerance(outside: VerdictStore, inside: VerdictStore) -> None:
    assert not can_ask(outside.find("aurora/A1/2026-03"))
    for store, due in ((outside, 0), (inside, 4800)):
        found = store.find("aurora/V1/2026-03")
        own = kept(store, found)
        asked = what_if(own.promise.contract, own.record, store.verdicts_of(own.record), found, target="1%")
        money = Money(Decimal(due), "EUR")
        assert (asked.outcome, asked.before, asked.after) == (Outcome.MISSED, money, money)


@pytest.mark.parametrize(("volume", "expected", "due"), [("12.5%", "excused", 0), ("10%", "missed", 4800)])
def test_a_kept_promise_with_a_higher_target_is_missed_only_where_it_binds(
    tmp_path: Path, volume: str, expected: str, due: int
) -> None:
    text = (LAKE_TEXT + typed(volume) + VT).replace("target: 80%, minimum_volume: 3", "target: 50%, minimum_volume: 3")
    home = make_home(tmp_path, text=text)
    assess(home, Order([home / "contracts" / "aurora.yaml"], AS_OF, ["2026-03"]), gate=lambda *_: GateAnswer())
    store = VerdictStore(home / "verdicts")
    found = store.find("aurora/A1/2026-03")
    own = kept(store, found)
    asked = what_if(own.promise.contract, own.record, store.verdicts_of(own.record), found, target="80%")
    assert (asked.outcome, str(asked.before)) == (Outcome(expected), "EUR 0.00")
    assert asked.after == Money(Decimal(due), "EUR")


# ---- a period that still runs --------------------------------------------------------------------------------------

PACED = (
    "{id: S1, kind: kpi, measure: m, target: 90%, minimum_volume: 1, value: imported, reported_as: r}",
    "{id: V1, kind: kpi, measure: volume, target: 10%, better: lower, value: imported, reported_as: r}",
    "{id: VT, kind: volume_tolerance, volume: V1, over: 10%, clauses: [S1]}",
    "{id: C, kind: service_credit, when: {clause: S1}, model: fixed, amount: 100}",
)


@pytest.mark.parametrize(("came", "due"), [(110, 100), (111, 0)])
def test_the_pace_of_a_running_period_takes_the_volume_so_far(came: int, due: int) -> None:
    volume = Fraction(came - 100, 100)
    so_far = MeasureValue("v", 1, "mean", "ratio", (), "2026-06", 40, came - 100, 100, volume)
    record, own = running("2026-06-20T21:00:00Z"), verdict(share(100, 1000))
    beside = verdict(so_far, clause="V1", better="lower", target=Fraction(1, 10))

    paces = {one.clause: pace_of(one, record) for one in (own, beside)}
    found = pace_of_credits(contract_of(*PACED), record, [own, beside], paces)
    money = Money(Decimal(due), "EUR")
    assert found == PaceOfCredits(money, money, money)
