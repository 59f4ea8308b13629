"""Layers of facts: what the folds wrote for some cases, in memory or in a file, in integers and words.

A layer holds its cases, their clocks (one block of columns for each kind of clock) and their shares. In a file what
one column tells of another is left out, and put back exactly when it is read: a clock's end is its start and its
length, most clocks are due in the hands in which they start, and so on (`packing`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pyarrow as pa

from tallystick.facts.columns_file import ColumnsFile, ColumnsWriter, Integers
from tallystick.facts.event_copy import EventCopy, KeptEvents
from tallystick.facts.fold.layout import CASE_FIELDS, CLOCK_FIELDS, CLOCKS, SHARE_FIELDS, T_PROGRAMMES
from tallystick.facts.folding import INSTANTS, NO_INSTANT, Folded
from tallystick.facts.packing import Packer, Unpacked, clock_type

# Text columns of a case that are kept as codes; their words stand under the same name in `words`.
WORDED = ("source", "channel", "language", "reason", "initiated_by")
# Columns of a case with nulls, or of text.
ARRAYS = ("case_id", "requester_key", "merged_into", "merged_count")
_CASE_TYPES = {"case_key": np.int64, "created_at": np.uint32, "source_due_at": np.uint32}


@dataclass(frozen=True)
class Stored:
    """Facts in memory: columns of cases and of shares, the rows of the clocks of each kind, and the words of codes.

    `programmes` is how many the terms have, `compiled` whether compiled code may be used on them.
    """

    words: dict[str, list[str]]
    cases: dict[str, Integers]
    arrays: dict[str, pa.Array]
    clock_fields: list[Integers]
    shares: dict[str, Integers]
    programmes: int
    compiled: bool
    copy: EventCopy | None = None

    def case(self, column: str) -> Integers:
        """A column of the cases."""
        return self.cases[column]

    def array(self, column: str) -> pa.Array:
        """One of `ARRAYS`."""
        return self.arrays[column]

    def clocks(self, kind: int) -> Callable[[str], Integers]:
        """What gives the columns of the clocks of one kind, by case and in the order in which they ended."""
        rows = self.clock_fields[kind]
        return lambda column: np.ascontiguousarray(rows[:, CLOCK_FIELDS.index(column)]).view(clock_type(column))

    def clock_rows(self, kind: int) -> int:
        """How many clocks there are of a kind."""
        return len(self.clock_fields[kind])

    def share(self, column: str) -> Integers:
        """A column of the shares."""
        return self.shares[column]


class Content(Protocol):
    """What a layer reads from, in memory or in a file; the parts are those of `Stored`."""

    @property
    def words(self) -> dict[str, list[str]]:
        """The words that codes stand for, by kind of word."""

    def case(self, column: str) -> Integers:
        """A column of the cases."""

    def array(self, column: str) -> pa.Array:
        """One of `ARRAYS`."""

    def clocks(self, kind: int) -> Callable[[str], Integers]:
        """What gives the columns of the clocks of one kind."""

    def clock_rows(self, kind: int) -> int:
        """How many clocks there are of a kind."""

    def share(self, column: str) -> Integers:
        """A column of the shares."""


@dataclass(frozen=True)
class Layer:
    """Some cases with their facts, and the keys of cases that are no more."""

    name: str
    content: Content
    gone: Integers = field(default_factory=lambda: np.zeros(0, np.int64))

    @cached_property
    def replaces(self) -> Integers:
        """The keys that this layer has the last word on: its cases, and those that are no more."""
        return np.union1d(self.case_key, self.gone) if len(self.gone) else self.case_key

    @cached_property
    def cohort(self) -> Integers:
        """By case, the partition of the lake in which its rows lie, as days since 1970."""
        return self.content.case("cohort")

    @property
    def words(self) -> dict[str, list[str]]:
        """The words that the codes of this layer stand for, by kind of word."""
        return self.content.words

    @cached_property
    def case_key(self) -> Integers:
        """The keys of its cases, sorted."""
        return self.content.case("case_key")

    def know(self, facts: Stored) -> None:
        """Keep the keys and partitions of facts that were just put into the layer's file, instead of reading them."""
        self.__dict__.update(case_key=facts.cases["case_key"], cohort=facts.cases["cohort"])

    def clock(self, kinds: list[int], column: str) -> Integers:
        """A column of the clocks of some kinds, one kind after the other."""
        return self.clocks(kinds)(column)

    def clocks(self, kinds: list[int]) -> Callable[[str], Integers]:
        """What gives the columns of the clocks of some kinds; what several of them rest on is read once."""
        read = [self.content.clocks(kind) for kind in kinds if self.content.clock_rows(kind)]

        def column(name: str) -> Integers:
            parts = [of_kind(name) for of_kind in read]
            return parts[0] if len(parts) == 1 else np.concatenate([np.zeros(0, clock_type(name)), *parts])

        return column


def stored(
    folded: Folded,
    merged_into: Mapping[int, int],
    merged_count: Mapping[int, int],
    cohort: int | Integers = 0,
    copy: EventCopy | None = None,
) -> Stored:
    """A folded batch as a layer holds it. `cohort` is that of all cases, or of each.

    `merged_into` and `merged_count` are by case key; most cases have none.
    """
    batch = folded.batch
    columns = batch.columns
    words = {"partner": batch.partners, "queue": batch.queues, "priority": batch.priorities, "agent": batch.agents}
    cases: dict[str, Integers] = {"case_key": batch.case_key}
    for name in WORDED:
        cases[name], words[name] = columns.words[name].codes, columns.words[name].words
    cases["created_at"] = columns.created_s.astype(np.uint32)
    cases["source_due_at"] = columns.due_s.astype(np.uint32)
    cases["cohort"] = np.full(batch.count, cohort, np.int32) if isinstance(cohort, int) else cohort.astype(np.int32)
    arrays = {"case_id": columns.case_id, "requester_key": columns.requester_key}
    for name, chosen in (("merged_into", merged_into), ("merged_count", merged_count)):
        arrays[name] = _sparse(batch.case_key, chosen)
    cases |= {name: folded.case[name] for name in CASE_FIELDS}
    shares = {name: folded.share[name] for name in SHARE_FIELDS}
    programmes = int(batch.terms[T_PROGRAMMES])
    return Stored(words, cases, arrays, folded.clocks, shares, programmes, folded.compiled, copy)


def _sparse(case_key: Integers, chosen: Mapping[int, int]) -> pa.Array:
    """A nullable int64 column with a value for few keys."""
    if not chosen:
        return pa.nulls(len(case_key), pa.int64())
    values = np.zeros(len(case_key), np.int64)
    known = np.zeros(len(case_key), bool)
    for key, value in chosen.items():
        place = int(np.searchsorted(case_key, key))
        if place < len(case_key) and case_key[place] == key:
            values[place], known[place] = value, True
    return pa.array(values, mask=~known)


# ---- files -------------------------------------------------------------------------------------------------------


def write(path: Path, facts: Stored) -> None:
    """Put facts into a file."""
    writer = ColumnsWriter()
    for name, values in facts.cases.items():
        writer.put(f"case.{name}", values, NO_INSTANT if values.dtype == np.uint32 else 0)
    nulls = []
    for name, array in facts.arrays.items():
        if array.null_count < len(array) or not len(array):
            writer.put_array(f"case.{name}", array)
        else:
            nulls.append(name)
    bases = [facts.programmes + 1, *(len(facts.words[name]) + 1 for name in ("queue", "priority", "partner"))]
    packer = Packer(writer, facts.cases["created_at"], bases, compiled=facts.compiled)
    target_words = {str(kind): packer.put(kind, rows) for kind, rows in enumerate(facts.clock_fields) if len(rows)}
    for name, values in facts.shares.items():
        writer.put(f"share.{name}", values)
    about: dict[str, Any] = {"words": facts.words, "bases": bases, "targets": target_words, "nulls": nulls}
    if facts.copy is not None:
        facts.copy.put(writer)
        about["value"] = facts.copy.value_words
    writer.write(path, about)


class StoredFile:
    """Facts in a file, as `write` put them there."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @cached_property
    def _file(self) -> ColumnsFile:
        return ColumnsFile(self.path)

    @cached_property
    def events(self) -> KeptEvents | None:
        """The copy of the events; None where the layer keeps none."""
        return KeptEvents(self._file, self.words) if "value" in self._file.about else None

    @cached_property
    def words(self) -> dict[str, list[str]]:
        """The words that codes stand for, by kind of word."""
        words: dict[str, list[str]] = self._file.about["words"]
        return words

    def case(self, column: str) -> Integers:
        """A column of the cases."""
        kind = np.uint32 if column in INSTANTS else _CASE_TYPES.get(column, np.int32)
        return self._file.get(f"case.{column}", kind)

    def array(self, column: str) -> pa.Array:
        """One of `ARRAYS`."""
        if column in self._file.about["nulls"]:
            return pa.nulls(self._file.rows("case.case_key"), pa.int64())
        return self._file.array(f"case.{column}")

    def clock_rows(self, kind: int) -> int:
        """How many clocks there are of a kind."""
        return self._clock_rows[kind]

    @cached_property
    def _clock_rows(self) -> list[int]:
        kept = self._file.about["targets"]
        return [self._file.rows(f"clock.{kind}.case") if str(kind) in kept else 0 for kind in range(CLOCKS)]

    def clocks(self, kind: int) -> Callable[[str], Integers]:
        """What gives the columns of the clocks of one kind."""
        if not self.clock_rows(kind):
            return lambda column: np.zeros(0, clock_type(column))
        unpacked = Unpacked(self._file, kind)
        return lambda column: unpacked.column(column).astype(clock_type(column), copy=False)

    def share(self, column: str) -> Integers:
        """A column of the shares."""
        return self._file.get(f"share.{column}")
