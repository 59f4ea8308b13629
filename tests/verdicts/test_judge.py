"""From a contract in force and a period's evidence to outcomes and money."""

from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction

from tallystick.verdicts.evidence import GateAnswer
from tallystick.verdicts.verdict import IntervalPosition, Outcome, Verdict
from tallystick.vocabulary.money import Money
from tests.verdicts.agreement import AS_OF, TEXT, clock_rows, evidence_of, facts_of, judge_with, judged

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
    bonus = statement.line_of("B1")
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
