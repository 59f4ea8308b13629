"""The desk that never changes, judged and kept as a project keeps it, without lake or engine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tallystick.verdicts.evidence import GateAnswer, PeriodEvidence
from tallystick.verdicts.judge_version import NEWEST
from tallystick.verdicts.restatement import record
from tallystick.verdicts.store import Judged, VerdictStore
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
