"""A floor by hand: canonical rows of calls, rosters, states and forecasts, and terms with a few programmes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa

from tallystick.facts.stream import Given, stream
from tallystick.records.table import table
from tallystick.verdicts.rows_read import canonical_columns
from tallystick.vocabulary.calendar import BusinessCalendar
from tallystick.vocabulary.clock_terms import ClockTerms, ProgrammeTerms
from tallystick.vocabulary.hours_text import parse_rows
from tallystick.vocabulary.public_holidays import Holidays
from tallystick.vocabulary.zones import zone_offsets

FIRST, LAST = date(2025, 12, 1), date(2027, 1, 1)
TABLES = ("call", "call_interval", "forecast", "agent_state", "shift", "agent", "identity")


def at(text: str) -> datetime:
    """An instant: `2026-03-02 08:00`, or the time alone of 2 March 2026, UTC."""
    whole = text if " " in text else f"2026-03-02 {text}"
    return datetime.fromisoformat(whole).replace(tzinfo=UTC)


def rows(name: str, *given: Mapping[str, Any], partner: str = "aurora") -> pa.Table:
    """Rows of a canonical table, keys numbered, instants written short, the rest empty or the table's default."""
    declared = table(name)
    made = []
    for place, one in enumerate(given, 1):
        row: dict[str, Any] = {column.name: column.default for column in declared.columns}
        row |= {"partner": partner, declared.key: place}
        if "source" in row:
            row["source"] = "acd"
        row |= {
            key: at(value) if isinstance(value, str) and key.endswith(("_at", "valid_from", "valid_to")) else value
            for key, value in one.items()
        }
        made.append(row)
    columns = canonical_columns(name)
    schema = pa.schema([declared.schema.field(column) for column in columns])
    return pa.Table.from_pylist([{column: row.get(column) for column in columns} for row in made], schema=schema)


def contact(
    number: int, begins: str, talks: str, ends: str, queue: str = "de", agent: str = "ana"
) -> list[dict[str, Any]]:
    """One answered call: wait, talk, one minute of after-work."""
    done = at(ends).timestamp() + 60
    wrapped = datetime.fromtimestamp(done, UTC)
    shared = {"call_key": number, "queue": queue, "channel": "phone", "direction": "inbound"}
    return [
        shared | {"kind": "queue", "started_at": at(begins), "ended_at": at(talks), "result": "answered"},
        shared | {"kind": "talk", "started_at": at(talks), "ended_at": at(ends), "agent": agent, "result": "completed"},
        shared | {"kind": "wrap", "started_at": at(ends), "ended_at": wrapped, "agent": agent},
    ]


def lost(number: int, begins: str, ends: str, queue: str = "de") -> dict[str, Any]:
    """One call that was abandoned in the queue."""
    return {
        "call_key": number, "queue": queue, "channel": "phone", "direction": "inbound", "kind": "queue",
        "started_at": at(begins), "ended_at": at(ends), "result": "abandoned",
    }  # fmt: skip


def calendar(zone: str, *hours: str, days: int = 5, country: str = "") -> BusinessCalendar:
    """The same hours on the first days of the week, with the public holidays of a country."""
    told = (parse_rows(list(hours)),) * days + ((),) * (7 - days)
    return BusinessCalendar.of(zone, told, holidays=Holidays(country) if country else None)


def programme(
    name: str, *, queues: Iterable[str] = (), channels: Iterable[str] = (), languages: Iterable[str] = (),
    hours: str = "desk",
) -> ProgrammeTerms:  # fmt: skip
    """A programme under one calendar."""
    return ProgrammeTerms(name, frozenset(queues), frozenset(channels), frozenset(languages), ((0, hours),))


def terms_of(
    *programmes: ProgrammeTerms, zone: str = "UTC", calendars: Mapping[str, BusinessCalendar] | None = None
) -> ClockTerms:
    """Terms of partner aurora; without calendars every programme is open day and night."""
    named = calendars or {"desk": BusinessCalendar.always(zone)}
    hours = {name: one.materialise(FIRST, LAST) for name, one in named.items()}
    return ClockTerms("aurora", zone_offsets(zone, FIRST, LAST), hours, programmes)


def derived(name: str, terms: ClockTerms, **tables: pa.Table) -> pa.Table:
    """The facts of a stream from some tables; those not given are empty."""
    declared = stream(name)
    assert declared is not None
    given = {one: tables.get(one, rows(one)) for one in declared.reads}
    return declared.table(Given(given, pa.table({"case_key": pa.array([], pa.int64())}), terms))


def by_slot(facts: pa.Table, name: str) -> dict[str, dict[str, Any]]:
    """The facts of one programme (`` for none) by the beginning of their slot, `HH:MM` of UTC."""
    return {f"{row['started_at']:%H:%M}": row for row in facts.to_pylist() if (row["programme"] or "") == name}
