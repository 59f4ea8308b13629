"""Runs the folds over a batch, compiled or as they stand, and gives back columns of integers.

The columns are what a fact file holds: codes, seconds and NONE for null, with the words beside them. `fact_set` turns
them into the tables that measures read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa

from tallystick.facts.encode import Batch, Integers, as_lists
from tallystick.facts.fold import case as case_fold
from tallystick.facts.fold import clock as clock_fold
from tallystick.facts.fold.layout import (
    ACKNOWLEDGEMENT,
    CASE_WIDTH,
    CLOCK_WIDTH,
    CLOCKS,
    CUSTOMER_FIRST_REPLY,
    E_ESCALATED,
    E_MESSAGE,
    E_STATUS,
    FIRST_REPLY,
    NEXT_REPLY,
    NONE,
    ON_HOLD,
    PAUSABLE_UPDATE,
    PAUSE,
    PERIODIC_UPDATE,
    CaseRows,
    Cases,
    ClockRows,
    Events,
    ShareRows,
    Terms,
    Words,
)
from tallystick.vocabulary.opening import OpenTable

FoldCases = Callable[..., None]

NO_INSTANT = (1 << 32) - 1  # NONE in an unsigned column of instants
INSTANT = np.uint32
SECONDS = np.int32

CLOCK_TYPES: dict[str, Any] = {
    "case": np.int32,
    "n": np.int32,
    "state": np.int8,
    "start_at": INSTANT,
    "stop_at": INSTANT,
    "due_at": INSTANT,
    "running_since": INSTANT,
    "business_s": SECONDS,
    "calendar_s": SECONDS,
    "paused_s": SECONDS,
    "paused_other_s": SECONDS,
    "waiting_s": SECONDS,
    "target_s": SECONDS,
    "basis": np.int8,
    "programme": np.int16,
    "queue": np.int32,
    "priority": np.int16,
    "owner_start": np.int16,
    "owner_due": np.int16,
    "owner_stop": np.int16,
    "agent_start": np.int32,
    "agent_due": np.int32,
    "agent_stop": np.int32,
}
SHARE_TYPES: dict[str, Any] = {
    "case": np.int32,
    "kind": np.int8,
    "n": np.int32,
    "partner": np.int16,
    "seconds": SECONDS,
}
CASE_TYPES: dict[str, Any] = {
    "kind": np.int8,
    "category": np.int8,
    "partner": np.int16,
    "partner_last": np.int16,
    "programme": np.int16,
    "queue": np.int32,
    "priority": np.int16,
    "agent_first": np.int32,
    "agent_last": np.int32,
    **dict.fromkeys(
        (
            "replies",
            "customer_messages",
            "auto_messages",
            "notes",
            "reopens",
            "reopens_in_window",
            "reopens_by_customer",
            "transfers_agent",
            "transfers_queue",
            "transfers_partner",
            "loops",
            "loops_partner",
            "escalations",
            "unknown_statuses",
        ),
        np.int16,
    ),
    **dict.fromkeys(("first_reply_at", "first_solved_at", "last_solved_at", "closed_at", "handover_at"), INSTANT),
    "paused_s": SECONDS,
    "waiting_paused_s": SECONDS,
    "waiting": np.int8,
}

_EVENT_TYPES = (np.int64, np.int8, np.int8, np.int32, np.int32, np.int32)
_CASE_INPUT_TYPES = (
    np.int64,
    np.int64,
    np.int32,
    np.int32,
    np.int32,
    np.int32,
    np.int8,
    np.int8,
    np.int32,
    np.int64,
)


@dataclass(frozen=True)
class Folded:
    """What the folds wrote for a batch: columns of integers, and the words of its codes.

    `clock` rows are sorted by (kind, case, order of ending); `clock_rows[k]` is how many there are of kind k.
    """

    clock: dict[str, list[Integers]]
    clock_rows: list[int]
    share: dict[str, Integers]
    case: dict[str, Integers]
    batch: Batch


@cache
def compiled_folds() -> FoldCases:
    """The compiled twin of `fold_cases`. Imports numba, which takes up to a second; the first run compiles."""
    from tallystick.facts.compiled import twins

    fold: FoldCases = twins([clock_fold, case_fold])[case_fold.fold_cases]
    return fold


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
    partner = np.asarray(batch.events.partner)
    if len(partner) < 2:
        return 1
    moves = np.flatnonzero(partner[1:] != partner[:-1]) + 1
    first = np.asarray(batch.cases.first)
    cases = np.unique(np.searchsorted(first, moves, side="right") - 1)
    moved = cases[
        np.isin(first[cases], moves, invert=True)
        | (
            np.bincount(np.searchsorted(cases, np.searchsorted(first, moves, side="right") - 1), minlength=len(cases))
            > 1
        )
    ]
    return 1 + len(batch.partners) * int((first[moved + 1] - first[moved]).sum() * 4 + len(moved) * 2 * CLOCKS)


def _frozen(column: Any, kind: Any) -> Integers:
    """A read-only array of one type, so that every batch meets the same compiled code."""
    array = np.ascontiguousarray(column, kind).view()
    array.flags.writeable = False
    return array


def _arrays(batch: Batch) -> tuple[Cases, Events, Words, Terms]:
    cases = Cases(*(_frozen(c, t) for c, t in zip(batch.cases, _CASE_INPUT_TYPES, strict=True)))
    events = Events(*(_frozen(c, t) for c, t in zip(batch.events, _EVENT_TYPES, strict=True)))
    words = Words(*(part if isinstance(part, int) else _frozen(part, np.int64) for part in batch.words))
    opening = OpenTable(*(part if isinstance(part, int) else _frozen(part, np.int64) for part in batch.terms.opening))
    rest = [part if isinstance(part, int) else _frozen(part, np.int64) for part in batch.terms[1:]]
    return cases, events, words, Terms(opening, *rest)


def fold_batch(batch: Batch, *, compiled: bool) -> Folded:
    """Fold every case of a batch. Both ways give the same numbers; a test holds them to it."""
    capacity = _capacity(batch)
    first = np.concatenate([[0], np.cumsum(capacity)]).astype(np.int64)
    size, share_size = int(first[-1]), _share_capacity(batch)
    if compiled:
        fold = compiled_folds()
        cases, events, words, terms = _arrays(batch)

        def column(length: int, kind: Any) -> Any:
            return np.empty(length, kind)

        bounds: Any = first
    else:
        fold = case_fold.fold_cases
        cases, events, words, terms = as_lists(batch)

        def column(length: int, kind: Any) -> Any:  # noqa: ARG001
            return [0] * length

        bounds = first.tolist()
    partners = max(len(batch.partners), 1)
    rows = ClockRows(bounds, _zeros(CLOCKS, compiled=compiled), *(column(size, kind) for kind in CLOCK_TYPES.values()))
    shares = ShareRows(
        _zeros(1, compiled=compiled),
        partners,
        _zeros(CLOCKS * partners, compiled=compiled),
        *(column(share_size, kind) for kind in SHARE_TYPES.values()),
    )
    out = CaseRows(*(column(batch.count, kind) for kind in CASE_TYPES.values()))
    fold(
        0,
        batch.count,
        _zeros(CASE_WIDTH, compiled=compiled),
        _zeros(CLOCKS * CLOCK_WIDTH, compiled=compiled),
        cases,
        events,
        words,
        rows,
        shares,
        out,
        terms,
    )
    filled = [int(number) for number in rows.filled]
    spans = [(int(first[k]), int(first[k]) + filled[k]) for k in range(CLOCKS)]
    return Folded(
        clock={
            name: [_typed(getattr(rows, name)[since:until], kind) for since, until in spans]
            for name, kind in CLOCK_TYPES.items()
        },
        clock_rows=filled,
        share={
            name: _typed(getattr(shares, name)[: int(shares.filled[0])], kind) for name, kind in SHARE_TYPES.items()
        },
        case={name: _typed(getattr(out, name), kind) for name, kind in CASE_TYPES.items()},
        batch=batch,
    )


def _zeros(length: int, *, compiled: bool) -> Any:
    return np.zeros(length, np.int64) if compiled else [0] * length


def _typed(values: Any, kind: Any) -> Integers:
    """A column as an array of its type; NONE in an unsigned one becomes NO_INSTANT, as in compiled code."""
    if isinstance(values, np.ndarray):
        return values
    return np.array(values, np.int64).astype(kind)


def clock_table(folded: Folded) -> pa.Table:
    """The clock rows as stored: integers, chunk by chunk of one kind."""
    kinds = [np.full(rows, kind, np.int8) for kind, rows in enumerate(folded.clock_rows)]
    columns = {"kind": kinds, **folded.clock}
    return pa.table({name: pa.chunked_array([pa.array(part) for part in parts]) for name, parts in columns.items()})


__all__ = [
    "CASE_TYPES",
    "CLOCK_TYPES",
    "NONE",
    "NO_INSTANT",
    "SHARE_TYPES",
    "Folded",
    "clock_table",
    "compiled_folds",
    "fold_batch",
]
