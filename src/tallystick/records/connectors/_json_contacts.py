"""What the connectors of nested JSON (contact records, conversations) share: objects, refusals, segments."""

from __future__ import annotations

import json
from abc import abstractmethod
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as AbstractMapping
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.records.connector import Batch, Connector, Mapping, Reject, Resolver
from tallystick.records.connectors._lists import kept_of, unread_of
from tallystick.records.connectors.any_table import feed_of
from tallystick.records.containers import Container, Loaded, finding, forget, opened
from tallystick.records.containers.delimited import Census
from tallystick.records.containers.json_records import LINES, load_json_lines
from tallystick.records.containers.unpacking import head_of
from tallystick.records.keys import keys_of
from tallystick.records.table import INSTANT
from tallystick.vocabulary.errors import DamagedContainer
from tallystick.vocabulary.finding import Finding, Place

_SEQUENCE = {"ivr": 0, "bot": 0, "queue": 1, "ring": 2, "talk": 3, "hold": 4, "wrap": 5}


def first_object(path: Path) -> dict[str, Any]:
    """The first object of a file for recognising it, as far as its head tells; empty where there is none."""
    if not path.is_file():
        return {}
    try:
        container = opened(path, {})
        if container.form not in ("json", "json lines"):
            return {}
        text = head_of(container.text, 1 << 18).decode("utf-8-sig", errors="replace").lstrip()
        if container.form == "json" and not text.startswith("{"):
            text = text.lstrip("[").lstrip()
        if not text.startswith("{"):
            return {}
        try:
            found, _ = json.JSONDecoder().raw_decode(text)
        except ValueError:
            # A list inside of an object that the head does not hold whole: the first object of it.
            inside = text[text.find("[") + 1 :].lstrip()
            found, _ = json.JSONDecoder().raw_decode(inside)
    except (DamagedContainer, ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    lists = [one for one in found.values() if isinstance(one, list) and one and isinstance(one[0], dict)]
    return {**(lists[0][0] if len(lists) == 1 else {}), **found}


def load_objects(container: Container) -> Loaded:
    """The objects of a file, one a row: JSON Lines, a list, or objects one behind the other as streams write them."""
    try:
        return container.rows()
    except DamagedContainer:
        return container.rows_by(_load_stream)


def _load_stream(connection: duckdb.DuckDBPyConnection, path: Path, _census: Census, file: str) -> Loaded:
    """Objects without anything between them; what is no object any more is the damage."""
    text = path.read_text(encoding="utf-8-sig")
    decoder, at, lines = json.JSONDecoder(), 0, []
    while at < len(text):
        try:
            _, end = decoder.raw_decode(text, at)
        except ValueError as error:
            raise DamagedContainer(
                "TS-I012", file, f"no object begins at letter {at + 1}.", "Export it again."
            ) from error
        lines.append(text[at:end].replace("\n", " "))
        at = end
        while at < len(text) and text[at] in " \r\n\t,":
            at += 1
    target = path.parent / "stream.jsonl"
    target.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return load_json_lines(connection, target, Census(records=len(lines)), file, path.parent)


class Taken(NamedTuple):
    """What a file of contacts gave: segments, refused objects, and what is to be said beside; `noted` were passed."""

    calls: pa.Table
    rejects: list[Reject]
    findings: Sequence[Finding] = ()
    noted: int = 0


class ContactConnector(Connector):
    """Contacts of a telephone system whose fields always have the same names; a file of a connector says which."""

    fills: ClassVar[tuple[str, ...]] = ("call",)
    # What to ask where nobody said whose the queues are.
    doubt: ClassVar[str]

    @abstractmethod
    def taken(self, loaded: Loaded, file: str, source: str) -> Taken:
        """The segments of the objects of a file."""

    def propose(self, path: Path, saved: Mapping | None, hints: AbstractMapping[str, str]) -> Mapping:
        """Nothing is guessed; the partner is asked for."""
        load_objects(opened(path, {}))
        name = type(self).__module__.rpartition(".")[2]
        return _proposed(name, path, saved, hints, self.doubt)

    def read(self, path: Path, mapping: Mapping, resolver: Resolver) -> Iterator[Batch]:  # noqa: ARG002
        """All contacts of a file at once."""
        container = opened(path, {})
        loaded = load_objects(container)
        found = self.taken(loaded, container.name, mapping.source)
        findings = loaded.findings if loaded is not container.rows_of_table else container.findings
        yield Batch(
            {"call": found.calls},
            loaded.rows_in,
            rejects=found.rejects,
            findings=[*findings, *found.findings],
            noted=found.noted,
            done=loaded.rows_in,
            total=loaded.rows_in,
        )
        forget()


def _proposed(name: str, path: Path, saved: Mapping | None, hints: AbstractMapping[str, str], doubt: str) -> Mapping:
    """The mapping of a source whose fields always have the same names: only whose the rows are is asked."""
    feed = hints.get("feed") or (saved.feed if saved is not None else "") or feed_of(path)
    partner = hints.get("partner") or ""
    fresh = Mapping(
        connector=name,
        feed=feed,
        source=hints.get("source") or feed,
        shape="contacts",
        partner=partner,
        zone="UTC",
        doubts=() if partner or (saved is not None and (saved.queues or saved.partner)) else (doubt,),
    )
    return fresh if saved is None else kept_of(saved, fresh)


def selected(loaded: Loaded, sql: str) -> pa.Table:
    """The rows of a query over `objects` (`line`: the object, `ordinal`: its place); instants are microseconds."""
    objects = f"(SELECT rowid AS ordinal, line FROM {LINES})"  # noqa: S608
    return loaded.connection.sql(sql.replace("{objects}", objects)).to_arrow_table().combine_chunks()


def text_at(pointer: str, line: str = "line") -> str:
    """SQL for a text inside of an object by its path; nothing where it is empty."""
    return f"nullif(json_extract_string({line}, '{pointer}'), '')"


def instant_at(pointer: str, line: str = "line") -> str:
    """SQL for an instant inside of an object in UTC microseconds, null where it cannot be read."""
    return f"epoch_us(try_cast({text_at(pointer, line)} AS TIMESTAMPTZ))"


def seconds_at(pointer: str, line: str = "line") -> str:
    """SQL for whole seconds inside of an object."""
    return f"try_cast({text_at(pointer, line)} AS BIGINT)"


def refused(
    loaded: Loaded, rows: pa.Table, file: str, checks: Sequence[tuple[pa.Array, str, str, str]]
) -> tuple[list[Reject], Any]:
    """(rejects, which rows are bad) by checks of (where, rule, column, sentence)."""
    numbers = loaded.row_numbers(np.asarray(rows["ordinal"], np.int64))
    bad = np.zeros(rows.num_rows, np.bool_)
    rejects: list[Reject] = []
    for where, rule, column, sentence in checks:
        fresh = np.asarray(pc.fill_null(where, fill_value=False), np.bool_) & ~bad
        bad |= fresh
        for at in np.flatnonzero(fresh):
            number = int(numbers[at])
            place = Place(file=file, row=number, column=column)
            rejects.append(Reject(number, column, "", finding(rule, sentence, place)))
    return rejects + unread_of(loaded, file), bad


def segments(
    kind: str | pa.Array, source: str, told: pa.Array, columns: AbstractMapping[str, Any], rows: int
) -> pa.Table:
    """Segments under the key of what tells them; `started_us` and `ended_us` are microseconds or null."""
    kinds = pa.repeat(pa.scalar(kind), rows) if isinstance(kind, str) else kind
    coded = kinds.dictionary_encode()
    sequence = pa.array([_SEQUENCE[word] for word in coded.dictionary.to_pylist()], pa.int32()).take(coded.indices)
    shared = {name: column for name, column in columns.items() if name not in ("started_us", "ended_us")}
    started = columns["started_us"].cast(pa.int64())
    ended = pc.if_else(pc.is_null(started), pa.scalar(None, pa.int64()), columns["ended_us"].cast(pa.int64()))
    return pa.table(
        {
            "segment_key": keys_of(f"{source}:segment", told),
            "call_key": keys_of(source, columns["call_id"]),
            "seq": sequence,
            "kind": kinds,
            "started_at": started.cast(INSTANT),
            "ended_at": ended.cast(INSTANT),
            **{
                name: column.cast(pa.string()) if pa.types.is_null(column.type) else column
                for name, column in shared.items()
            },
        }
    )


def worded(column: pa.Array, meanings: AbstractMapping[str, str], otherwise: str | None = None) -> pa.Array:
    """Each word by its meaning, looked up in small letters; others and null as `otherwise`."""
    coded = pc.utf8_lower(column).dictionary_encode()
    words = [meanings.get(word or "", otherwise) for word in coded.dictionary.to_pylist()]
    return pc.fill_null(pa.array(words, pa.string()).take(coded.indices), otherwise) if otherwise else pa.array(
        words, pa.string()
    ).take(coded.indices)  # fmt: skip


def parts(rows: pa.Table) -> Iterator[tuple[str, pa.Array]]:
    """The columns of a table in one piece each."""
    for name in rows.column_names:
        column = rows[name]
        yield name, column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
