"""Runs the folds over a batch, compiled or as they stand, and gives back columns of integers.

The columns are what a fact file holds: codes, seconds and NONE for null, with the words beside them. `fact_set` turns
them into the tables that measures read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np

from tallystick.facts.coded import Integers
from tallystick.facts.encode import Batch
from tallystick.facts.fold import case as case_fold
from tallystick.facts.fold import clock as clock_fold
from tallystick.facts.fold import pack
from tallystick.facts.fold.layout import (
    ACKNOWLEDGEMENT,
    CASE_FIELDS,
    CLOCK_FIELDS,
    CLOCKS,
    CURSOR_SHARES,
    CUSTOMER_FIRST_REPLY,
    E_ESCALATED,
    E_MESSAGE,
    E_STATUS,
    FIRST_REPLY,
    NEXT_REPLY,
    ON_HOLD,
    PAUSABLE_UPDATE,
    PAUSE,
    PERIODIC_UPDATE,
    SHARE_FIELDS,
    SHARE_WIDTH,
    STATE_WIDTH,
    Cases,
    Events,
    Words,
)
from tallystick.vocabulary.opening import OpenTable

FoldCases = Callable[..., None]

NO_INSTANT = (1 << 32) - 1  # NONE in an unsigned column of instants
INSTANTS = frozenset(
    {"start_at", "stop_at", "due_at", "running_since"}
    | {"first_reply_at", "first_solved_at", "last_solved_at", "closed_at", "handover_at"}
)
_EVENT_TYPES = (np.int64, np.int8, np.int8, np.int32, np.int32, np.int32)
_CASE_TYPES = (*(np.int64,) * 2, *(np.int32,) * 4, *(np.int8,) * 2, np.int32, np.int64)


@dataclass(frozen=True)
class Folded:
    """What the folds wrote for a batch: rows of clocks, columns of the rest, and the words of its codes.

    `clocks[k]` are the rows of the clocks of kind k, a column for each of `CLOCK_FIELDS`, by case and in the order in
    which they ended. `compiled` is how they were folded.
    """

    clocks: list[Integers]
    share: dict[str, Integers]
    case: dict[str, Integers]
    batch: Batch
    compiled: bool


@cache
def compiled_folds() -> FoldCases:
    """The compiled twin of `fold_cases`. Imports numba, which takes up to a second; the first run compiles."""
    from tallystick.facts.compiled import twins

    fold: FoldCases = twins([clock_fold, case_fold], entry=case_fold.fold_cases)[case_fold.fold_cases]
    return fold


@cache
def compiled_pack() -> Callable[..., None]:
    """The compiled twin of `pack_clocks`."""
    from tallystick.facts.compiled import twins

    made: Callable[..., None] = twins([pack], entry=pack.pack_clocks)[pack.pack_clocks]
    return made


def _capacity(batch: Batch) -> list[int]:
    """The most rows that each kind of clock can have."""
    kinds = np.bincount(np.maximum(np.asarray(batch.events.kind), 0), minlength=16)
    messages, statuses = int(kinds[E_MESSAGE]), int(kinds[E_STATUS])
    rows = [batch.count + statuses] * CLOCKS
    rows[FIRST_REPLY] = rows[CUSTOMER_FIRST_REPLY] = batch.count
    rows[NEXT_REPLY] = rows[PERIODIC_UPDATE] = rows[PAUSABLE_UPDATE] = messages
    rows[PAUSE] = rows[ON_HOLD] = statuses
    rows[ACKNOWLEDGEMENT] = int(kinds[E_ESCALATED])
    return rows


def _share_capacity(batch: Batch) -> int:
    """The most rows of shares: only cases that change hands have any."""
    if not len(batch.events.at_s):
        return 1
    partner = np.asarray(batch.events.partner)
    first = np.asarray(batch.cases.first)
    moves = np.append(partner[1:] != partner[:-1], False)
    # Between the last event of a case and the first of the next nothing changes hands; the first event may differ
    # from who held the case before it.
    moves[np.maximum(first[1:] - 1, 0)[: len(moves)]] = False
    begun = np.flatnonzero(partner[np.minimum(first[:-1], len(partner) - 1)] != np.asarray(batch.cases.partner))
    moved = np.union1d(np.searchsorted(first, np.flatnonzero(moves), side="right") - 1, begun)
    if not len(moved):
        return 1
    return 1 + len(batch.partners) * int((first[moved + 1] - first[moved]).sum() * 4 + len(moved) * 2 * CLOCKS)


def _frozen(column: Any, kind: Any) -> Integers:
    """A read-only array of one type, so that every batch meets the same compiled code."""
    array = np.ascontiguousarray(column, kind).view()
    array.flags.writeable = False
    return array


def _arrays(batch: Batch) -> tuple[Cases, Events, Words, Any, OpenTable]:
    """The batch on arrays of fixed types."""
    cases = Cases(*(_frozen(column, kind) for column, kind in zip(batch.cases, _CASE_TYPES, strict=True)))
    events = Events(*(_frozen(column, kind) for column, kind in zip(batch.events, _EVENT_TYPES, strict=True)))
    words: list[Any] = [part if isinstance(part, int) else _frozen(part, np.int64) for part in batch.words]
    opening: list[Any] = [part if isinstance(part, int) else _frozen(part, np.int64) for part in batch.opening]
    return cases, events, Words(*words), _frozen(batch.terms, np.int64), OpenTable(*opening)


def as_lists(batch: Batch) -> tuple[Cases, Events, Words, Any, OpenTable]:
    """The batch on Python lists: what the uncompiled path runs on, without numpy's scalars."""
    cases = Cases(*(column.tolist() for column in batch.cases))
    events = Events(*(column.tolist() for column in batch.events))
    words: list[Any] = [part if isinstance(part, int) else part.tolist() for part in batch.words]
    return cases, events, Words(*words), batch.terms.tolist(), batch.opening.as_lists()


@dataclass
class Scratch:
    """Memory for clock rows that one batch after the other writes into: fresh memory costs more than folding does.

    What was folded into it is gone with the next batch, so it has to be written or copied before.
    """

    rows: Integers = field(default_factory=lambda: np.empty(0, np.int32))

    def of(self, size: int) -> Integers:
        """At least `size` integers, with anything in them."""
        if len(self.rows) < size:
            self.rows = np.empty(size + size // 4, np.int32)
        return self.rows[:size]


def fold_batch(batch: Batch, *, compiled: bool, scratch: Scratch | None = None) -> Folded:
    """Fold every case of a batch. Both ways give the same numbers; a test holds them to it."""
    capacity = _capacity(batch)
    first = [0, *np.cumsum(capacity).tolist()]
    partners = max(len(batch.partners), 1)
    cursor = [*first[:-1], 0, partners]
    sizes = (STATE_WIDTH, CLOCKS * partners)
    outputs = (
        len(CLOCK_FIELDS) * first[-1],
        SHARE_WIDTH * _share_capacity(batch),
        len(CASE_FIELDS) * batch.count,
    )
    fold: FoldCases = compiled_folds() if compiled else case_fold.fold_cases
    cases, events, words, terms, opening = (_arrays if compiled else as_lists)(batch)
    if compiled:
        state, held = (np.zeros(size, np.int64) for size in sizes)
        rows = np.empty(outputs[0], np.int32) if scratch is None else scratch.of(outputs[0])
        shares, out = (np.empty(size, np.int32) for size in outputs[1:])
        cursors: Any = np.array(cursor, np.int64)
        fold(0, batch.count, state, cases, events, words, held, rows, shares, cursors, out, terms, opening)
    else:
        plain_state, plain_held = ([0] * size for size in sizes)
        plain: list[list[int]] = [[0] * size for size in outputs]
        cursors = list(cursor)
        clock_rows, share_rows, case_rows = plain
        fold(
            0, batch.count, plain_state, cases, events, words,
            plain_held, clock_rows, share_rows, cursors, case_rows, terms, opening,
        )  # fmt: skip
        rows, shares, out = (_wrapped(part) for part in plain)
    ends = [int(cursors[k]) for k in range(CLOCKS)]
    by_row = rows.reshape(first[-1], len(CLOCK_FIELDS))
    share_table = shares.reshape(-1, SHARE_WIDTH)[: int(cursors[CURSOR_SHARES])]
    case_table = np.ascontiguousarray(out.reshape(batch.count, len(CASE_FIELDS)).T)
    return Folded(
        clocks=[by_row[first[k] : ends[k]] for k in range(CLOCKS)],
        share={name: np.ascontiguousarray(share_table[:, place]) for place, name in enumerate(SHARE_FIELDS)},
        case={name: _seen(name, case_table[place]) for place, name in enumerate(CASE_FIELDS)},
        batch=batch,
        compiled=compiled,
    )


def _wrapped(values: list[int]) -> Integers:
    """Integers as 32 bits; an instant past 2038 wraps, as it does in compiled code, and `_seen` reads it back."""
    return np.array(values, np.int64).astype(np.int32)


def _seen(name: str, column: Integers) -> Integers:
    """A column as what it is: instants are unsigned, so that they reach to the year 2106."""
    return column.view(np.uint32) if name in INSTANTS else column
