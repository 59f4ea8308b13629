"""Event logs: a row per change. Activities become canonical events by the mapping's `kinds`, cases by their first row.

Where the log has a column of queues, priorities or agents and no activity that tells of their change, each event keeps
what its row says of them (`seen`). What was a change is told by all rows of the case together, and those may lie in
several files: `tallystick.records.log_changes` finds it when they are taken in. So it is with what a case is: a row of
a log that says something of it may lie in another file than its creation (`tallystick.records.log_cases`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.records.connectors.any_table.log_cases import log_cases
from tallystick.records.connectors.any_table.reader import Chunk, TableReader, micros, translated
from tallystick.records.connectors.any_table.words import actor_of, truth_of
from tallystick.records.keys import keys_of, mixed, occurrence
from tallystick.records.log_changes import PARTNER

# Columns of a log that may repeat the state of a case in each row, and the kinds of event that tell of its change.
STATES = {"queue": "queue", "priority": "priority", "agent": "owner", "status": "status"}


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
    # What the feed tells of, in this file or in another: a file of late rows begins no case and changes no priority.
    told = {*pc.unique(kind).to_pylist(), *(word.partition(":")[0] for word in mapping.kinds.values())}
    states = {name: chunk.word(role) for role, name in STATES.items() if role in reader.columns and name not in told}
    seen = _seen(states, chunk.word("partner"))
    agent = chunk.word("agent")
    actor = pc.coalesce(_actors(chunk), activity_actor)
    # Whoever registers a case, it is the customer's unless the log says otherwise.
    by_kind = pc.if_else(pc.fill_null(pc.equal(kind, "created"), False), "customer", "agent")
    actor = pc.coalesce(actor, by_kind)
    event_id = chunk.word("event_id")
    content = mixed(case_key, micros(at), kind, value, actor, agent)
    silent = pc.and_(pc.is_null(kind), pc.is_valid(seen))
    if pc.any(silent).as_py():
        # An activity without a meaning changes nothing, yet its row says how the case stood then.
        content = pc.if_else(silent, mixed(case_key, micros(at), seen), content)
        kind = pc.if_else(silent, "flag", kind)
        actor = pc.if_else(silent, "system", actor)
    content = mixed(content, occurrence(content))
    event_key = pc.if_else(pc.is_valid(event_id), keys_of(f"{mapping.source}:event", event_id), content)
    events = pa.table(
        {
            "case_key": case_key,
            "event_key": event_key,
            "event_at": micros(at),
            "seq": pa.repeat(pa.scalar(0, pa.int32()), rows),
            "kind": kind,
            "actor": actor,
            "agent": pc.if_else(silent, None, agent),
            "value": value,
            "seen": seen,
            "partner_given": chunk.word("partner"),
            "source_at": micros(at),
            "source_row": pa.array(chunk.numbers),
        }
    ).filter(pc.is_valid(kind))
    created = (
        pc.fill_null(pc.equal(kind, "created"), False).to_numpy(zero_copy_only=False) if "created" in told else None
    )
    attributes = {role: chunk.word(role) for role in ("queue", "priority", "reason", "requester")}
    attributes["channel"] = translated(chunk.word("channel"), dict(mapping.channels), keep=True)
    attributes["language"] = translated(chunk.word("language"), dict(mapping.languages), keep=True)
    attributes["partner_given"] = chunk.word("partner")
    cases = log_cases(case_key, case_id, at, created, chunk.at("due"), chunk.numbers, attributes, mapping.source)
    tables = {"case": cases, "case_event": events}
    texts = None
    if "text" in reader.columns:
        tables["message"], texts = _messages(chunk, events, mapping.source, tells_creation=created is not None)
    return tables, texts


def _seen(states: Mapping[str, pa.Array], partner: pa.Array) -> pa.Array:
    """What each row says of the state of its case, as JSON of kind of event -> word; null where it says nothing."""
    rows = len(partner)
    known = {name: column.dictionary_encode() for name, column in (*states.items(), (PARTNER, partner))}
    known = {name: column for name, column in known.items() if len(column.dictionary)}
    if not known.keys() & states.keys():
        return pa.nulls(rows, pa.string())
    together = np.zeros(rows, np.int64)
    for column in known.values():
        width = len(column.dictionary)
        together = together * (width + 1) + column.indices.fill_null(width).to_numpy()
    met = pa.array(together).dictionary_encode()
    words: list[dict[str, str]] = [{} for _ in met.dictionary]
    left = met.dictionary.to_numpy()
    for name, column in reversed(known.items()):
        listed = [*column.dictionary.to_pylist(), None]
        left, codes = np.divmod(left, len(listed))
        for place, code in enumerate(codes.tolist()):
            if listed[code] is not None:
                words[place][name] = listed[code]
    said = [json.dumps(one, ensure_ascii=False, sort_keys=True) if one.keys() - {PARTNER} else None for one in words]
    return pa.array(said, pa.string()).take(met.indices)


def _actors(chunk: Chunk) -> pa.Array:
    encoded = chunk.word("actor").dictionary_encode()
    roles = [actor_of(word or "") for word in encoded.dictionary.to_pylist()]
    return pa.array(roles, pa.string()).take(encoded.indices)


def _flagged(words: pa.Array) -> pa.Array:
    """Words for yes and no as such; null for any other, and where there is none."""
    encoded = words.dictionary_encode()
    said = [truth_of(word or "") for word in encoded.dictionary.to_pylist()]
    return pa.array([None if one is None else one == "yes" for one in said], pa.bool_()).take(encoded.indices)


def _messages(chunk: Chunk, events: pa.Table, source: str, *, tells_creation: bool) -> tuple[pa.Table, pa.Table]:
    """Messages and notes with their texts, where the log has a column of texts.

    In a log that tells of no creation any row may be its case's first, so the words of each are kept.
    """
    speaking = pc.is_in(events["kind"], value_set=pa.array(["message", "note", "created"]))
    spoken = events.filter(speaking) if tells_creation else events
    at = pa.array(np.searchsorted(chunk.numbers, spoken["source_row"].to_numpy()))
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
            "public": pc.is_in(spoken["kind"], value_set=pa.array(["message", "created"])),
            "length": pc.utf8_length(text).cast(pa.int32()),
            "text_id": pc.if_else(told, ids, None),
            "machine_translated": _flagged(chunk.word("translated")).take(at),
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
