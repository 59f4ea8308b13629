"""Any table: CSV, TSV, JSON, JSON Lines, Parquet or XLSX of a system that has no connector of its own.

In: a file. Out: a mapping that a person can read and correct, and canonical rows of cases, events, surveys, messages.
Verbs: propose, read. Must not know: which product made the file, the lake, any contract.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Mapping as AbstractMapping
from pathlib import Path
from typing import ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.records.connector import Batch, Connector, Mapping, Reject, Resolver
from tallystick.records.connectors._instants import NONE
from tallystick.records.connectors.any_table import call_lists, event_logs, snapshots
from tallystick.records.connectors.any_table.guess import CALLS, CASES, EVENTS, INSTANT_ROLES, guess_mapping
from tallystick.records.connectors.any_table.profiles import Profile, profile
from tallystick.records.connectors.any_table.reader import Chunk, TableReader
from tallystick.records.containers import Container, Loaded, damaged, finding, forget, opened
from tallystick.vocabulary.finding import Finding, Place

# The share that a form of dates gets whose cells contradict each other about which part is the day.
MIXED = 0.5
_CONTAINER_HINTS = ("encoding", "delimiter", "sheet", "list")


def feed_of(path: Path) -> str:
    """A feed's name out of a file's: `Tickets_2025-03 (2).csv.gz` is `tickets`, so that next month's file joins it."""
    stem = path.name.split(".", 1)[0] or path.name
    words = [
        word for word in re.findall(r"[a-z0-9]+", stem.lower()) if not re.fullmatch(r"\d+|v\d+|q\d|final|copy", word)
    ]
    return "-".join(words) or "table"


class AnyTable(Connector):
    """A table of cases, of events or of calls whose columns are told by their names and their content."""

    title: ClassVar[str] = "Any table (CSV, TSV, JSON, JSON Lines, Parquet, XLSX)"
    fills: ClassVar[tuple[str, ...]] = ("case", "case_event", "message", "survey_response")
    cannot: ClassVar[AbstractMapping[str, str]] = {
        "next_reply_time": "a table of one row per case holds the first reply only; an event log holds them all",
        "reopen_rate": "a table of one row per case holds the last end only; an event log holds them all",
        "transfer_rate": "a table of one row per case holds the last queue and agent only; an event log holds them all",
        "response_rate": "a table lists surveys that were answered, not those that were sent",
        "agent": "a table names agents and tells nothing else about them",
        "identity": "a table does not say which ids belong to one person",
    }

    def recognise(self, path: Path) -> float:
        """A little sure of every file, so that it is the one that reports what is wrong with it."""
        return 0.1 if path.is_file() else 0.0

    def propose(self, path: Path, saved: Mapping | None, hints: AbstractMapping[str, str]) -> Mapping:
        """The guessed mapping, completed by what was saved; refuses what is no table of cases."""
        container = opened(path, _container_hints(saved, hints))
        loaded = container.rows()
        _refuse_rowless(loaded, container)
        feed = hints.get("feed") or feed_of(path)
        known = {**hints, "feed": feed, "source": hints.get("source") or feed}
        mapping = guess_mapping(loaded, profile(loaded), known, saved, container.name)
        told = {name: container.hints[name] for name in _CONTAINER_HINTS if name in container.hints}
        # All columns, used or not: by them a file of another name is known for one of this feed.
        read_as = {**container.shown, "columns": [column.name for column in loaded.columns]}
        return mapping.with_(settings={**mapping.settings, "read_as": read_as, **told})

    def read(self, path: Path, mapping: Mapping, resolver: Resolver) -> Iterator[Batch]:
        """The rows of the table in batches; the last one brings the findings about the whole file."""
        container = opened(path, _container_hints(mapping, {}))
        loaded = container.rows()
        profiles = profile(loaded)
        _require_columns(mapping, profiles, container.name)
        reader = TableReader(loaded, profiles, mapping, container.name, resolver.as_of_us)
        unreadable = [
            Reject(
                bad.row, bad.column, bad.text, finding(bad.rule, bad.reason, Place(file=container.name, row=bad.row))
            )
            for bad in loaded.bad
        ]
        counts: dict[str, int] = {}
        twice = 0
        for chunk in reader.chunks(whole=mapping.shape == EVENTS):
            yield _batch(chunk, reader, counts)
            twice += chunk.twice
        told = [*container.findings, *_findings(reader, profiles, mapping, container.name, twice)]
        told += snapshots.contradiction_findings(counts, container.name)
        yield Batch({}, len(unreadable), rejects=unreadable, findings=told, done=loaded.rows_in, total=loaded.rows_in)
        forget()


def _container_hints(mapping: Mapping | None, hints: AbstractMapping[str, str]) -> dict[str, str]:
    saved = mapping.settings if mapping is not None else {}
    return {name: str(saved.get(name) or hints.get(name) or "") for name in _CONTAINER_HINTS}


def _refuse_rowless(loaded: Loaded, container: Container) -> None:
    if loaded.bad and not loaded.rows:
        first = loaded.bad[0]
        raise damaged(
            "TS-I002", container.name, f"none of its {len(loaded.bad)} rows can be read; the first: {first.reason}"
        )


def _require_columns(mapping: Mapping, profiles: list[Profile], file: str) -> None:
    known = {found.name for found in profiles}
    for role, name in mapping.columns.items():
        if name and name not in known:
            raise damaged("TS-I023", file, f"the mapping names the column {name!r} ({role}), which is not there.")


def _needed(reader: TableReader) -> tuple[str, ...]:
    """The roles of which a row must hold at least one instant."""
    shape = reader.mapping.shape
    if shape == EVENTS:
        return ("event_time",)
    if shape == CALLS or "created" in reader.columns:
        return ("created",)
    # Without a creation no clock of the case can run, but what happened to it is known: the row is kept.
    return tuple(role for role in INSTANT_ROLES if role in reader.columns and role != "due")


def _refuse(chunk: Chunk, reader: TableReader) -> None:
    """Mark the rows that name no case or hold no instant."""
    columns = reader.mapping.columns
    empty = pc.is_null(chunk.word("case")).to_numpy(zero_copy_only=False) & ~chunk.bad
    chunk.refuse(empty, "TS-I107", columns.get("case", "case"), "The row names no case.", None, reader.file)
    needed = _needed(reader)
    missing = ~chunk.bad
    for role in needed:
        missing &= chunk.at(role) == NONE
    if missing.any():
        names = [columns[role] for role in needed if role in columns] or [columns.get("call_started", "date")]
        sentence = f"The row has no instant in {' or '.join(map(repr, names))}."
        chunk.refuse(missing, "TS-I112", names[0], sentence, None, reader.file)


def _batch(chunk: Chunk, reader: TableReader, counts: dict[str, int]) -> Batch:
    """The batch of one chunk: rows without a case or an instant refused, the rest as canonical tables."""
    shape = reader.mapping.shape
    rows = len(chunk)
    if shape == CALLS:
        call_lists.add_instants(chunk, reader)
    elif shape == CASES:
        snapshots.add_waits(chunk, reader)
    _refuse(chunk, reader)
    good = chunk.kept()
    build = {CASES: snapshots.case_tables, EVENTS: event_logs.event_tables, CALLS: call_lists.call_tables}[shape]
    tables, texts = build(good, reader)
    if shape == CASES and "status" in reader.columns:
        for name, count in snapshots.contradictions(good, reader).items():
            counts[name] = counts.get(name, 0) + count
    noted = _noted(good, tables) if shape == EVENTS else 0
    done = int(chunk.ordinals[-1]) + 1 if rows else 0
    return Batch(tables, rows, texts=texts, rejects=good.rejects, noted=noted, done=done, total=reader.loaded.rows)


def _noted(chunk: Chunk, tables: dict[str, pa.Table]) -> int:
    """Rows of an event log that were read and yield nothing, because their activity has no meaning yet."""
    if not len(chunk):
        return 0
    low = int(chunk.numbers[0])
    used = np.zeros(int(chunk.numbers[-1]) - low + 1, dtype=bool)
    for table in tables.values():
        used[table["source_row"].to_numpy() - low] = True
    return int((~used[chunk.numbers - low]).sum())


def _findings(
    reader: TableReader, profiles: list[Profile], mapping: Mapping, file: str, twice: int
) -> Iterator[Finding]:
    """What should be known about the whole file."""
    by_name = {found.name: found for found in profiles}
    for name in mapping.columns.values():
        if name in by_name and by_name[name].empty and by_name[name].rows:
            yield finding(
                "TS-I207",
                f"{name!r} is empty in all {by_name[name].rows:,} rows.",
                Place(file=file, column=name),
                count=by_name[name].rows,
            )
    unused = [found.name for found in profiles if found.name not in mapping.columns.values()]
    if unused:
        yield finding(
            "TS-I216",
            f"{len(unused)} column(s) are not used: {', '.join(unused[:8])}{' ...' if len(unused) > 8 else ''}.",
            Place(file=file),
            count=len(unused),
        )
    if mapping.shape == CASES and "created" not in reader.columns:
        yield finding(
            "TS-I208",
            "No column says when a case was created; its events are kept, and the clocks that "
            "start at creation cannot run.",
            Place(file=file),
            count=reader.loaded.rows,
        )
    yield from _date_findings(reader, by_name, mapping, file)
    if twice:
        yield finding(
            "TS-I210",
            f"{twice} local time(s) exist twice in {mapping.zone} (the clock was set back); the "
            "earlier instant was taken.",
            Place(file=file),
            count=twice,
        )
    yield from _word_findings(reader, mapping, file)


def _date_findings(
    reader: TableReader, by_name: AbstractMapping[str, Profile], mapping: Mapping, file: str
) -> Iterator[Finding]:
    local = [mapping.columns[role] for role, form in reader.forms.items() if not form.aware]
    if local:
        yield finding(
            "TS-I206",
            f"{', '.join(map(repr, local))} without a zone; read as wall time in {mapping.zone or 'UTC'}.",
            Place(file=file, column=local[0]),
            value=mapping.zone or "UTC",
        )
    for role, form in reader.forms.items():
        name = mapping.columns[role]
        guessed = by_name[name].form
        place = Place(file=file, column=name)
        if guessed is not None and guessed.name == "parts":
            yield finding(
                "TS-I205",
                f"In {name!r} day and month cannot be told apart by their numbers; read as {form.name}.",
                place,
                value=form.name,
            )
        elif guessed is not None and guessed.share == MIXED:
            yield finding(
                "TS-I215",
                f"{name!r} holds dates with the day first and dates with the month first; read as "
                f"{form.name}, and those that cannot be so are refused.",
                place,
                value=form.name,
            )
        if not form.timed and role in ("created", "first_reply", "resolved", "event_time"):
            yield finding("TS-I224", f"{name!r} holds dates without a time of day.", place)


def _word_findings(reader: TableReader, mapping: Mapping, file: str) -> Iterator[Finding]:
    for role, known, rule, what in (
        ("status", mapping.statuses, "TS-I211", "status"),
        ("event", mapping.kinds, "TS-I222", "event"),
    ):
        if role not in reader.columns or (role == "event" and mapping.shape != EVENTS):
            continue
        found = reader.columns[role]
        rows = reader.loaded.connection.execute(
            f"SELECT {found.cell} AS w, count(*) FROM {reader.loaded.table} "  # noqa: S608
            f"WHERE {found.column.slot} IS NOT NULL GROUP BY w ORDER BY count(*) DESC, w LIMIT 2000"
        ).fetchall()
        for word, count in rows:
            if word and str(word) not in known:
                yield finding(
                    rule,
                    f"The {what} {str(word)[:80]!r} of {count} row(s) has no meaning.",
                    Place(file=file, column=mapping.columns[role]),
                    value=str(word),
                    count=int(count),
                )
