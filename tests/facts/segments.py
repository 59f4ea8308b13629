"""Calls told segment by segment, for tests of the streams that calls feed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa

from tallystick.facts.fact_set import FactSet
from tallystick.facts.stream import Given
from tallystick.facts.stream import stream as stream_named
from tallystick.records.table import table
from tallystick.vocabulary.canonical import key_of
from tallystick.vocabulary.clock_terms import ClockTerms
from tallystick.vocabulary.opening import ZoneOffsets
from tests.facts.histories import terms

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
# Summer time from 29 March to 25 October 2026, 01:00 UTC.
BUCHAREST = ZoneOffsets("Europe/Bucharest", ((0, 7200), (1_774_746_000, 10_800), (1_792_890_000, 7200)))
TERMS = terms(zone=BUCHAREST, repeat_window_s=7 * 86_400)


class Call:
    """One call; `then` adds a segment at so many seconds after its first moment, for so many seconds (None: open)."""

    def __init__(self, name: str = "A", at: datetime = NOON, **shared: Any) -> None:
        self.name, self.at = name, at
        self.shared = {"queue": "billing", "channel": "phone", "direction": "inbound", "partner": "aurora"} | shared
        self.rows: list[dict[str, Any]] = []

    def then(self, kind: str, after: float, lasts: float | None, result: str | None = None, **parts: Any) -> Call:
        begin = self.at + timedelta(seconds=after)
        self.rows.append(
            {
                "segment_key": key_of(self.name, kind, str(len(self.rows))),
                "call_key": key_of("acd", self.name),
                "call_id": self.name,
                "source": "acd",
                "kind": kind,
                "started_at": begin,
                "ended_at": None if lasts is None else begin + timedelta(seconds=lasts),
                "result": result,
                "seq": 0,
                **self.shared,
                **parts,
            }
        )
        return self

    def waits(self, lasts: float | None, result: str | None = "answered", after: float = 0, **parts: Any) -> Call:
        return self.then("queue", after, lasts, result, **parts)

    def talks(self, after: float, lasts: float | None, result: str = "completed", **parts: Any) -> Call:
        return self.then("talk", after, lasts, result, **({"agent": "ana"} | parts))


def answered(name: str = "A", at: datetime = NOON, *, wait: float = 10, talk: float = 100, **shared: Any) -> Call:
    """A call that waits, and is answered and spoken to the end."""
    return Call(name, at, **shared).waits(wait).talks(wait, talk)


def abandoned(name: str = "A", at: datetime = NOON, *, wait: float = 10, **shared: Any) -> Call:
    """A call whose customer left while it waited."""
    return Call(name, at, **shared).waits(wait, "abandoned", ended_by="customer")


def rows_of(name: str, rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    """Canonical rows of a table, what is not said left empty."""
    schema = table(name).schema
    return pa.Table.from_pylist([{field.name: row.get(field.name) for field in schema} for row in rows], schema=schema)


def call_rows(*calls: Call) -> pa.Table:
    return rows_of("call", [row for call in calls for row in call.rows])


def no_cases(under: ClockTerms = TERMS) -> pa.Table:
    return FactSet(under, ()).table("case")


def facts(name: str, *, under: ClockTerms = TERMS, case: pa.Table | None = None, **tables: pa.Table) -> pa.Table:
    """The facts of one stream from canonical rows by table."""
    declared = stream_named(name)
    assert declared is not None
    given = {one: tables.get(one, table(one).schema.empty_table()) for one in declared.reads}
    return declared.table(Given(given, no_cases(under) if case is None else case, under))


def call_facts(*calls: Call, under: ClockTerms = TERMS) -> list[dict[str, Any]]:
    """The call facts of some calls, as rows by name of call and number of visit."""
    rows = facts("call", under=under, call=call_rows(*calls)).to_pylist()
    return sorted(rows, key=lambda row: (row["case_id"], row["visit"]))
