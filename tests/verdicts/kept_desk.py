"""What was judged, kept as a project keeps it, without lake or engine: the desk that never changes, and small texts."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from tallystick.verdicts.evidence import GateAnswer, PeriodEvidence
from tallystick.verdicts.judge import judge
from tallystick.verdicts.judge_version import NEWEST
from tallystick.verdicts.restatement import record
from tallystick.verdicts.store import Judged, VerdictStore
from tests.verdicts.agreement import AS_OF, TEXT, clock_rows, evidence_of, facts_of, promise_from
from tests.verdicts.fixed_desk import fixed_evidence, fixed_judgement, fixed_promise


def kept_desk(
    folder: Path, evidence: PeriodEvidence | None = None, judged_by: str = NEWEST, **parts: Any
) -> tuple[VerdictStore, Judged]:
    """A store in `folder` with March judged, and its judging."""
    gate = GateAnswer(feeds=(("zendesk", 9, "2026-04-06T09:00:00Z"),))
    evidence = evidence or fixed_evidence(gate)
    promise = fixed_promise(judged_by)
    store = VerdictStore(folder / "verdicts")
    made = record(
        store,
        fixed_judgement(evidence, judged_by),
        promise.period("2026-03"),
        evidence,
        promise.texts,
        noted={"lake": 7},
        **parts,
    )
    assert made is not None
    return store, made.record


def kept_text(
    folder: Path, evidence: PeriodEvidence, text: str = TEXT, period: str = "2026-03", as_of: datetime = AS_OF
) -> VerdictStore:
    """A store in `folder` with one period judged by a small text, from facts that are given."""
    promise = promise_from(text, as_of)
    store = VerdictStore(folder / "verdicts")
    span = promise.period(period)
    made = record(store, judge(promise, span, evidence, as_of=as_of), span, evidence, promise.texts)
    assert made is not None
    return store


def of_clocks(met: int, missed: int, gate: GateAnswer | None = None, **parts: Any) -> PeriodEvidence:
    """Evidence of so many clocks that were kept and not kept."""
    return evidence_of(facts_of(clock_rows(met, missed, **parts)), gate=gate)
