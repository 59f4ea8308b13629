"""A figure whose window is still open is provisional, says so, and settles once instead of every day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from tallystick.measures.compute import PENDING, compute, counted_rows
from tallystick.measures.measure import Measure, MeasureRequest, catalogue
from tallystick.verdicts.evidence import GateAnswer, PeriodEvidence
from tallystick.verdicts.measured import Measured
from tallystick.verdicts.restatement import WINDOW_OPEN, Recorded, record
from tallystick.verdicts.store import VerdictStore
from tallystick.verdicts.verdict import Outcome, Verdict
from tallystick.vocabulary.period import Period
from tests.invented_facts import invented
from tests.verdicts.agreement import TEXT, clock_rows, evidence_of, facts_of, judge_with, promise_from

REOPENED = TEXT + "  - {id: K1, kind: kpi, title: Reopened, measure: reopen_rate, target: 25%}\n"
EARLY = {"first_solved_at": "2026-03-10T10:00:00Z"}
LATE = {"first_solved_at": "2026-03-29T21:30:00Z"}


def at(day: int, hour: int = 6) -> datetime:
    return datetime(2026, 4, day, hour, tzinfo=UTC)


def reopened(as_of: datetime, *cases: dict[str, object], text: str = REOPENED) -> Verdict:
    evidence = evidence_of(facts_of(clock_rows(8, 2), cases or (EARLY, EARLY, LATE)))
    return next(one for one in judge_with(evidence, text, as_of=as_of).verdicts if one.clause == "K1")


def test_a_case_solved_a_week_before_the_judging_keeps_the_figure_provisional() -> None:
    """Solved on 29 March at 21:30 UTC: its seven days are over on 6 April, at half past midnight in Bucharest."""
    verdict = reopened(at(2))
    assert (verdict.outcome, verdict.arithmetic) == (Outcome.PROVISIONAL, Outcome.MET)
    assert verdict.reasons == ("1 row waits for a window to close, the last on 2026-04-06",)
    assert verdict.value is not None
    assert (verdict.value.n, verdict.value.pending) == (2, 1)


def test_once_the_window_is_closed_the_figure_is_final() -> None:
    verdict = reopened(at(6))
    assert (verdict.outcome, verdict.reasons) == (Outcome.MET, ())


def test_the_window_is_open_until_its_very_end() -> None:
    assert reopened(datetime(2026, 4, 5, 21, 29, 59, tzinfo=UTC)).outcome is Outcome.PROVISIONAL
    assert reopened(datetime(2026, 4, 5, 21, 30, 0, tzinfo=UTC)).outcome is Outcome.MET


def test_with_every_row_waiting_nothing_is_called_unassessable() -> None:
    verdict = reopened(at(2), LATE, LATE)
    assert (verdict.outcome, verdict.arithmetic) == (Outcome.PROVISIONAL, Outcome.NOT_ASSESSABLE)


def test_a_suspended_clause_stays_not_assessable() -> None:
    text = REOPENED.replace("target: 25%}", "target: 25%, state: [{from: 2025-07-01, as: suspended}]}")
    assert reopened(at(2), text=text).outcome is Outcome.NOT_ASSESSABLE


def test_a_case_that_waits_for_an_event_holds_up_nothing() -> None:
    """By creation an unsolved case is pending too, but no passing of time decides it."""
    text = REOPENED.replace("target: 25%}", "target: 25%, period_rule: created-in}")
    unsolved = {"first_solved_at": None, "last_solved_at": None, "status": "open"}
    verdict = reopened(at(2), EARLY, unsolved, text=text)
    assert (verdict.outcome, verdict.value and verdict.value.pending) == (Outcome.MET, 1)


def test_a_clock_that_is_due_after_its_period_holds_it_up_until_then() -> None:
    """Counted by its start, a clock may be due in the next period: until then nobody knows."""
    text = TEXT.replace("minimum: 60%}", "minimum: 60%, period_rule: created-in}")
    begun = {"start_at": "2026-03-31T15:00:00Z", "stop_at": None, "state": "running", "due_at": "2026-04-01T09:00:00Z"}
    facts = evidence_of(facts_of([*clock_rows(8, 2), begun]))
    waiting, due = (judge_with(facts, text, as_of=at(1, hour)).verdicts[0] for hour in (8, 10))
    assert waiting.outcome is Outcome.PROVISIONAL
    assert waiting.reasons == ("1 row waits for a window to close, the last on 2026-04-01",)
    assert (due.outcome, due.value and due.value.numerator, due.value and due.value.n) == (Outcome.MISSED, 8, 11)


# ---- the store --------------------------------------------------------------------------------------------------


def recorded(store: VerdictStore, as_of: datetime, evidence: PeriodEvidence) -> Recorded:
    promise = promise_from(REOPENED, as_of)
    found = record(
        store,
        judge_with(evidence, REOPENED, as_of=as_of),
        promise.period("2026-03"),
        evidence,
        {"aurora.yaml": REOPENED.encode()},
    )
    assert found is not None
    return found


def test_days_in_which_only_windows_pass_restate_nothing_and_the_last_one_settles(tmp_path: Path) -> None:
    store, other = VerdictStore(tmp_path), {"first_solved_at": "2026-03-26T10:00:00Z"}
    evidence = evidence_of(facts_of(clock_rows(8, 2), (EARLY, other, LATE)))
    changes = [recorded(store, at(day), evidence).change for day in (1, 2, 3, 4, 5)]
    assert changes == ["new", "unchanged", "unchanged", "unchanged", "unchanged"]
    settled = recorded(store, at(6), evidence)
    assert settled.change == "restated"
    (verdict,) = settled.restated
    assert (verdict.clause, verdict.outcome) == ("K1", Outcome.MET)
    assert verdict.noted["because"] == [WINDOW_OPEN]
    assert [recorded(store, at(day), evidence).change for day in (7, 20)] == ["unchanged", "unchanged"]


# ---- every measure ----------------------------------------------------------------------------------------------

MARCH = Period.parse("2026-03", "Europe/Bucharest")


def as_known_by(fact: str, table: pa.Table, as_of: datetime) -> pa.Table:
    """Rows that hold nothing later than `as_of`: what has not happened by then is open."""
    instants = [name for name in table.column_names if pa.types.is_timestamp(table.schema.field(name).type)]
    happened = {"clock": ["start_at", "stop_at"], "case": ["created_at", "first_solved_at"]}.get(fact, instants)
    rows = [row for row in table.to_pylist() if all(row[name] is None or row[name] <= as_of for name in happened)]
    return pa.Table.from_pylist(rows, schema=table.schema)


@pytest.mark.parametrize("measure", catalogue().values(), ids=list(catalogue()))
def test_time_alone_moves_no_figure_in_which_nothing_waits(measure: Measure) -> None:
    """For every measure and period rule: the same rows judged later give the same figure, or it had said that it waits.

    A measure with a window of its own that declares none in `settles` fails here.
    """
    kind = measure.counting.clock(measure.settle({})) if measure.counting.clock else None
    judged = datetime(2026, 4, 1, 1, tzinfo=UTC)
    facts = {measure.fact: as_known_by(measure.fact, invented(measure.fact, kind, 600, 3), judged)}
    later = judged + timedelta(days=90)
    for rule in measure.period_rules:
        request = MeasureRequest.of(measure.id, version=measure.version, period_rule=rule)
        listed = counted_rows(facts, request, period=MARCH, as_of=judged)
        waiting = Measured(request, measure, "aurora", MARCH, judged).waiting(facts, listed)
        now, then = (compute(facts, [request], period=MARCH, as_of=as_of)[0] for as_of in (judged, later))
        assert now == then or waiting is not None, rule
        if waiting is not None:
            assert waiting.rows <= listed.filter(pa.compute.equal(listed.column("status"), PENDING)).num_rows
            after = datetime.fromtimestamp(waiting.until_s, UTC)
            # The longest window is half a year, so that `later` may still lie in it.
            much_later = max(later, after + timedelta(days=30))
            settled, last = (compute(facts, [request], period=MARCH, as_of=one)[0] for one in (after, much_later))
            assert settled == last, rule


def test_a_gate_reason_stands_before_a_window() -> None:
    evidence = evidence_of(facts_of(clock_rows(8, 2), (EARLY, LATE)), gate=GateAnswer(("the feed ends early",)))
    verdict = judge_with(evidence, REOPENED, as_of=at(2)).verdicts[-1]
    assert verdict.reasons == ("the feed ends early", "1 row waits for a window to close, the last on 2026-04-06")
