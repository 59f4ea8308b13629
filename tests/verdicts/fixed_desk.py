"""A desk that never changes: its rows, its contract, and what is judged of them without lake or engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pyarrow as pa

from tallystick.records.table import table
from tallystick.verdicts.evidence import GateAnswer, PeriodEvidence, canonical_rows
from tallystick.verdicts.gathering import evidence_of_rows, folded_again
from tallystick.verdicts.judge import Judgement, judge
from tallystick.verdicts.judge_version import NEWEST
from tallystick.verdicts.promise import Promise, kept_promise, promise_of
from tests.verdicts.tiny_lake import MARCH, reported, statuses, story, survey

AS_OF = datetime(2026, 5, 5, 6, tzinfo=UTC)

# In UTC and without public holidays, so that neither zone files nor a holiday list have a part in it.
TEXT = """
tallystick: 1
contract: fixed-desk
title: A desk that never changes
client: {id: lumen, name: Lumen Home}
partner: {id: aurora, name: Aurora Contact}
currency: EUR
zone: UTC
term: {from: 2026-01-01, to: 2026-12-31}
calendars: {office: {week: {mon-fri: ["07:00-16:00"]}}}
programmes: {german-email: {languages: [de], channels: [email], calendar: office}}
definitions: {pausing_statuses: [pending]}
fees: {monthly: {amount: 120000}}
clauses:
  - {id: A1, kind: sla_target, title: First reply, clock: first_reply, within: 4h, target: 80%, minimum_volume: 3}
  - {id: A2, kind: sla_target, title: Resolution, clock: first_resolution, within: 9h, target: 80%}
  - {id: K1, kind: kpi, title: Median first reply, measure: first_reply_time, target: 3h}
  - {id: K2, kind: kpi, title: Reopened, measure: reopen_rate, target: 10%}
  - {id: K3, kind: kpi, title: Satisfaction, measure: csat, target: 70%, minimum_volume: 2}
  - {id: K4, kind: kpi, title: Effort, measure: ces, target: 5}
  - {id: C1, kind: service_credit, when: {clause: A1}, model: percentage, percentage: 5%, of: monthly}
  - {id: CAP, kind: credit_cap, percentage: 4%, of: monthly, over: month}
relief:
  - {id: R1, clauses: [A2], from: 2026-03-09T06:00, to: 2026-03-09T20:00, reason: client-outage, status: agreed}
"""
STORIES = [
    *MARCH,
    story("M-7", "2026-03-11T08:00:00", "2026-03-11T10:30:00", queue="returns"),
    story("M-8", "2026-03-16T09:15:00", "2026-03-17T09:00:00", queue="returns"),
]


def rows_of(name: str, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Rows with every declared column, as they stand in the lake but for what tells of arrival."""
    declared = table(name)
    filled = [{part.name: row.get(part.name, part.default) for part in declared.all_columns} for row in rows]
    return pa.Table.from_pylist(filled, schema=declared.schema)


def fixed_promise(judged_by: str = NEWEST) -> Promise:
    """The promise by the rules of a version; those of version 2 rest on the text as it is written."""
    texts = {"fixed-desk.yaml": TEXT.encode()}
    if judged_by == "2":
        return kept_promise(texts, "aurora", AS_OF.date(), judged_by)
    return replace(promise_of(texts, "aurora", AS_OF.date()), judged_by=judged_by)


def fixed_evidence(gate: GateAnswer | None = None) -> PeriodEvidence:
    tables = {
        "case": rows_of("case", [case for case, _ in STORIES]),
        "case_event": rows_of("case_event", [one for _, events in STORIES for one in events]),
        "survey_response": rows_of(
            "survey_response",
            [survey(f"M-{number}", f"2026-03-1{number}T10:00:00", score) for number, score in ((1, 5), (2, 2), (3, 4))],
        ),
        "mapping": rows_of("mapping", statuses()),
        "reported_value": rows_of("reported_value", [reported("0.571")]),
    }
    return evidence_of_rows(canonical_rows(tables), fixed_promise().terms, gate or GateAnswer())


def fixed_judgement(evidence: PeriodEvidence | None = None, judged_by: str = NEWEST) -> Judgement:
    promise = fixed_promise(judged_by)
    return judge(
        promise,
        promise.period("2026-03"),
        evidence or fixed_evidence(),
        as_of=AS_OF,
        refold=partial(folded_again, terms=promise.terms),
    )
