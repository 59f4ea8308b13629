"""From a contract in force and a period's evidence to outcomes and money."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from tallystick.contract.past import Past, PastClause, PastPeriod
from tallystick.verdicts.evidence import GateAnswer
from tallystick.verdicts.judge import Judgement
from tallystick.verdicts.verdict import IntervalPosition, Outcome, Verdict
from tallystick.vocabulary.money import Money
from tests.verdicts.agreement import AS_OF, TEXT, clock_rows, evidence_of, facts_of, judge_with, judged, promise_from
from tests.verdicts.test_reported import report

CAP = "  - {id: CAP, kind: credit_cap, percentage: 2%, of: monthly, over: month}\n"
SECOND = """
  - {id: A2, kind: sla_target, clock: first_reply, within: 4h, target: 90%}
  - {id: C2, kind: service_credit, when: {clause: A2}, model: percentage, percentage: 1%, of: monthly}
""".lstrip("\n")


def test_a_miss_moves_money_and_its_interval_is_only_shown() -> None:
    judgement = judged(42, 18)
    (verdict,) = judgement.verdicts
    assert verdict.outcome is Outcome.MISSED
    assert verdict.value is not None
    assert (verdict.value.numerator, verdict.value.denominator, verdict.value.n) == (42, 60, 60)
    assert verdict.interval_position is IntervalPosition.REACHES
    assert verdict.level == "minimum"
    assert verdict.more_to_meet == 6
    assert verdict.credit == Money(Decimal("2500.00"), "EUR")
    assert judgement.statement is not None
    assert judgement.statement.total.amount == 2500


def test_met_gives_a_statement_of_nothing() -> None:
    judgement = judged(50, 10)
    assert judgement.verdicts[0].outcome is Outcome.MET
    assert judgement.statement is not None
    assert judgement.statement.total.amount == 0


def test_no_rows_are_not_assessable_and_cost_nothing() -> None:
    judgement = judged(0, 0)
    (verdict,) = judgement.verdicts
    assert verdict.outcome is Outcome.NOT_ASSESSABLE
    assert verdict.value is None
    assert judgement.statement is not None
    assert judgement.statement.total.amount == 0


def test_below_the_data_gate_a_figure_is_provisional_with_its_reason_and_moves_no_money() -> None:
    judgement = judged(42, 18, gate=GateAnswer(("the feed zendesk ends on 2026-03-28",)))
    (verdict,) = judgement.verdicts
    assert (verdict.outcome, verdict.arithmetic) == (Outcome.PROVISIONAL, Outcome.MISSED)
    assert verdict.reasons == ("the feed zendesk ends on 2026-03-28",)
    assert judgement.statement is not None
    assert judgement.statement.total.amount == 0


def test_a_period_that_is_not_over_is_provisional() -> None:
    (verdict,) = judged(42, 18, as_of=datetime(2026, 3, 20, tzinfo=UTC)).verdicts
    assert verdict.outcome is Outcome.PROVISIONAL
    assert "ends on 2026-03-31" in verdict.reasons[0]


def test_a_reporting_only_clause_is_judged_and_noted_and_moves_no_money() -> None:
    text = TEXT.replace("minimum: 60%}", "minimum: 60%, state: [{from: 2025-07-01, as: reporting-only}]}")
    judgement = judged(42, 18, text)
    (verdict,) = judgement.verdicts
    assert verdict.outcome is Outcome.MISSED
    assert verdict.lifecycle == "reporting-only"
    assert not verdict.moves_money
    assert judgement.statement is not None
    assert judgement.statement.total.amount == 0


def test_a_suspended_clause_is_not_assessable_and_a_retired_one_gets_no_verdict() -> None:
    for state, outcomes in (("suspended", [Outcome.NOT_ASSESSABLE]), ("retired", [])):
        text = TEXT.replace("minimum: 60%}", f"minimum: 60%, state: [{{from: 2025-07-01, as: {state}}}]}}")
        assert [verdict.outcome for verdict in judged(42, 18, text).verdicts] == outcomes


def test_outside_the_term_nothing_is_judged() -> None:
    assert judged(42, 18, period="2027-08").verdicts == ()


def test_a_cap_cuts_the_last_credit_of_the_text_first() -> None:
    statement = judged(42, 18, TEXT + SECOND + CAP).statement
    assert statement is not None
    assert [(line.clause, line.amount.amount, line.payable.amount) for line in statement.lines] == [
        ("C1", 2500, 2500),
        ("C2", 1200, 0),
    ] or statement.total.amount == 2400
    assert statement.total == Money(Decimal("2400.00"), "EUR")
    assert sum(line.payable.amount for line in statement.lines) == 2400
    assert any(step.label == "cut by the cap" for step in statement.caps)


def test_what_a_cap_over_a_quarter_has_used_up_is_taken_off_first() -> None:
    text = TEXT + CAP.replace("over: month", "over: quarter")
    statement = judged(42, 18, text, earlier={"CAP": Money(Decimal(6000), "EUR")}).statement
    assert statement is not None
    assert statement.total.amount == 1200


def relief(status: str) -> str:
    return TEXT + (
        "relief: [{id: R1, clauses: [A1], from: 2026-03-10T08:00, to: 2026-03-10T20:00,"
        f" reason: client-outage, status: {status}, evidence: INC-88}}]\n"
    )


def outage_rows() -> list[dict[str, str]]:
    hit = {
        "start_at": "2026-03-10T07:00:00Z",
        "stop_at": "2026-03-10T15:00:00Z",
        "due_at": "2026-03-10T11:00:00Z",
    }
    return clock_rows(44, 6) + [hit] * 10


def test_agreed_relief_excuses_a_miss_and_shows_both_figures() -> None:
    judgement = judge_with(evidence_of(facts_of(outage_rows())), relief("agreed"))
    (verdict,) = judgement.verdicts
    assert (verdict.outcome, verdict.arithmetic) == (Outcome.EXCUSED, Outcome.MISSED)
    assert verdict.value is not None
    assert verdict.value.value == Fraction(44, 60)
    assert verdict.relief is not None
    assert (verdict.relief.rows_relieved, verdict.relief.numerator, verdict.relief.denominator) == (10, 44, 50)
    assert judgement.statement is not None
    assert judgement.statement.total.amount == 0


def test_requested_relief_is_computed_and_changes_nothing() -> None:
    (verdict,) = judge_with(evidence_of(facts_of(outage_rows())), relief("requested")).verdicts
    assert verdict.outcome is Outcome.MISSED
    assert verdict.relief is not None
    assert verdict.relief.outcome_with == "met"


def test_refused_relief_is_not_computed() -> None:
    (verdict,) = judge_with(evidence_of(facts_of(outage_rows())), relief("refused")).verdicts
    assert verdict.relief is None
    assert verdict.outcome is Outcome.MISSED


def test_a_row_that_stopped_before_the_relief_began_is_not_relieved() -> None:
    early = {
        "start_at": "2026-03-10T02:00:00Z",
        "stop_at": "2026-03-10T05:00:00Z",
        "due_at": "2026-03-10T11:00:00Z",
    }
    (verdict,) = judge_with(evidence_of(facts_of([*clock_rows(4, 6), early])), relief("agreed")).verdicts
    assert verdict.relief is None


def test_the_text_that_judges_is_the_one_known_at_as_of() -> None:
    text = TEXT + (
        "amendments:\n"
        "  - {id: AM1, effective: 2026-03-01, known: 2026-05-10, changes: [{clause: A1, set: {target: 60%}}]}\n"
    )
    assert judged(42, 18, text).verdicts[0].outcome is Outcome.MISSED
    later = judged(42, 18, text, as_of=datetime(2026, 6, 1, tzinfo=UTC)).verdicts[0]
    assert (later.outcome, later.contract_version) == (Outcome.MET, "AM1")


def test_a_credit_that_waits_falls_due_with_the_end_of_the_term_that_was_known_at_as_of() -> None:
    """The amendment of 10 May puts the end off, so that the credit of March can still be earned."""
    earn = "  - {id: EB, kind: earn_back, credits: [C1], clause: A1, level: 85%, meanwhile: deferred}\n"
    later = "{id: AM1, effective: 2026-04-01, known: 2026-05-10, changes: [{section: term, set: {to: 2027-06-30}}]}"
    text = f"{TEXT.replace('to: 2027-06-30', 'to: 2026-03-31')}{earn}amendments: [{later}]\n"
    for day, total in ((9, 2500), (10, 0)):
        statement = judged(42, 18, text, as_of=datetime(2026, 5, day, 6, tzinfo=UTC)).statement
        assert statement is not None
        assert statement.total.amount == total


@pytest.mark.parametrize(("day", "expected"), [(5, "EUR 288,000.00"), (10, "EUR 360,000.00")])
def test_a_cap_of_the_term_goes_to_the_end_that_was_known_at_as_of(day: int, expected: str) -> None:
    """24 fees of 120,000 were signed; an amendment that is known from 10 April on adds six."""
    text = TEXT + (
        "  - {id: CAP, kind: credit_cap, percentage: 10%, of: monthly, over: term}\n"
        "amendments:\n"
        "  - {id: AM1, effective: 2027-07-01, known: 2026-04-10, "
        "changes: [{section: term, set: {to: 2027-12-31}}]}\n"
    )
    statement = judged(42, 18, text, as_of=AS_OF.replace(day=day)).statement
    assert statement is not None
    assert [str(step.result) for step in statement.caps if step.label == "cap"] == [expected]


def test_a_verdict_survives_json_with_the_same_digest() -> None:
    (verdict,) = judge_with(evidence_of(facts_of(outage_rows())), relief("agreed")).verdicts
    again = Verdict.from_json(verdict.as_json())
    assert again.digest == verdict.digest
    assert again.claim == verdict.claim
    assert again.as_json() == verdict.as_json()


def test_as_of_is_pinned_and_is_no_claim() -> None:
    one, two = judged(42, 18), judged(42, 18, as_of=AS_OF.replace(day=9))
    assert one.verdicts[0].digest != two.verdicts[0].digest
    assert one.verdicts[0].claim == two.verdicts[0].claim


def test_a_quarterly_clause_is_judged_with_the_quarter_only() -> None:
    text = TEXT.replace("minimum: 60%}", "minimum: 60%, window: quarter}")
    assert judged(42, 18, text).verdicts == ()
    (verdict,) = judged(42, 18, text, period="2026-Q1").verdicts
    assert verdict.period == "2026-Q1"


def test_a_glide_path_decides_with_the_level_of_the_periods_first_day() -> None:
    text = TEXT.replace("minimum: 60%}", "minimum: 60%, glide: [{from: 2026-03-01, target: 70%, minimum: 50%}]}")
    (march,) = judged(42, 18, text).verdicts
    assert (march.outcome, march.target, march.minimum) == (Outcome.MET, Fraction(7, 10), Fraction(1, 2))
    later = text.replace("2026-03-01", "2026-03-02")
    (still,) = judged(42, 18, later).verdicts
    assert (still.outcome, still.target) == (Outcome.MISSED, Fraction(8, 10))


def test_points_and_triggers_stand_in_the_statement_though_they_move_no_money() -> None:
    text = TEXT.replace("  - {id: C1, kind: service_credit, when: {clause: A1}, model: fixed, amount: 2500}\n", "") + (
        "  - {id: P1, kind: points, when: {clause: A1}, bands: [{below: 80%, points: 2}]}\n"
        "  - {id: T1, kind: termination_trigger, points: [P1], points_from: 2, months: 3}\n"
    )
    judgement = judged(42, 18, text)
    assert judgement.statement is not None
    assert (judgement.statement.lines, judgement.statement.total.amount) == ((), 0)
    assert [(one.clause, one.follows) for one in judgement.statement.tallies] == [("P1", "A1"), ("T1", "A1")]
    again = type(judgement.statement).from_json(judgement.statement.as_json())
    assert again.digest == judgement.statement.digest


def test_a_bonus_is_an_addition_to_the_fees_that_no_cap_cuts() -> None:
    text = TEXT + SECOND + CAP + "  - {id: B1, kind: bonus_malus, clause: A1, band: 1%, percentage: 2%, of: monthly}\n"
    statement = judged(58, 2, text).statement
    assert statement is not None
    bonus = statement.line_of("B1", promise_from(text).contract)
    assert bonus is not None
    assert (bonus.amount.amount, bonus.payable.amount, statement.total.amount) == (-2400, -2400, -2400)


def test_an_averaged_level_is_a_verdict_of_its_own_with_its_level() -> None:
    text = TEXT + "  - {id: AV, kind: averaged_level, averages: A1, periods: 2, target: 75%, minimum: 72%}\n"
    averaged = judged(42, 18, text).verdicts[1]
    assert (averaged.clause, averaged.outcome, averaged.compared) == ("AV", Outcome.MISSED, Fraction(7, 10))
    assert (averaged.target, averaged.minimum, averaged.level) == (Fraction(3, 4), Fraction(18, 25), "below")
    assert judged(44, 16, text).verdicts[1].level == "minimum"
    assert judged(50, 10, text).verdicts[1].level == "target"
    assert judged(0, 0, text).verdicts[1].outcome is Outcome.NOT_ASSESSABLE


def test_the_adjustment_of_a_bonus_clause_falls_under_the_cap_like_any_other() -> None:
    text = TEXT + CAP + "  - {id: B1, kind: bonus_malus, clause: A1, band: 1%, percentage: 2%, of: monthly}\n"
    statement = judged(42, 18, text).statement
    assert statement is not None
    assert [(line.clause, line.amount.amount, line.payable.amount) for line in statement.lines] == [
        ("C1", 2500, 2400),
        ("B1", 2400, 0),
    ]


# ---- what is counted here, imported or typed ------------------------------------------------------------------------

MORE = TEXT.replace("  - {id: C1, kind", "  - {MORE}\n  - {id: C1, kind")
OUTAGE = "relief: [{id: R1, from: 2026-03-10T08:00, to: 2026-03-10T20:00, reason: client-outage, status: agreed}]\n"
LATE_IN_THE_OUTAGE = {
    "start_at": "2026-03-10T07:00:00Z",
    "stop_at": "2026-03-10T15:00:00Z",
    "due_at": "2026-03-10T11:00:00Z",
}
NOTHING_COUNTED = "0" * 64


def the(judgement: Judgement, clause: str) -> Verdict:
    (found,) = [verdict for verdict in judgement.verdicts if verdict.clause == clause]
    return found


def test_two_credits_of_one_miss_stand_beside_it_as_their_sum() -> None:
    text = (
        TEXT
        + "  - {id: C2, kind: service_credit, when: {clause: A1}, model: percentage, percentage: 1%, of: monthly}\n"
    )
    judgement = judged(42, 18, text)
    assert the(judgement, "A1").credit == Money(Decimal("3700.00"), "EUR")
    assert judgement.statement is not None
    assert [(line.clause, line.amount.amount) for line in judgement.statement.lines] == [("C1", 2500), ("C2", 1200)]


def test_what_is_counted_is_pinned_by_its_rows_its_measure_and_its_interval() -> None:
    verdict, other = (judged(met, 40 - met).verdicts[0] for met in (30, 31))
    assert verdict.counted not in (NOTHING_COUNTED, other.counted)
    assert [pair for pair in verdict.pins.versions if pair[0] != "fold"] == [
        ("interval", "share 1"),
        ("judge", "5"),
        ("measure", "sla_attainment 1"),
    ]
    assert (verdict.provenance, verdict.reasons, verdict.kind, verdict.title) == (
        "measured", (), "sla_target", "First reply",
    )  # fmt: skip
    past = Past((PastPeriod("2026-02", date(2026, 2, 1), date(2026, 3, 1), "d", (PastClause("A1", "missed"),)),))
    looked_back = judged(30, 10, past=past).verdicts[0]
    assert (verdict.pins.past, len(looked_back.pins.past)) == ("", 64)


def test_a_measure_that_does_not_exist_here_gives_nothing_to_judge() -> None:
    clause = "id: K1, kind: kpi, measure: own_quality, better: higher, target: 90%"
    verdict = the(judged(42, 18, MORE.replace("MORE", clause)), "K1")
    assert (verdict.outcome, verdict.value, verdict.counted) == (Outcome.NOT_ASSESSABLE, None, NOTHING_COUNTED)
    assert verdict.reasons == ("without data nothing is judged",)
    assert (verdict.title, verdict.better) == ("kpi", "higher")
    assert [name for name, _ in verdict.pins.versions] == ["fold", "judge"]


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("value: imported, evidence: their report, reported_as: Reply", "imported: Reply in aurora.xlsx KPIs!C7"),
        (
            "value: typed, evidence: the minutes, typed: [{period: 2026-03, value: 70%, n: 60}]",
            "typed: the minutes",
        ),
        ("value: typed, typed: [{period: 2026-03, value: 70%, n: 60}]", "typed"),
    ],
)
def test_relief_gate_and_rows_touch_no_figure_that_was_not_counted_here(source: str, reason: str) -> None:
    """Our own records would give 44 of 60 and the relief 44 of 50; the imported or typed 70 % stands as it is."""
    clause = f"id: K1, kind: sla_target, clock: first_reply, within: 4h, target: 80%, {source}"
    named = report(value="0.7", n=60, reported_name="Reply")
    evidence = evidence_of(
        facts_of(outage_rows()), {"reported_value": named}, GateAnswer(("the feed zendesk ends on 2026-03-28",))
    )
    verdict = the(judge_with(evidence, MORE.replace("MORE", clause) + OUTAGE), "K1")
    assert (verdict.outcome, verdict.reasons) == (Outcome.MISSED, (reason,))
    assert (verdict.relief, verdict.counted) == (None, NOTHING_COUNTED)
    assert verdict.value is not None
    assert (verdict.value.value, verdict.value.n) == (Fraction(7, 10), 60)
    if source.startswith("value: imported"):
        assert verdict.reported is not None
        assert verdict.reported.difference == Fraction(7, 10) - Fraction(44, 60), "our own count beside the report's"


def test_an_imported_figure_that_nobody_reported_says_what_it_should_rest_on() -> None:
    clause = "id: K1, kind: sla_target, clock: first_reply, within: 4h, target: 80%, value: imported, evidence: letter"
    verdict = the(judged(42, 18, MORE.replace("MORE", clause)), "K1")
    assert verdict.outcome is Outcome.NOT_ASSESSABLE
    assert verdict.reasons == ("without data nothing is judged", "imported: letter")


# ---- relief ---------------------------------------------------------------------------------------------------------

PER_FAILURE = TEXT.replace("model: fixed, amount: 2500", "model: per-failure, amount: 10")


@pytest.mark.parametrize(("status", "due"), [("agreed", 150), ("requested", 250), ("refused", 250)])
def test_where_the_rest_is_a_miss_too_credits_are_of_the_rest(status: str, due: int) -> None:
    """Of 60 rows 25 are late and 10 of those in the outage: 35 of 50 are a miss as 35 of 60 are."""
    rows = [*clock_rows(35, 15), *[LATE_IN_THE_OUTAGE] * 10]
    text = PER_FAILURE + OUTAGE.replace("agreed", f"{status}, evidence: INC-88")
    judgement = judge_with(evidence_of(facts_of(rows)), text)
    (verdict,) = judgement.verdicts
    assert (verdict.outcome, verdict.value and verdict.value.n) == (Outcome.MISSED, 60)
    assert verdict.credit == Money(Decimal(due), "EUR")
    assert verdict.reasons == ()


def test_an_excused_miss_names_the_relief_that_turned_it() -> None:
    (verdict,) = judge_with(evidence_of(facts_of(outage_rows())), relief("agreed")).verdicts
    assert verdict.reasons == ("agreed relief R1 turns the miss",)
    (step,) = [one for one in verdict.steps if one.label == "relief"]
    assert (step.formula, step.inserted, step.result) == (
        "without the rows that R1 covers (agreed)", "10 rows taken out: 44 / 50", "met",
    )  # fmt: skip
    (asked,) = judge_with(evidence_of(facts_of(outage_rows())), relief("requested")).verdicts
    (shown,) = [one for one in asked.steps if one.label == "relief"]
    assert shown.formula == "without the rows that R1 covers (requested, so it changes nothing)"


# ---- not assessable, suspended, below the gate ----------------------------------------------------------------------

GATE = GateAnswer(("one feed is late", "a status is not mapped"))


def test_without_rows_a_gate_makes_nothing_provisional() -> None:
    (verdict,) = judged(0, 0, gate=GATE).verdicts
    assert (verdict.outcome, verdict.arithmetic) == (Outcome.NOT_ASSESSABLE, Outcome.NOT_ASSESSABLE)
    assert verdict.reasons == ("without data nothing is judged", *GATE.reasons)
    assert [step.label for step in verdict.steps if step.label == "data gate"] == []


def test_below_the_gate_each_reason_is_a_step() -> None:
    (verdict,) = judged(42, 18, gate=GATE).verdicts
    gate = [(step.inserted, step.result) for step in verdict.steps if step.label == "data gate"]
    assert gate == [(reason, "provisional") for reason in GATE.reasons]


def test_why_nothing_was_assessed_tells_what_was_left_out() -> None:
    rows = [*clock_rows(2, 0, state="cancelled"), *clock_rows(1, 0, excluded="spam")]
    (verdict,) = judge_with(evidence_of(facts_of(rows))).verdicts
    (reason,) = verdict.reasons
    assert reason.startswith("without data nothing is judged; every row is left out: ")
    few = TEXT.replace("minimum: 60%}", "minimum: 60%, minimum_volume: 61}")
    assert judged(42, 18, few).verdicts[0].reasons == ("below the minimum volume nothing is judged",)
    assert judged(42, 19, few).verdicts[0].outcome is Outcome.MISSED


@pytest.mark.parametrize(
    ("state", "reasons"),
    [
        ("suspended", ("the clause is suspended on 2026-03-01",)),
        ("reporting-only", ("reporting-only on 2026-03-01: noted, moves no money",)),
        ("baselining", ("baselining on 2026-03-01: noted, moves no money",)),
        ("in-effect", ()),
    ],
)
def test_the_state_of_the_periods_first_day_is_told(state: str, reasons: tuple[str, ...]) -> None:
    text = TEXT.replace("minimum: 60%}", f"minimum: 60%, state: [{{from: 2025-07-01, as: {state}}}]}}")
    judgement = judged(42, 18, text)
    (verdict,) = judgement.verdicts
    assert (verdict.reasons, verdict.lifecycle) == (reasons, state)
    assert judgement.statement is not None
    assert judgement.statement.total.amount == (2500 if state == "in-effect" else 0)


def test_a_suspended_clause_with_open_windows_or_a_gate_stays_as_it_is() -> None:
    text = TEXT.replace(
        "minimum: 60%}", "minimum: 60%, period_rule: created-in, state: [{from: 2025-07-01, as: suspended}]}"
    )
    open_yet = {"start_at": "2026-03-31T15:00:00Z", "stop_at": None, "state": "running"}
    rows = [*clock_rows(42, 18), {**open_yet, "due_at": "2026-04-20T09:00:00Z"}]
    (verdict,) = judge_with(evidence_of(facts_of(rows), gate=GATE), text).verdicts
    assert verdict.outcome is Outcome.NOT_ASSESSABLE
    assert [step.label for step in verdict.steps if step.label == "data gate"] == []


def test_two_rows_that_wait_are_told_with_the_day_in_the_contracts_zone() -> None:
    """Due on 19 April at 22:30 UTC, when it is the 20th in Bucharest."""
    text = TEXT.replace("minimum: 60%}", "minimum: 60%, period_rule: created-in}")
    open_yet = {"start_at": "2026-03-31T15:00:00Z", "stop_at": None, "state": "running"}
    rows = [
        *clock_rows(42, 18),
        *({**open_yet, "due_at": due} for due in ("2026-04-19T22:30:00Z", "2026-04-12T09:00:00Z")),
    ]
    (verdict,) = judge_with(evidence_of(facts_of(rows)), text).verdicts
    assert verdict.reasons == ("2 rows wait for a window to close, the last on 2026-04-20",)
    assert verdict.outcome is Outcome.PROVISIONAL
    thin = text.replace("minimum: 60%,", "minimum: 60%, minimum_volume: 61,")
    (few,) = judge_with(evidence_of(facts_of(rows)), thin).verdicts
    assert (few.outcome, few.arithmetic) == (Outcome.PROVISIONAL, Outcome.NOT_ASSESSABLE)


def test_a_period_is_over_with_its_last_second_in_the_contracts_zone() -> None:
    """March ends in Bucharest on the 31st at 21:00 UTC."""
    open_yet, over = (
        judged(42, 18, as_of=datetime(2026, 3, 31, hour, minute, second, tzinfo=UTC)).verdicts[0]
        for hour, minute, second in ((20, 59, 59), (21, 0, 0))
    )
    assert (open_yet.outcome, over.outcome) == (Outcome.PROVISIONAL, Outcome.MISSED)
    assert open_yet.reasons == ("the period is not over: it ends on 2026-03-31",)


def test_a_statement_tells_tallies_in_the_order_of_the_text() -> None:
    text = TEXT + (
        "  - {id: T1, kind: termination_trigger, points: [P1], points_from: 2, months: 3}\n"
        "  - {id: P1, kind: points, when: {clause: A1}, bands: [{below: 80%, points: 2}]}\n"
    )
    statement = judged(42, 18, text).statement
    assert statement is not None
    assert [one.clause for one in statement.tallies] == ["T1", "P1"]
    assert judged(42, 18, TEXT.partition("  - {id: C1")[0]).statement is None


def test_a_level_between_minimum_and_target_is_told_where_a_clause_judges_by_its_own_steps() -> None:
    text = TEXT + "  - {id: AV, kind: averaged_level, averages: A1, periods: 2, target: 75%}\n"
    verdict = judged(42, 18, text).verdicts[1]
    assert (verdict.outcome, verdict.level, verdict.minimum, verdict.target) == (
        Outcome.MISSED, "below", None, Fraction(3, 4),
    )  # fmt: skip
    assert judged(0, 0, text).verdicts[1].level == "none"
    assert (verdict.counted, verdict.title, verdict.better) == (NOTHING_COUNTED, "averaged level", "higher")
