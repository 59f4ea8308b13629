"""Days on the floor told in a few words, for tests of the streams of agents' time and of employment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa

from tallystick.facts.stream import Given, stream
from tallystick.records.table import table
from tallystick.vocabulary.canonical import key_of
from tallystick.vocabulary.clock_terms import ClockTerms
from tallystick.vocabulary.zones import zone_offsets
from tests.facts.histories import terms

Row = dict[str, Any]


def zoned(zone: str = "UTC") -> ClockTerms:
    return terms(zone=zone_offsets(zone, date(2025, 1, 1), date(2027, 12, 31)))


def at(text: str, day: str = "2026-03-02") -> datetime:
    """A UTC instant: `09:00`, on the day given, or with a date of its own."""
    return datetime.fromisoformat(text if "T" in text else f"{day}T{text}").replace(tzinfo=UTC)


def state(word: str | None, begin: str, end: str | None, agent: str = "ana", **parts: Any) -> Row:
    return {
        "state_key": key_of("acd", agent, begin, str(word), str(parts.get("channel"))),
        "source": "acd",
        "partner": "aurora",
        "agent": agent,
        "state": word,
        "started_at": at(begin),
        "ended_at": None if end is None else at(end),
        **parts,
    }


def shift(activity: str, begin: str, end: str, agent: str = "ana", published: str | None = None, **parts: Any) -> Row:
    return {
        "shift_key": key_of("wfm", agent, activity, begin, str(published)),
        "source": "wfm",
        "partner": "aurora",
        "agent": agent,
        "activity": activity,
        "started_at": at(begin),
        "ended_at": at(end),
        "published_at": None if published is None else at(published),
        "planned": "planned",
        **parts,
    }


def whole(name: str, rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    """Rows of a canonical table with every column."""
    declared = table(name)
    filled = [{part.name: row.get(part.name, part.default) for part in declared.all_columns} for row in rows]
    return pa.Table.from_pylist(filled, schema=declared.schema)


def floor(states: Iterable[Row] = (), shifts: Iterable[Row] = (), identity: Iterable[Row] = ()) -> dict[str, pa.Table]:
    return {
        "agent_state": whole("agent_state", states),
        "shift": whole("shift", shifts),
        "identity": whole("identity", identity),
    }


def facts(name: str, rows: Mapping[str, pa.Table], zone: str = "UTC") -> pa.Table:
    """A stream's table over canonical rows."""
    declared = stream(name)
    assert declared is not None
    return declared.table(Given(rows, pa.table({}), zoned(zone)))


def days(rows: Mapping[str, pa.Table], zone: str = "UTC") -> dict[tuple[str, str], Row]:
    """Agents' days by agent and date, those columns only that are not 0 or empty."""
    listed = facts("agent_time", rows, zone).to_pylist()
    return {(row["agent"], row["day_on"].isoformat()): {k: v for k, v in row.items() if v} for row in listed}


def day(rows: Mapping[str, pa.Table], zone: str = "UTC") -> Row:
    """The only day there is."""
    (only,) = days(rows, zone).values()
    return only


def seconds(row: Row) -> dict[str, int]:
    """What stands in seconds, by its name without the ending."""
    return {name.removesuffix("_s"): value for name, value in row.items() if name.endswith("_s")}
