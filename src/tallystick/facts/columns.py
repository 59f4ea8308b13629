"""Columns of cases and of their events as the folds want them: codes and seconds, the words beside them.

They are made of tables of records, or taken from the copy that a layer keeps (`event_copy`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa

from tallystick.facts.coded import Coded, Integers, coded, integers, joined, seconds
from tallystick.facts.fold.layout import ACTORS, EVENT_KINDS
from tallystick.vocabulary.clock_terms import CASE_KINDS

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
CASE_WORDS = ("source", "channel", "language", "queue", "priority", "reason", "initiated_by", "partner")
EVENT_WORDS = ("value", "agent", "partner")


@dataclass(frozen=True)
class CaseColumns:
    """Cases: keys, seconds, codes of `CASE_KINDS`, and by name the columns of `CASE_WORDS`."""

    case_key: Integers
    created_s: Integers
    due_s: Integers
    kind: Integers
    case_id: pa.Array
    requester_key: pa.Array
    words: dict[str, Coded]

    def at(self, places: Integers) -> CaseColumns:
        """The cases at some places."""
        return CaseColumns(
            case_key=self.case_key[places],
            created_s=self.created_s[places],
            due_s=self.due_s[places],
            kind=self.kind[places],
            case_id=self.case_id.take(pa.array(places)),
            requester_key=self.requester_key.take(pa.array(places)),
            words={name: column.at(places) for name, column in self.words.items()},
        )


@dataclass(frozen=True)
class EventColumns:
    """Events, those of a case in total order: keys of cases, seconds, codes, and by name the columns of `EVENT_WORDS`.

    `mark` is a short fingerprint of each event's key (`marks`), empty where nobody asked for it.
    """

    case_key: Integers
    at_s: Integers
    kind: Integers
    actor: Integers
    mark: Integers
    words: dict[str, Coded]

    def at(self, places: Any) -> EventColumns:
        """The events at some places, or those where a mask is true."""
        return EventColumns(
            case_key=self.case_key[places],
            at_s=self.at_s[places],
            kind=self.kind[places],
            actor=self.actor[places],
            mark=self.mark[places] if len(self.mark) else self.mark,
            words={name: column.at(places) for name, column in self.words.items()},
        )


Columns = TypeVar("Columns", CaseColumns, EventColumns)


def marks(event_key: Integers) -> Integers:
    """Sixteen bits of each key. Keys are hashes, so two events of one case seldom have the same."""
    parts = np.ascontiguousarray(event_key, np.int64).view(np.uint16).reshape(-1, 4)
    mark: Integers = parts[:, 2] ^ parts[:, 3]
    return mark


def case_columns(rows: pa.Table) -> CaseColumns:
    """Case rows, in their order."""
    return CaseColumns(
        case_key=integers(rows["case_key"]),
        created_s=seconds(rows["created_at"]),
        due_s=seconds(rows["source_due_at"]),
        kind=coded(rows["kind"], CASE_KINDS, 0).codes,
        case_id=_whole(rows["case_id"]),
        requester_key=_whole(rows["requester_key"]),
        words={name: coded(rows[name]) for name in CASE_WORDS},
    )


def event_columns(rows: pa.Table, *, marked: bool = False) -> EventColumns:
    """Event rows, in their order; `marked` needs their `event_key`."""
    return EventColumns(
        case_key=integers(rows["case_key"]),
        at_s=seconds(rows["event_at"]),
        kind=coded(rows["kind"], EVENT_KINDS).codes,
        actor=coded(rows["actor"], ACTORS).codes,
        mark=marks(integers(rows["event_key"])) if marked else np.zeros(0, np.uint16),
        words={name: coded(rows[name]) for name in EVENT_WORDS},
    )


def below_each_other(parts: Sequence[Columns]) -> Columns:
    """Several parts as one, at least one of them."""
    first = parts[0]
    return type(first)(**{one.name: _joined([getattr(part, one.name) for part in parts]) for one in fields(first)})


def _joined(columns: Sequence[Any]) -> Any:
    first = columns[0]
    if isinstance(first, dict):
        return {name: joined([column[name] for column in columns]) for name in first}
    return pa.concat_arrays(columns) if isinstance(first, pa.Array) else np.concatenate(columns)


def _whole(column: Any) -> pa.Array:
    if not isinstance(column, pa.ChunkedArray):
        return column
    return pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)
