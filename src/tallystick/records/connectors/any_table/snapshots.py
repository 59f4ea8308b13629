"""One row per case: the case, its survey, its text, and an event for each instant that the row holds.

A row is a snapshot. Its events have keys of their own (case and sort of instant), and where a later snapshot has an
instant no more (a case was reopened and has no end now), the event is sent with a null instant: a retraction. The
version of a row is its `updated` instant or, without one, the latest instant that it holds.
"""

from __future__ import annotations

from functools import reduce
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.records.connectors._instants import NONE, Integers
from tallystick.records.connectors.any_table.guess import GOOD_WORDS
from tallystick.records.connectors.any_table.reader import Chunk, TableReader, constant, micros, translated
from tallystick.records.connectors.any_table.words import plain_name
from tallystick.records.containers import finding
from tallystick.records.keys import keys_of, mixed
from tallystick.vocabulary.finding import Finding, Place

# What the key of a derived event is made of, beside the case. Never renumber: stored keys depend on it.
CREATED, OWNER, FIRST_REPLY, RESOLVED, CLOSED, REOPENED = 1, 2, 3, 4, 5, 6
SURVEY, TEXT = 11, 12
ENDED = frozenset({"solved", "closed"})


def derived_key(case_key: pa.Array, sort: int) -> pa.Array:
    """The key of what a row tells about its case, one of the numbers above."""
    return mixed(case_key, pa.repeat(pa.scalar(sort, pa.int64()), len(case_key)))


def latest_of(*columns: Integers) -> Integers:
    """The latest instant of each row, NONE where there is none (NONE is the smallest number)."""
    return reduce(np.maximum, columns)


def add_waits(chunk: Chunk, reader: TableReader) -> None:
    """Turn lengths of time into instants, counted from creation."""
    created = chunk.at("created")
    for role in ("first_reply", "resolved", "closed"):
        if role in reader.units and role in chunk.instants:
            length = chunk.instants[role]
            known = (length != NONE) & (created != NONE)
            chunk.instants[role] = np.where(known, created + np.where(known, length, 0), NONE)


def case_tables(chunk: Chunk, reader: TableReader) -> tuple[dict[str, pa.Table], pa.Table | None]:
    """The canonical tables of a chunk of snapshots, and the texts."""
    mapping = reader.mapping
    rows = len(chunk)
    case_id = chunk.word("case")
    case_key = keys_of(mapping.source, case_id)
    created, replied = chunk.at("created"), chunk.at("first_reply")
    resolved, closed = chunk.at("resolved"), chunk.at("closed")
    version = micros(latest_of(created, replied, resolved, closed, chunk.at("updated")))
    source_row = pa.array(chunk.numbers)
    channel = translated(chunk.word("channel"), dict(mapping.channels), keep=True)
    language = translated(chunk.word("language"), dict(mapping.languages), keep=True)
    shared: dict[str, Any] = {"case_key": case_key, "source_at": version, "source_row": source_row}
    if "partner" in chunk.words:
        shared["partner_given"] = chunk.word("partner")
    case = pa.table(
        {
            **shared,
            "case_id": case_id,
            "source": constant(mapping.source, rows),
            "created_at": micros(created),
            "channel": channel,
            "language": language,
            "queue": chunk.word("queue"),
            "priority": translated(chunk.word("priority"), dict(mapping.priorities), keep=True),
            "reason": chunk.word("reason"),
            "requester": chunk.word("requester"),
            "source_due_at": micros(chunk.at("due")),
        }
    )
    tables = {"case": case, "case_event": _events(chunk, reader, shared)}
    if "score" in chunk.words:
        tables["survey_response"] = _survey(chunk, reader, shared, channel, language)
    texts = None
    if "text" in chunk.words:
        tables["message"], texts = _texts(chunk, shared, created, language, mapping.source)
    return tables, texts


def _events(chunk: Chunk, reader: TableReader, shared: dict[str, Any]) -> pa.Table:
    rows = len(chunk)
    agent = chunk.word("agent")
    created, resolved, closed = chunk.at("created"), chunk.at("resolved"), chunk.at("closed")
    status = chunk.word("status")
    category = translated(status, dict(reader.mapping.statuses), keep=False)
    ended = pc.is_in(category, value_set=pa.array(sorted(ENDED)))
    parts: list[pa.Table] = []

    def add(sort: int, at: Integers, kind: str, actor: str, who: pa.Array, value: pa.Array) -> None:
        columns = {
            "event_key": derived_key(shared["case_key"], sort),
            "event_at": micros(at),
            "kind": constant(kind, rows),
            "actor": constant(actor, rows),
            "agent": who,
            "value": value,
        }
        parts.append(pa.table({**shared, **columns}))

    nobody = pa.nulls(rows, pa.string())
    # A mapped column that this file leaves empty takes back what an older snapshot said.
    has = {role for role, name in reader.mapping.columns.items() if name}
    if "created" in has:
        add(CREATED, created, "created", "customer", nobody, nobody)
        if "agent" in has:
            # Of a snapshot only the last owner is known; the case counts as theirs from its beginning.
            held = np.where(pc.is_valid(agent).to_numpy(zero_copy_only=False), created, NONE)
            add(OWNER, held, "owner", "system", nobody, agent)
    if "first_reply" in has:
        add(FIRST_REPLY, chunk.at("first_reply"), "message", "agent", agent, constant("public", rows))
    ending = "resolved" if "resolved" in has else "closed"
    for role, sort, word in (("resolved", RESOLVED, "solved"), ("closed", CLOSED, "closed")):
        if role not in has:
            continue
        # The row's own word names the end it has come to; a row that is not ended now has been solved all the same.
        own = pc.if_else(pc.fill_null(ended, False), status, word) if role == ending else constant(word, rows)
        add(sort, chunk.at(role), "status", "agent", agent, own)
    if "status" in has and "updated" in has:
        updated = chunk.at("updated")
        end = latest_of(resolved, closed)
        again = pc.fill_null(pc.invert(ended), False).to_numpy(zero_copy_only=False) & (end != NONE) & (updated > end)
        if again.any():
            add(REOPENED, np.where(again, updated, NONE), "status", "system", nobody, status)
    return pa.concat_tables(parts) if parts else pa.table({**shared}).slice(0, 0)


def _survey(
    chunk: Chunk, reader: TableReader, shared: dict[str, Any], channel: pa.Array, language: pa.Array
) -> pa.Table:
    scale = reader.mapping.settings.get("survey", {"kind": "csat", "min": 1, "max": 5})
    rows = len(chunk)
    encoded = chunk.word("score").dictionary_encode()
    points: list[int | None] = []
    for word in encoded.dictionary.to_pylist():
        try:
            points.append(GOOD_WORDS.get(plain_name(word)) if not word[:1].isdigit() else round(float(word)))
        except ValueError:
            points.append(None)
    score = pa.array(points, pa.int32()).take(encoded.indices)
    # A score beyond the scale is an answer too: it is kept, and measures leave it out with its number.
    answered = pc.is_valid(score)
    at = latest_of(chunk.at("created"), chunk.at("first_reply"), chunk.at("resolved"), chunk.at("closed"))
    sent = pc.if_else(answered, micros(at), pa.scalar(None, micros(at).type))
    table = pa.table(
        {
            **shared,
            "response_key": derived_key(shared["case_key"], SURVEY),
            "sent_at": sent,
            "answered_at": sent,
            "kind": constant(str(scale["kind"]), rows),
            "score": score,
            "scale_min": pa.repeat(pa.scalar(int(scale["min"]), pa.int32()), rows),
            "scale_max": pa.repeat(pa.scalar(int(scale["max"]), pa.int32()), rows),
            "higher_is_better": pa.repeat(pa.scalar(scale.get("better", "higher") == "higher"), rows),
            "agent": chunk.word("agent"),
            "queue": chunk.word("queue"),
            "channel": channel,
            "language": language,
        }
    )
    return table.filter(answered)


def _texts(
    chunk: Chunk, shared: dict[str, Any], created: Integers, language: pa.Array, source: str
) -> tuple[pa.Table, pa.Table]:
    rows = len(chunk)
    text = chunk.word("text")
    told = pc.and_(pc.is_valid(text), pa.array(created != NONE))
    text_id = pc.binary_join_element_wise(source, chunk.word("case"), "opening", ":")
    message = pa.table(
        {
            **shared,
            "message_key": derived_key(shared["case_key"], TEXT),
            "sent_at": micros(created),
            "role": constant("customer", rows),
            "public": pa.repeat(pa.scalar(True), rows),
            "language": language,
            "length": pc.utf8_length(text).cast(pa.int32()),
            "text_id": text_id,
        }
    ).filter(told)
    texts = pa.table(
        {
            "text_id": text_id,
            "case_key": shared["case_key"],
            "person": chunk.word("requester"),
            "text": text,
            "source_at": shared["source_at"],
            "source_row": shared["source_row"],
        }
    ).filter(told)
    return message, texts


def contradictions(chunk: Chunk, reader: TableReader) -> dict[str, int]:
    """What the rows say against each other, counted: ended without an end, an end without being ended."""
    category = translated(chunk.word("status"), dict(reader.mapping.statuses), keep=False)
    ended = pc.fill_null(pc.is_in(category, value_set=pa.array(sorted(ENDED))), False).to_numpy(zero_copy_only=False)
    end = latest_of(chunk.at("resolved"), chunk.at("closed"))
    has_end = {"resolved", "closed"} & reader.columns.keys()
    return {"ended without an instant": int((ended & (end == NONE)).sum()) if has_end else 0}


def contradiction_findings(counts: dict[str, int], file: str) -> list[Finding]:
    """The contradictions as findings."""
    count = counts.get("ended without an instant", 0)
    if not count:
        return []
    return [
        finding(
            "TS-I223",
            f"{count} row(s) say that the case has ended and give no instant of it; to the clocks it is open.",
            Place(file=file, column="status"),
            count=count,
        )
    ]
