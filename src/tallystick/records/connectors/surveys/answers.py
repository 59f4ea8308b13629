"""The rows of a chunk of surveys as canonical survey responses, with their comments as texts."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as AbstractMapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.records.connector import Mapping, Resolver
from tallystick.records.connectors._instants import NONE
from tallystick.records.connectors.any_table.reader import Chunk, constant, micros, translated
from tallystick.records.connectors.any_table.words import channel_of, language_of
from tallystick.records.connectors.surveys.cases import Found, find_cases
from tallystick.records.connectors.surveys.columns import QUESTIONS, is_higher
from tallystick.records.connectors.surveys.scores import USUAL, Scale, is_unanswered, number_in
from tallystick.records.keys import keys_of, mixed, occurrence
from tallystick.vocabulary.finding import Place


@dataclass
class Tally:
    """What is counted over the whole file, for its findings."""

    caseless: int = 0
    unknown: int = 0
    unknown_ids: list[str] = field(default_factory=list)
    off_scale: int = 0
    early: int = 0


def refuse(chunk: Chunk, mapping: Mapping, file: str) -> None:
    """Mark the rows that hold no instant, that name nothing to know them by, or whose answer cannot be read."""
    columns = mapping.columns
    unsent = (chunk.at("sent") == NONE) & (chunk.at("answered") == NONE) & ~chunk.bad
    named = columns.get("sent") or columns.get("answered") or "sent"
    chunk.refuse(unsent, "TS-I112", named, "The row has no instant of its sending or its answer.", None, file)
    if "response" in chunk.words or "case" in chunk.words:
        nameless = pc.and_(pc.is_null(chunk.word("response")), pc.is_null(chunk.word("case")))
        name = columns.get("response") or columns.get("case") or "response"
        empty = nameless.to_numpy(zero_copy_only=False) & ~chunk.bad
        chunk.refuse(empty, "TS-I107", name, "The row names neither a survey nor a case.", None, file)
    for role in ("score", *QUESTIONS):
        if role in chunk.words:
            cells = chunk.word(role)
            known = meanings(cells, mapping)
            wrong = pc.and_(pc.is_valid(cells), pc.is_null(known.points))
            wrong = pc.and_(wrong, pc.invert(known.silent)).to_numpy(zero_copy_only=False) & ~chunk.bad
            chunk.refuse(wrong, "TS-I111", columns[role], "{cell!r} is no answer on a scale.", cells, file)


@dataclass(frozen=True)
class Meanings:
    """The points of each cell, and which cells say that there was no answer."""

    points: pa.Array
    silent: pa.Array


def meanings(cells: pa.Array, mapping: Mapping) -> Meanings:
    """What each answer says, by the mapping's words or as a number."""
    words: AbstractMapping[str, Any] = mapping.settings.get("words", {})
    encoded = cells.dictionary_encode()
    points: list[int | None] = []
    silent: list[bool] = []
    for word in encoded.dictionary.to_pylist():
        given = words.get(word)
        points.append(int(given) if given is not None else number_in(word))
        silent.append(given is None and is_unanswered(word))
    found = pa.array(points, pa.int32()).take(encoded.indices)
    return Meanings(found, pc.fill_null(pa.array(silent, pa.bool_()).take(encoded.indices), fill_value=True))


def scale_of(mapping: Mapping, kind: str) -> Scale:
    """The scale of a kind as the mapping says, else the usual one."""
    usual = USUAL.get(kind, USUAL["csat"])
    usual = Scale(usual.low, usual.high, str(mapping.settings.get("better", usual.better)))
    said = mapping.settings.get("scales", {}).get(kind)
    return usual if not isinstance(said, AbstractMapping) else Scale.of_plain(said, usual)


def responses(
    chunk: Chunk, mapping: Mapping, resolver: Resolver, tally: Tally
) -> tuple[pa.Table | None, pa.Table | None]:
    """The responses of rows that can be stored, one for each question that a row answers, and their comments."""
    roles = [role for role in ("score", *QUESTIONS) if role in mapping.columns]
    found = find_cases(chunk.word("case"), chunk.word("partner"), mapping.settings.get("cases"), resolver.cases)
    _count_cases(chunk.word("case"), found, tally)
    parts = []
    texts = None
    # A comment belongs to the whole survey: it stands with the first of its questions.
    for role in roles:
        part, said = _of_question(chunk, mapping, role, found, tally, commented=role == roles[0])
        parts.append(part)
        texts = said if said is not None else texts
    return (pa.concat_tables(parts) if parts else None), texts


def _of_question(
    chunk: Chunk, mapping: Mapping, role: str, found: Found, tally: Tally, *, commented: bool
) -> tuple[pa.Table, pa.Table | None]:
    rows = len(chunk)
    kind = _kinds(chunk, mapping, role)
    score = meanings(chunk.word(role), mapping).points
    comment = chunk.word("comment") if commented else pa.nulls(rows, pa.string())
    spoken = pc.or_(pc.is_valid(score), pc.is_valid(comment)).to_numpy(zero_copy_only=False)
    sent, answered = chunk.at("sent"), chunk.at("answered")
    sent = np.where(sent == NONE, answered, sent)
    # Without an instant of its own an answer counts as given when its survey was sent: that is all that is known.
    answered = np.where(spoken, np.where(answered == NONE, sent, answered), NONE)
    version = np.maximum(np.maximum(sent, answered), chunk.at("updated"))
    identity = _identity(chunk, mapping, kind, role)
    source = f"{mapping.source}:survey"
    key = keys_of(source, identity) if identity is not None else _key_of_content(chunk, kind, score)
    text_id = pc.binary_join_element_wise(source, key.cast(pa.string()), ":")
    low, high, better = _scales(chunk, mapping, kind)
    table = pa.table(
        {
            "response_key": key,
            "case_key": found.keys,
            "sent_at": micros(sent),
            "answered_at": micros(answered),
            "kind": kind,
            "score": score,
            "scale_min": low,
            "scale_max": high,
            "higher_is_better": better,
            "agent": chunk.word("agent"),
            "queue": chunk.word("queue"),
            "language": _meant(chunk.word("language"), mapping.languages, language_of),
            "channel": _meant(chunk.word("channel"), mapping.channels, channel_of),
            "text_id": pc.if_else(pc.is_valid(comment), text_id, pa.scalar(None, pa.string())),
            "partner_given": chunk.word("partner"),
            "source_at": micros(version),
            "source_row": pa.array(chunk.numbers),
        }
    )
    known = pc.is_valid(kind)
    outside = pc.or_(pc.less(score, low), pc.greater(score, high))
    tally.off_scale += pc.sum(pc.and_(known, pc.fill_null(outside, fill_value=False))).as_py() or 0
    if role == "score" or commented:
        tally.early += int(((answered != NONE) & (answered < sent)).sum())
    texts = _texts(chunk, table, comment, found) if commented and "comment" in chunk.words else None
    if kind.null_count:
        table = table.filter(known)
        texts = texts.filter(pc.is_in(texts["source_row"], value_set=table["source_row"])) if texts else None
    return table, texts


def _kinds(chunk: Chunk, mapping: Mapping, role: str) -> pa.Array:
    """The kind of each row; null where a word of the source has no meaning."""
    rows = len(chunk)
    if role in QUESTIONS:
        return constant(role, rows)
    usual = str(mapping.settings.get("kind", "csat"))
    if "survey" not in chunk.words:
        return constant(usual, rows)
    words = chunk.word("survey")
    known = {**{kind: kind for kind in QUESTIONS}, **mapping.kinds}
    return pc.if_else(pc.is_null(words), usual, translated(words, known, keep=False))


def _identity(chunk: Chunk, mapping: Mapping, kind: pa.Array, role: str) -> pa.Array | None:
    """What a survey is known by: its id; without one its case, kind and sending; without a case, nothing."""
    if "response" not in mapping.columns and "case" not in mapping.columns:
        return None
    sent = chunk.at("sent")
    parts = [chunk.word("case"), pc.coalesce(kind, "?")]
    if "sent" in mapping.columns:
        parts.append(pa.array(sent).cast(pa.string()))
    by_case = pc.binary_join_element_wise(*parts, "/")
    # Several questions in one row are several responses, whichever of them the file happens to have.
    own = chunk.word("response")
    if role in QUESTIONS:
        own = pc.binary_join_element_wise(own, kind, "/")
    return pc.coalesce(own, by_case)


def _key_of_content(chunk: Chunk, kind: pa.Array, score: pa.Array) -> pa.Array:
    said = [chunk.word(role) for role in ("partner", "agent", "queue", "channel", "language", "comment", "customer")]
    key = mixed(pa.array(chunk.at("sent")), pa.array(chunk.at("answered")), kind, score, *said)
    return mixed(key, occurrence(key))


def _scales(chunk: Chunk, mapping: Mapping, kind: pa.Array) -> tuple[pa.Array, pa.Array, pa.Array]:
    encoded = kind.dictionary_encode()
    scales = [scale_of(mapping, word) for word in encoded.dictionary.to_pylist()]

    def of_kind(values: list[Any], type_: pa.DataType) -> pa.Array:
        return pa.array(values, type_).take(encoded.indices)

    low = pc.coalesce(_whole(chunk.word("scale_min")), of_kind([scale.low for scale in scales], pa.int32()))
    high = pc.coalesce(_whole(chunk.word("scale_max")), of_kind([scale.high for scale in scales], pa.int32()))
    words = chunk.word("better").dictionary_encode()
    told = pa.array([is_higher(word) for word in words.dictionary.to_pylist()], pa.bool_()).take(words.indices)
    better = pc.coalesce(told, of_kind([scale.better == "higher" for scale in scales], pa.bool_()))
    return low, high, better


def _whole(column: pa.Array) -> pa.Array:
    encoded = column.dictionary_encode()
    read = [number_in(word) for word in encoded.dictionary.to_pylist()]
    return pa.array(read, pa.int32()).take(encoded.indices)


def _texts(chunk: Chunk, table: pa.Table, comment: pa.Array, found: Found) -> pa.Table:
    """Comments as texts of the customer: the list's own customer id, else the person of the case."""
    texts = pa.table(
        {
            "text_id": table["text_id"],
            "case_key": table["case_key"],
            "person": chunk.word("customer"),
            "person_key": found.persons,
            "text": comment,
            "partner_given": chunk.word("partner"),
            "source_at": table["source_at"],
            "source_row": table["source_row"],
        }
    )
    return texts.filter(pc.is_valid(comment))


def _meant(column: pa.Array, saved: AbstractMapping[str, str], known: Callable[[str], str | None]) -> pa.Array:
    """Words by the mapping, else by what is commonly meant."""
    words = [word for word in pc.unique(column).to_pylist() if word]
    return translated(column, {**{word: known(word) or word for word in words}, **saved}, keep=True)


def _count_cases(case_id: pa.Array, found: Found, tally: Tally) -> None:
    named = pc.is_valid(case_id)
    tally.caseless += len(case_id) - (pc.sum(named).as_py() or 0)
    unknown = pc.and_(named, pc.invert(found.stored))
    count = pc.sum(unknown).as_py() or 0
    tally.unknown += count
    if count and len(tally.unknown_ids) < 5:
        fresh = case_id.filter(unknown).slice(0, 50).unique().to_pylist()
        tally.unknown_ids += [one for one in fresh if one not in tally.unknown_ids][: 5 - len(tally.unknown_ids)]


def place_of(file: str, mapping: Mapping, role: str) -> Place:
    """The place of a finding about one column."""
    return Place(file=file, column=mapping.columns.get(role, ""))
