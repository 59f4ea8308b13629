"""A small contract and hand-written facts, for tests that judge without a lake."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

import pyarrow as pa

from tallystick.measures.example import fact_table
from tallystick.verdicts.evidence import GateAnswer, PeriodEvidence, canonical_rows
from tallystick.verdicts.judge import Judgement, judge
from tallystick.verdicts.promise import Promise, promise_of

TEXT = """
tallystick: 1
contract: lumen-aurora
title: Customer care
client: {id: lumen, name: Lumen Home}
partner: {id: aurora, name: Aurora Contact}
currency: EUR
zone: Europe/Bucharest
term: {from: 2025-07-01, to: 2027-06-30}
calendars: {office: {week: {mon-fri: ["09:00-18:00"]}}}
programmes: {german-email: {languages: [de], channels: [email], calendar: office}}
fees: {monthly: {amount: 120000}}
clauses:
  - {id: A1, kind: sla_target, title: First reply, clock: first_reply, within: 4h, target: 80%, minimum: 60%}
  - {id: C1, kind: service_credit, when: {clause: A1}, model: fixed, amount: 2500}
"""
AS_OF = datetime(2026, 4, 5, 6, tzinfo=UTC)


def promise_from(text: str = TEXT, as_of: datetime = AS_OF) -> Promise:
    return _promise(text, as_of.date())


@lru_cache(64)
def _promise(text: str, on: date) -> Promise:
    return promise_of({"aurora.yaml": text.encode()}, "aurora", on)


def clock_rows(met: int, missed: int, **parts: Any) -> list[dict[str, Any]]:
    good = {"stop_at": "2026-03-02T10:00:00Z", "due_at": "2026-03-02T12:00:00Z", **parts}
    late = {"stop_at": "2026-03-02T14:00:00Z", "due_at": "2026-03-02T12:00:00Z", **parts}
    return [good] * met + [late] * missed


def facts_of(rows: Iterable[Mapping[str, Any]], cases: Iterable[Mapping[str, Any]] = ()) -> dict[str, pa.Table]:
    clock = fact_table("clock", rows, kind="first_reply", zone="Europe/Bucharest")
    case = fact_table("case", cases, zone="Europe/Bucharest")
    return {"clock": clock, "case": case, "survey": fact_table("survey", [], zone="Europe/Bucharest")}


def evidence_of(
    facts: Mapping[str, pa.Table], tables: Mapping[str, pa.Table] | None = None, gate: GateAnswer | None = None
) -> PeriodEvidence:
    return PeriodEvidence(canonical_rows(tables or {}), facts, gate or GateAnswer())


def judged(
    met: int, missed: int, text: str = TEXT, period: str = "2026-03", gate: GateAnswer | None = None, **parts: Any
) -> Judgement:
    evidence = evidence_of(facts_of(clock_rows(met, missed)), gate=gate)
    return judge_with(evidence, text, period, **parts)


def judge_with(evidence: PeriodEvidence, text: str = TEXT, period: str = "2026-03", **parts: Any) -> Judgement:
    parts = {"as_of": AS_OF, **parts}
    promise = promise_from(text, parts["as_of"])
    return judge(promise, promise.period(period), evidence, **parts)
