"""A lake of a few hand-made cases, for tests that go the whole way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa

from tallystick.records.keys import mixed
from tallystick.records.lake import Lake
from tallystick.records.table import table
from tallystick.vocabulary.canonical import key_of

SOURCE = "zendesk"
ZONE = "Europe/Bucharest"

TEXT = """
tallystick: 1
contract: lumen-aurora
title: Customer care
client: {id: lumen, name: Lumen Home}
partner: {id: aurora, name: Aurora Contact}
currency: EUR
zone: Europe/Bucharest
term: {from: 2026-01-01, to: 2026-12-31}
calendars: {office: {week: {mon-fri: ["09:00-18:00"]}}}
programmes: {german-email: {languages: [de], channels: [email], calendar: office}}
definitions: {pausing_statuses: [pending]}
fees: {monthly: {amount: 120000}}
clauses:
  - {id: A1, kind: sla_target, title: First reply, clock: first_reply, within: 4h, target: 80%, minimum_volume: 3}
  - {id: S1, kind: kpi, title: Satisfaction, measure: csat, target: 70%, minimum_volume: 1}
  - {id: C1, kind: service_credit, when: {clause: A1}, model: percentage, percentage: 5%, of: monthly}
  - {id: CAP, kind: credit_cap, percentage: 4%, of: monthly, over: month}
"""


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def case_key(number: str) -> int:
    return key_of(SOURCE, number)


def case(number: str, created: str, partner: str = "aurora", **parts: Any) -> dict[str, Any]:
    return {
        "case_key": case_key(number),
        "case_id": number,
        "source": SOURCE,
        "created_at": at(created),
        "channel": "email",
        "language": "de",
        "queue": "billing",
        "priority": "normal",
        "reason": "invoice",
        "kind": "normal",
        "initiated_by": "customer",
        "partner": partner,
        "source_at": at(created),
        **parts,
    }


def event(number: str, instant: str, kind: str, actor: str, value: str | None = None, **parts: Any) -> dict[str, Any]:
    return {
        "case_key": case_key(number),
        "event_key": key_of(number, instant, kind, str(value), actor),
        "event_at": at(instant),
        "seq": 0,
        "kind": kind,
        "actor": actor,
        "value": value,
        "partner": "aurora",
        "source_at": at(instant),
        **parts,
    }


def story(number: str, created: str, replied: str | None, **parts: Any) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A case with its customer's message, and the agent's answer and solving where there is one."""
    partner = parts.get("partner", "aurora")
    events = [
        event(number, created, "created", "customer", partner=partner),
        event(number, created, "message", "customer", "public", partner=partner),
    ]
    if replied is not None:
        events.append(event(number, replied, "message", "agent", "public", agent="ana", partner=partner))
        events.append(event(number, replied, "status", "agent", "Solved", seq=1, agent="ana", partner=partner))
    return case(number, created, **parts), events


def statuses() -> list[dict[str, Any]]:
    meanings = {"New": "new", "Open": "open", "Pending": "pending", "Solved": "solved"}
    return [
        {"mapping_key": key_of(raw), "source": SOURCE, "kind": "status", "raw": raw, "meaning": meaning, "partner": "*"}
        for raw, meaning in meanings.items()
    ]


def reported(value: str, **parts: Any) -> dict[str, Any]:
    return {
        "reported_key": key_of("reported", value, str(parts)),
        "measure": "sla_attainment",
        "reported_name": "First reply within SLA",
        "period_from": date(2026, 3, 1),
        "period_to": date(2026, 4, 1),
        "value": Decimal(value),
        "unit": "share",
        "file": "aurora-2026-03.xlsx",
        "place": "KPIs!C7",
        "partner": "aurora",
        **parts,
    }


def survey(number: str, sent: str, score: int | None, **parts: Any) -> dict[str, Any]:
    return {
        "response_key": key_of("survey", number),
        "case_key": case_key(number),
        "sent_at": at(sent),
        "answered_at": None if score is None else at(sent) + timedelta(hours=5),
        "kind": "csat",
        "score": score,
        "scale_min": 1,
        "scale_max": 5,
        "higher_is_better": True,
        "partner": "aurora",
        **parts,
    }


def append(lake: Lake, name: str, rows: Sequence[Mapping[str, Any]], load_id: str = "load-1") -> None:
    """Store rows with every declared column, what ingest would add included."""
    if not rows:
        return
    declared = table(name)
    filled = []
    for row in rows:
        whole = {column.name: row.get(column.name, column.default) for column in declared.all_columns}
        if "cohort" in whole:
            created = row.get("created_at") or row.get("event_at")
            whole["cohort"] = row.get("cohort") or created.date().replace(day=1)
        whole["load_id"] = load_id
        whole["row_hash"] = 0
        filled.append(whole)
    made = pa.Table.from_pylist(filled, schema=declared.schema)
    hashes = mixed(*(made.column(part) for part in declared.content))
    place = made.column_names.index("row_hash")
    lake.append(name, made.set_column(place, "row_hash", hashes), load_id=load_id)


MARCH = [
    story("M-1", "2026-03-02T08:00:00", "2026-03-02T09:00:00"),
    story("M-2", "2026-03-03T08:00:00", "2026-03-03T11:59:59"),
    story("M-3", "2026-03-04T08:00:00", "2026-03-04T15:30:00"),
    story("M-4", "2026-03-05T08:00:00", "2026-03-06T09:00:00"),
    story("M-5", "2026-03-09T08:00:00", None),
    story("M-6", "2026-03-10T08:00:00", "2026-03-10T09:00:00"),
]
APRIL = [
    story("A-1", "2026-04-02T08:00:00", "2026-04-02T09:00:00"),
    story("A-2", "2026-04-03T08:00:00", "2026-04-03T09:30:00"),
    story("A-3", "2026-04-06T08:00:00", "2026-04-06T09:00:00"),
]


def make_home(root: Path, stories: Iterable[Any] = (*MARCH, *APRIL), text: str = TEXT, shuffled: bool = False) -> Path:
    """A project folder with a contract, and a lake with these stories, surveys and the partner's report."""
    (root / "contracts").mkdir(parents=True)
    (root / "contracts" / "aurora.yaml").write_text(text, encoding="utf-8")
    told = list(stories)
    cases = [one for one, _ in told]
    events = [one for _, several in told for one in several]
    surveys = [survey("M-1", "2026-03-03T10:00:00", 5), survey("M-2", "2026-03-04T10:00:00", 2)]
    if shuffled:
        cases, events, surveys = cases[::-1], events[::-1], surveys[::-1]
    with Lake.create(root / "lake", "lumen") as lake:
        append(lake, "mapping", statuses())
        append(lake, "case", cases)
        append(lake, "case_event", events)
        append(lake, "survey_response", surveys)
        append(lake, "reported_value", [reported("0.75")])
    return root
