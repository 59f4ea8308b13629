"""Columns of records as the integers that the folds read: words become codes, instants seconds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tallystick.facts.fold.layout import (
    ACTORS,
    CUSTOMER,
    E_OWNER,
    E_PRIORITY,
    E_QUEUE,
    E_STATUS,
    EVENT_KINDS,
    NONE,
    Cases,
    Events,
    Words,
)
from tallystick.facts.term_tables import StatusWord, TermTables
from tallystick.vocabulary.clock_terms import CASE_KINDS
from tallystick.vocabulary.opening import OpenTable

Integers = npt.NDArray[Any]

EVENT_COLUMNS = ("case_key", "event_at", "kind", "actor", "agent", "value", "partner")
CASE_COLUMNS = (
    "case_key",
    "case_id",
    "source",
    "created_at",
    "channel",
    "language",
    "queue",
    "priority",
    "reason",
    "requester_key",
    "kind",
    "initiated_by",
    "source_due_at",
    "partner",
)
LAST_SECOND = (1 << 32) - 2


@dataclass(frozen=True)
class Coded:
    """A text column as codes (NONE for null) and the words that they stand for, each word once."""

    codes: Integers
    words: list[str]


def coded(column: Any, known: Sequence[str] | None = None, default: int = NONE) -> Coded:
    """A string or dictionary column, chunked or not, as codes; words stand in the order in which they are met.

    With `known` the codes are places in that closed list, as small integers, and any other word becomes `default`.
    """
    if not pa.types.is_dictionary(column.type):
        column = column.cast(pa.string()).dictionary_encode()
    chunks = column.unify_dictionaries().chunks if isinstance(column, pa.ChunkedArray) else [column]
    words = chunks[0].dictionary.to_pylist() if chunks else []
    place: dict[str, int] = {} if known is None else {word: index for index, word in enumerate(known)}
    if known is None:
        new = [NONE if word is None else place.setdefault(word, len(place)) for word in words]
    else:
        new = [place.get(word, default) for word in words]
    codes = np.empty(len(column), np.int32 if known is None else np.int8)
    table = np.array(new or [NONE], codes.dtype)
    at = 0
    for chunk in chunks:
        out = codes[at : at + len(chunk)]
        at += len(chunk)
        _translated(chunk.indices, table, out)
        if chunk.indices.null_count:
            _without(chunk.indices, NONE if known is None else default, out)
    return Coded(codes, list(place) if known is None else list(known))


def _translated(indices: Any, table: Integers, out: Integers) -> None:
    """Each index through a table. What lies under a null is clipped into the table; `_without` replaces it."""
    bare = pa.Array.from_buffers(indices.type, len(indices), [None, indices.buffers()[1]], offset=indices.offset)
    np.take(table, bare.to_numpy(), out=out, mode="clip")


def _without(indices: Any, missing: int, out: Integers) -> None:
    """Put `missing` where there is no index. Arithmetic over the bits of validity, which no branch can foresee."""
    bits = np.frombuffer(indices.buffers()[0], np.uint8)
    valid = np.unpackbits(bits, bitorder="little")[indices.offset : indices.offset + len(indices)].view(np.int8)
    np.subtract(out, missing, out=out)
    np.multiply(out, valid, out=out)
    np.add(out, missing, out=out)


def recoded(codes: Integers, new: Sequence[int]) -> Integers:
    """`codes` through a table of new codes; NONE stays NONE."""
    table = np.empty(len(new) + 1, np.int32)
    table[:-1] = new
    table[-1] = NONE
    new_codes: Integers = table[codes]
    return new_codes


def seconds(column: Any) -> Integers:
    """A timestamp column as whole UTC seconds, rounded down; null becomes NONE."""
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if isinstance(array, pa.ChunkedArray):
        array = pa.concat_arrays(array.chunks) if array.num_chunks else pa.array([], array.type)
    if pa.types.is_null(array.type):
        return np.full(len(array), NONE, np.int64)
    if pa.types.is_timestamp(array.type) and array.type.unit != "us":
        array = array.cast(pa.timestamp("us", array.type.tz))
    micros = array.view(pa.int64()) if array.null_count == 0 else array.cast(pa.int64())
    if micros.null_count:
        known = micros.is_valid().to_numpy(zero_copy_only=False)
        values = np.clip(micros.fill_null(0).to_numpy() // 1_000_000, 0, LAST_SECOND)
        return np.where(known, values, NONE)
    whole: Integers = micros.to_numpy() // 1_000_000
    if len(whole) and (whole.min() < 0 or whole.max() > LAST_SECOND):
        whole = np.clip(whole, 0, LAST_SECOND)
    return whole


def integers(column: Any) -> Integers:
    """An integer column without nulls as an array."""
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if isinstance(array, pa.ChunkedArray):
        array = pa.concat_arrays(array.chunks) if array.num_chunks else pa.array([], array.type)
    numbers: Integers = array.to_numpy(zero_copy_only=False)
    return numbers


def _united(*columns: Coded) -> tuple[list[str], list[Integers]]:
    """One word list for several columns, and each column's codes in it."""
    united: dict[str, int] = {}
    codes = []
    for column in columns:
        new = [united.setdefault(word, len(united)) for word in column.words]
        same = new == list(range(len(new)))
        codes.append(column.codes if same else recoded(column.codes, new))
    return list(united), codes


@dataclass(frozen=True)
class Batch:
    """Cases with their events, ready for the folds, and the words that their codes stand for."""

    cases: Cases
    events: Events
    words: Words
    terms: Integers
    opening: OpenTable
    partners: list[str]
    queues: list[str]
    priorities: list[str]
    agents: list[str]
    value_words: list[str]
    case_rows: pa.Table
    case_key: Integers
    created_s: Integers
    orphans: int

    @property
    def count(self) -> int:
        """How many cases."""
        return len(self.case_key)


@dataclass(frozen=True)
class Overrides:
    """What merging changes for single cases: when a survivor begins, and when a child ended."""

    begin_s: Mapping[int, int]
    merged_at_s: Mapping[int, int]


def _used(codes: Integers, words: list[str]) -> list[int]:
    """The codes that occur, in ascending order; NONE is left out."""
    found: list[int] = np.flatnonzero(np.bincount(codes + 1, minlength=len(words) + 1)[1:]).tolist()
    return found


def _owner_words(kind: Integers, value: Coded, agents: list[str]) -> tuple[list[str], list[int]]:
    """The agent list with everyone to whom a case was assigned, and each value word's code in it ('' is nobody)."""
    place = {word: index for index, word in enumerate(agents)}
    owners = [NONE] * len(value.words)
    for word in _used(value.codes[kind == E_OWNER], value.words):
        if value.words[word] != "":
            owners[word] = place.setdefault(value.words[word], len(place))
    return list(place), owners


def _field_words(kind: Integers, which: int, value: Coded, known: Coded) -> tuple[list[str], list[int], Integers]:
    """Queue or priority: the list of words, each value word's code in it, and the codes of the case column in it."""
    place: dict[str, int] = {word: index for index, word in enumerate(known.words)}
    meaning = [NONE] * len(value.words)
    for word in _used(value.codes[kind == which], value.words):
        meaning[word] = place.setdefault(value.words[word], len(place))
    return list(place), meaning, known.codes


def encode(
    case_rows: pa.Table,
    event_rows: pa.Table,
    words: tuple[StatusWord, ...],
    tables: TermTables,
    overrides: Overrides | None = None,
) -> Batch:
    """A batch of cases: `case_rows` sorted by case key, `event_rows` by case key and total order.

    Events without a case row are left out and counted in `orphans`: the case's attributes are not known yet.
    """
    case_key = integers(case_rows["case_key"])
    event_key = integers(event_rows["case_key"])
    starts = np.flatnonzero(event_key[1:] != event_key[:-1]) + 1
    starts = np.concatenate([np.zeros(min(len(event_key), 1), np.int64), starts])
    present = event_key[starts]
    orphans = 0
    if not np.array_equal(present, case_key):
        place = np.searchsorted(case_key, event_key)
        place[place == len(case_key)] = 0
        keep = case_key[place] == event_key if len(case_key) else np.zeros(len(event_key), bool)
        orphans = int(len(keep) - keep.sum())
        if orphans:
            event_rows = event_rows.filter(pa.array(keep))
            event_key = event_key[keep]
        first = np.searchsorted(event_key, case_key)
        first = np.append(first, len(event_key))
    else:
        first = np.append(starts, len(event_key))

    kind = coded(event_rows["kind"], EVENT_KINDS).codes
    actor = coded(event_rows["actor"], ACTORS).codes
    value = coded(event_rows["value"])
    agent = coded(event_rows["agent"])
    event_partner = coded(event_rows["partner"])
    case_partner = coded(case_rows["partner"])
    partners, (partner, partner_of_case) = _united(event_partner, case_partner)

    agents, owners = _owner_words(kind, value, agent.words)
    queues, queue_words, case_queue = _field_words(kind, E_QUEUE, value, coded(case_rows["queue"]))
    priorities, priority_words, case_priority = _field_words(kind, E_PRIORITY, value, coded(case_rows["priority"]))

    source = coded(case_rows["source"])
    statuses = _used(value.codes[kind == E_STATUS], value.words)
    rows: list[tuple[int, int, int]] = []
    status_first = [0]
    for system in source.words or [""]:
        meanings = {w: tables.meanings(words, system, value.words[w]) for w in statuses}
        for word in range(len(value.words)):
            rows.extend(meanings.get(word, ()))
            status_first.append(len(rows))
    place_of_kind = {word: index for index, word in enumerate(CASE_KINDS)}

    channel, language = coded(case_rows["channel"]), coded(case_rows["language"])
    width = len(language.words) + 1
    pair = (channel.codes.astype(np.int64) + 1) * width + language.codes + 1
    pairs = np.flatnonzero(np.bincount(pair))
    cell = np.zeros(pairs.max(initial=0) + 1, np.int32)
    cell[pairs] = np.arange(len(pairs))
    cell = cell[pair]
    channels: list[str | None] = [None, *channel.words]
    languages: list[str | None] = [None, *language.words]
    cells = [(channels[p // width], languages[p % width]) for p in pairs.tolist()] or [(None, None)]

    created_s = seconds(case_rows["created_at"])
    begin_s = created_s
    merged_at_s = np.full(len(case_key), NONE, np.int64)
    if overrides is not None:
        begin_s = created_s.copy()
        for place_of, chosen in ((begin_s, overrides.begin_s), (merged_at_s, overrides.merged_at_s)):
            for key, at_s in chosen.items():
                index = int(np.searchsorted(case_key, key))
                if index < len(case_key) and case_key[index] == key:
                    place_of[index] = at_s
    first_partner = _first_known(partner, first, partner_of_case)
    return Batch(
        cases=Cases(
            first=first.astype(np.int64, copy=False),
            begin_s=begin_s,
            source=np.maximum(source.codes, 0),
            cell=cell,
            queue=case_queue,
            priority=case_priority,
            kind=np.maximum(coded(case_rows["kind"], CASE_KINDS, 0).codes, 0),
            initiated_by=coded(case_rows["initiated_by"], ACTORS, CUSTOMER).codes,
            partner=first_partner,
            merged_at_s=merged_at_s,
        ),
        events=Events(
            at_s=seconds(event_rows["event_at"]),
            kind=kind,
            actor=actor,
            value=value.codes,
            agent=agent.codes,
            partner=partner,
        ),
        words=Words(
            length=len(value.words),
            queue=np.array(queue_words or [NONE], np.int32),
            priority=np.array(priority_words or [NONE], np.int32),
            owner=np.array(owners or [NONE], np.int32),
            kind=np.array([place_of_kind.get(word, NONE) for word in value.words] or [NONE], np.int32),
            public=np.array([int(word == "public") for word in value.words] or [0], np.int32),
            status_first=np.array(status_first, np.int64),
            status_from=np.array([row[0] for row in rows] or [0], np.int64),
            status_category=np.array([row[1] for row in rows] or [NONE], np.int32),
            status_pausing=np.array([row[2] for row in rows] or [0], np.int32),
        ),
        terms=tables.tables(queues, priorities, cells, partners),
        opening=tables.opening,
        partners=partners,
        queues=queues,
        priorities=priorities,
        agents=agents,
        value_words=value.words,
        case_rows=case_rows,
        case_key=case_key,
        created_s=created_s,
        orphans=orphans,
    )


def _first_known(partner: Integers, first: Integers, otherwise: Integers) -> Integers:
    """Who holds each case at its creation: the partner of its first event, else the one that the case row names."""
    if not len(partner):
        return otherwise.astype(np.int32)
    place = np.minimum(first[:-1], len(partner) - 1)
    found = np.where(first[1:] > first[:-1], partner[place], NONE)
    return np.where(found == NONE, otherwise, found).astype(np.int32)
