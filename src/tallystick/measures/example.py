"""Fact tables made from a few hand-written rows: what runs the five-row example of every KPI.

A row names only the columns that matter. The rest is an ordinary case of partner aurora in March 2026: created at
08:00 UTC, replied to and stopped an hour later, due after four. Local dates, weeks and months follow from the instants
in the zone given (UTC by default) unless the row says otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa

from tallystick.facts.stream import stream
from tallystick.measures.compute import compute_each
from tallystick.measures.fact_columns import begins
from tallystick.measures.measure import Counting, Example, Measure, MeasureRequest
from tallystick.vocabulary.measure_value import MeasureValue
from tallystick.vocabulary.period import Period

_INSTANT, _DATE = pa.timestamp("us", "UTC"), pa.date32()
_SHARED = ("case_id", "partner", "programme", "queue", "agent", "channel", "language", "priority", "reason")
_TEXTS = {name: pa.string() for name in (*_SHARED, "initiated_by", "excluded")}


def _moments(*names: str) -> dict[str, pa.DataType]:
    columns: dict[str, pa.DataType] = {}
    for name in names:
        columns |= {f"{name}_on": _DATE, f"{name}_week": _DATE, f"{name}_month": pa.int32()}
    return columns


def _numbers(*names: str) -> dict[str, pa.DataType]:
    return {name: pa.int64() for name in names}


def _instants(*names: str) -> dict[str, pa.DataType]:
    return dict.fromkeys(names, _INSTANT)


CLOCK_COLUMNS: dict[str, pa.DataType] = {
    "case_key": pa.int64(),
    **_TEXTS,
    "kind": pa.string(),
    "n": pa.int64(),
    **_instants("start_at", "stop_at", "due_at", "running_since"),
    **_numbers("business_s", "calendar_s", "paused_s", "paused_other_s", "waiting_s", "target_s"),
    "basis": pa.string(),
    "state": pa.string(),
    **{f"{who}_{when}": pa.string() for who in ("owner", "agent") for when in ("start", "due", "stop")},
    **_moments("start", "due", "stop"),
}
CASE_COLUMNS: dict[str, pa.DataType] = {
    "case_key": pa.int64(),
    **_TEXTS,
    "partner_last": pa.string(),
    "agent_last": pa.string(),
    **_instants("created_at", "first_reply_at", "first_solved_at", "last_solved_at", "closed_at", "source_due_at"),
    "status": pa.string(),
    **_numbers("replies", "customer_messages", "notes", "reopens", "reopens_in_window", "transfers_agent"),
    **_numbers(
        "transfers_queue", "transfers_partner", "loops", "escalations", "merged_into", "merged_count", "contact_no"
    ),
    **_numbers("requester_key", "paused_s", "waiting_paused_s"),
    "repeated": pa.bool_(),
    **_moments("created", "solved", "due"),
}
COLUMNS = {"clock": CLOCK_COLUMNS, "case": CASE_COLUMNS}
_NUMBERS_FROM_ONE = {"n", "replies", "contact_no"}


def instant(text: str) -> datetime:
    """An instant such as 2026-03-02T08:00:00Z."""
    return datetime.fromisoformat(text).astimezone(UTC)


def _read(value: Any, kind: pa.DataType) -> Any:
    if isinstance(value, str) and pa.types.is_timestamp(kind):
        return instant(value)
    if isinstance(value, str) and pa.types.is_date(kind):
        return date.fromisoformat(value)
    return value


def _ordinary(fact: str, place: int, row: Mapping[str, Any]) -> dict[str, Any]:
    begin_name = begins(fact)
    begin = _read(row.get(begin_name, datetime(2026, 3, 2, 8, tzinfo=UTC)), _INSTANT)
    filled: dict[str, Any] = {
        "case_key": place + 1,
        "case_id": f"C-{place + 1}",
        **dict.fromkeys(("partner", "partner_last", "owner_start", "owner_due", "owner_stop"), "aurora"),
        **dict.fromkeys(("agent", "agent_last", "agent_start", "agent_due", "agent_stop"), "ana"),
        "programme": "german-email",
        "queue": "billing",
        "channel": "email",
        "language": "de",
        "priority": "normal",
        "reason": "invoice",
        "initiated_by": "customer",
        begin_name: begin,
    }
    if fact == "clock":
        hour, four = begin + timedelta(hours=1), begin + timedelta(hours=4)
        runs = row.get("state") == "running"
        filled |= {"state": "stopped", "basis": "business", "stop_at": None if runs else hour, "due_at": four}
        filled |= {"running_since": begin if runs else None, "business_s": 3600, "calendar_s": 3600, "target_s": 14400}
    elif fact == "case":
        solved = begin + timedelta(hours=5)
        filled |= {"first_reply_at": begin + timedelta(hours=1), "first_solved_at": solved, "last_solved_at": solved}
        filled |= {"status": "solved", "repeated": False}
    elif (declared := stream(fact)) is not None:
        filled |= declared.ordinary(place, {**row, begin_name: begin})
    return filled


_DATED = (
    *(("start", "start_at"), ("due", "due_at"), ("stop", "stop_at")),
    *(("created", "created_at"), ("solved", "first_solved_at"), ("due", "source_due_at")),
)


def columns_of(fact: str) -> Mapping[str, pa.DataType]:
    """Every column of a fact table with its type."""
    declared = stream(fact)
    return COLUMNS[fact] if declared is None else declared.schema


def _dated(fact: str, row: dict[str, Any], columns: Mapping[str, pa.DataType], zone: ZoneInfo) -> None:
    declared = stream(fact)
    for moment, source in _DATED if declared is None else declared.dated.items():
        if f"{moment}_on" not in columns or row.get(source) is None:
            continue
        day = row[source].astimezone(zone).date()
        row.setdefault(f"{moment}_on", day)
        row.setdefault(f"{moment}_week", day - timedelta(days=day.weekday()))
        row.setdefault(f"{moment}_month", day.year * 100 + day.month)


def fact_table(fact: str, rows: Iterable[Mapping[str, Any]], *, kind: str | None = None, zone: str = "UTC") -> pa.Table:
    """A whole fact table from hand-written rows; `kind` fills the column of that name where a row does not."""
    columns = columns_of(fact)
    filled: list[dict[str, Any]] = []
    for place, given in enumerate(rows):
        unknown = set(given) - set(columns)
        if unknown:
            raise ValueError(f"the {fact} facts have no column {', '.join(sorted(unknown))}")
        read = {name: _read(value, columns[name]) for name, value in given.items()}
        row = _ordinary(fact, place, read) | ({"kind": kind} if kind else {}) | read
        _dated(fact, row, columns, ZoneInfo(zone))
        filled.append({name: row.get(name, _empty(name, type_)) for name, type_ in columns.items()})
    arrays = {name: pa.array([row[name] for row in filled], type_) for name, type_ in columns.items()}
    return pa.table(arrays)


def _empty(name: str, kind: pa.DataType) -> Any:
    if not pa.types.is_integer(kind) or name.endswith("_month") or name in ("merged_into", "requester_key"):
        return None
    return 1 if name in _NUMBERS_FROM_ONE else 0


def example_facts(measure: Measure, example: Example) -> dict[str, pa.Table]:
    """The fact table of a KPI's example, under the name by which `compute` asks for it."""
    params = measure.settle(example.params)
    counting: Counting = measure.counting
    kind = counting.clock(params) if counting.clock else None
    return {measure.fact: fact_table(measure.fact, example.rows, kind=kind)}


def run_example(measure: Measure, example: Example, facts: Mapping[str, Any] | None = None) -> MeasureValue:
    """The value that a KPI's example gives; `facts` in place of its own Arrow tables, for another engine."""
    request = MeasureRequest(measure.id, measure.version, tuple(sorted(example.params.items())))
    period = Period.parse(example.period, "UTC")
    tables = example_facts(measure, example) if facts is None else facts
    (value,) = compute_each(tables, [request], period=period, as_of=instant(example.as_of))[request]
    return value
