"""Event logs: a row per change. Activities become canonical events by the mapping's `kinds`, cases by their first row.

Where the log has a column of queues, priorities or agents and no activity that tells of their change, a change from one
row of a case to the next becomes an event of its own.
"""

from __future__ import annotations

from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.records.connectors._instants import NONE
from tallystick.records.connectors.any_table.reader import Chunk, TableReader, constant, micros, translated
from tallystick.records.connectors.any_table.snapshots import CREATED, derived_key
from tallystick.records.connectors.any_table.words import actor_of
from tallystick.records.containers.loaded import connect
from tallystick.records.keys import keys_of, mixed, occurrence

_ATTRIBUTES = ("channel", "language", "queue", "priority", "reason", "requester")
CHANGES = {"queue": 21, "priority": 22, "agent": 23, "status": 24}


def _split(chunk: Chunk, reader: TableReader) -> tuple[pa.Array, pa.Array, pa.Array]:
    """(kind, value, actor of the activity or null) of each row."""
    rows = len(chunk)
    status = chunk.word("status")
    if "event" not in reader.columns:
        kind = pa.repeat(pa.scalar("status"), rows)
        return kind, status, pa.nulls(rows, pa.string())
    canonical = translated(chunk.word("event"), dict(reader.mapping.kinds), keep=False)
    encoded = canonical.dictionary_encode()
    kinds, values, actors = [], [], []
    for word in encoded.dictionary.to_pylist():
        kind, _, value = (word or "").partition(":")
        kinds.append(kind or None)
        actors.append(
            value
            if kind == "message" and value in ("agent", "customer")
            else "system"
            if (kind, value) == ("message", "auto")
            else None
        )
        values.append(("auto" if value == "auto" else "public") if kind == "message" else value or None)
    kind = pa.array(kinds, pa.string()).take(encoded.indices)
    value = pa.array(values, pa.string()).take(encoded.indices)
    actor = pa.array(actors, pa.string()).take(encoded.indices)
    own = chunk.word("event_value")
    for source, name in (
        (chunk.word("queue"), "queue"),
        (chunk.word("agent"), "owner"),
        (chunk.word("priority"), "priority"),
        (status, "status"),
    ):
        mine = pc.coalesce(own, source)
        starred = pc.and_(pc.equal(kind, name), pc.equal(value, "*"))
        value = pc.if_else(pc.fill_null(starred, False), mine, value)
    value = pc.if_else(pc.fill_null(pc.equal(value, "*"), False), own, value)
    # An owner that is taken away is the empty word; other changes without a value say nothing.
    value = pc.if_else(pc.fill_null(pc.equal(kind, "owner"), False), pc.fill_null(value, ""), value)
    return kind, value, actor


def event_tables(chunk: Chunk, reader: TableReader) -> tuple[dict[str, pa.Table], pa.Table | None]:
    """The canonical tables of an event log (all of it: cases need their first row), and the texts."""
    mapping = reader.mapping
    rows = len(chunk)
    case_id = chunk.word("case")
    case_key = keys_of(mapping.source, case_id)
    at = chunk.at("event_time")
    kind, value, activity_actor = _split(chunk, reader)
    agent = chunk.word("agent")
    actor = pc.coalesce(_actors(chunk), activity_actor)
    # Whoever registers a case, it is the customer's unless the log says otherwise.
    by_kind = pc.if_else(pc.fill_null(pc.equal(kind, "created"), False), "customer", "agent")
    actor = pc.coalesce(actor, by_kind)
    event_id = chunk.word("event_id")
    content = mixed(case_key, micros(at), kind, value, actor, agent)
    content = mixed(content, occurrence(content))
    event_key = pc.if_else(pc.is_valid(event_id), keys_of(f"{mapping.source}:event", event_id), content)
    partner = chunk.word("partner")
    events = pa.table(
        {
            "case_key": case_key,
            "event_key": event_key,
            "event_at": micros(at),
            "seq": pa.repeat(pa.scalar(0, pa.int32()), rows),
            "kind": kind,
            "actor": actor,
            "agent": agent,
            "value": value,
            "partner_given": partner,
            "source_at": micros(at),
            "source_row": pa.array(chunk.numbers),
        }
    ).filter(pc.is_valid(kind))
    attributes = {role: chunk.word(role) for role in (*_ATTRIBUTES, "agent")}
    attributes["channel"] = translated(attributes["channel"], dict(mapping.channels), keep=True)
    attributes["language"] = translated(attributes["language"], dict(mapping.languages), keep=True)
    log = pa.table(
        {
            "case_key": case_key,
            "case_id": case_id,
            "at_us": pa.array(at),
            "kind": kind,
            "number": pa.array(chunk.numbers),
            "partner_given": partner,
            "due_us": pa.array(chunk.at("due"), mask=chunk.at("due") == NONE),
            **attributes,
        }
    )
    # What the feed tells of, in this file or in another: a file of late rows begins no case and changes no priority.
    told = {*pc.unique(kind).to_pylist(), *(word.partition(":")[0] for word in mapping.kinds.values())}
    connection = connect()
    try:
        connection.register("log", log)
        cases = _cases(connection, mapping.source, tells_creation="created" in told)
        derived = [
            _changes(connection, role, name)
            for role, name in (("queue", "queue"), ("priority", "priority"), ("agent", "owner"), ("status", "status"))
            if role in reader.columns and name not in told
        ]
        if "created" not in told:
            derived.append(_creations(cases))
    finally:
        connection.close()
    events = pa.concat_tables([events, *(part.select(events.column_names).cast(events.schema) for part in derived)])
    tables = {"case": cases, "case_event": events}
    texts = None
    if "text" in reader.columns:
        tables["message"], texts = _messages(chunk, tables["case_event"], mapping.source)
    return tables, texts


def _actors(chunk: Chunk) -> pa.Array:
    encoded = chunk.word("actor").dictionary_encode()
    roles = [actor_of(word or "") for word in encoded.dictionary.to_pylist()]
    return pa.array(roles, pa.string()).take(encoded.indices)


def _cases(connection: duckdb.DuckDBPyConnection, source: str, *, tells_creation: bool) -> pa.Table:
    """A case row for each case whose creation the log holds; in a feed without such an activity, the first row is it.

    The version of a case row is the case's latest row, so that a longer log wins.
    """
    picked = ", ".join(
        f"arg_min({name}, (at_us, number)) FILTER ({name} IS NOT NULL) AS {name}"
        for name in (*_ATTRIBUTES, "partner_given")
    )
    created = "min(at_us) FILTER (kind = 'created')" if tells_creation else "min(at_us)"
    table = (
        connection.sql(
            f"""
        SELECT case_key, any_value(case_id) AS case_id, {created} AS created_us,
               max(at_us) AS version_us, min(number) AS source_row, max(due_us) AS due_us, {picked}
        FROM log GROUP BY case_key HAVING created_us IS NOT NULL ORDER BY source_row
        """  # noqa: S608
        )
        .to_arrow_table()
        .combine_chunks()
    )
    columns: dict[str, Any] = {name: table[name] for name in ("case_key", "case_id", *_ATTRIBUTES, "partner_given")}
    return pa.table(
        {
            **columns,
            "source": constant(source, table.num_rows),
            "created_at": micros(table["created_us"].to_numpy()),
            "source_due_at": micros(table["due_us"].fill_null(NONE).to_numpy().astype(np.int64)),
            "source_at": micros(table["version_us"].to_numpy()),
            "source_row": table["source_row"],
        }
    )


def _creations(cases: pa.Table) -> pa.Table:
    """The creation of each case, where no activity tells of it: the instant of its first row."""
    rows = cases.num_rows
    return pa.table(
        {
            "case_key": cases["case_key"],
            "event_key": derived_key(cases["case_key"].combine_chunks(), CREATED),
            "event_at": cases["created_at"],
            "seq": pa.repeat(pa.scalar(-1, pa.int32()), rows),
            "kind": constant("created", rows),
            "actor": constant("customer", rows),
            "agent": pa.nulls(rows, pa.string()),
            "value": pa.nulls(rows, pa.string()),
            "partner_given": cases["partner_given"],
            "source_at": cases["source_at"],
            "source_row": cases["source_row"],
        }
    )


def _changes(connection: duckdb.DuckDBPyConnection, role: str, kind: str) -> pa.Table:
    """An event for each row of a case in which a column says something else than it said before."""
    table = (
        connection.sql(
            f"""
        SELECT * FROM (
            SELECT case_key, at_us, number, {role} AS value, partner_given,
                   lag({role}) OVER (PARTITION BY case_key ORDER BY at_us, number) AS before
            FROM log WHERE {role} IS NOT NULL)
        WHERE before IS DISTINCT FROM value ORDER BY number
        """  # noqa: S608
        )
        .to_arrow_table()
        .combine_chunks()
    )
    rows = table.num_rows
    at = micros(table["at_us"].to_numpy())
    value = table["value"].combine_chunks()
    key = table["case_key"].combine_chunks()
    return pa.table(
        {
            "case_key": key,
            "event_key": mixed(key, at, value, pa.repeat(pa.scalar(CHANGES[role], pa.int64()), rows)),
            "event_at": at,
            "seq": pa.repeat(pa.scalar(0, pa.int32()), rows),
            "kind": constant(kind, rows),
            "actor": constant("system", rows),
            "agent": pa.nulls(rows, pa.string()),
            "value": value,
            "partner_given": table["partner_given"],
            "source_at": at,
            "source_row": table["number"],
        }
    )


def _messages(chunk: Chunk, events: pa.Table, source: str) -> tuple[pa.Table, pa.Table]:
    """Messages and notes with their texts, where the log has a column of texts."""
    by_row = dict(zip(chunk.numbers.tolist(), range(len(chunk)), strict=True))
    spoken = events.filter(pc.is_in(events["kind"], value_set=pa.array(["message", "note", "created"])))
    at = pa.array([by_row[row] for row in spoken["source_row"].to_pylist()], pa.int64())
    text = chunk.word("text").take(at)
    person = pc.if_else(pc.equal(spoken["actor"], "customer"), chunk.word("requester").take(at), spoken["agent"])
    ids = pc.binary_join_element_wise(f"{source}:event", spoken["event_key"].cast(pa.string()), ":")
    told = pc.is_valid(text)
    message = pa.table(
        {
            "case_key": spoken["case_key"],
            "message_key": spoken["event_key"],
            "sent_at": spoken["event_at"],
            "role": spoken["actor"],
            "public": pc.not_equal(spoken["kind"], "note"),
            "length": pc.utf8_length(text).cast(pa.int32()),
            "text_id": pc.if_else(told, ids, None),
            "partner_given": spoken["partner_given"],
            "source_at": spoken["source_at"],
            "source_row": spoken["source_row"],
        }
    )
    texts = pa.table(
        {
            "text_id": ids,
            "case_key": spoken["case_key"],
            "person": person,
            "text": text,
            "source_at": spoken["source_at"],
            "source_row": spoken["source_row"],
        }
    )
    return message.filter(told), texts.filter(told)
