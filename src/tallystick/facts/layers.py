"""Layers of facts: what the folds wrote for some cases, in memory or in a file, in integers and words.

A layer holds its cases, their clocks (one block of columns for each kind of clock) and their shares. In a file what
one column tells of another is left out, and put back exactly when it is read: a clock's end is its start and its
length, most clocks are due in the hands in which they start, and so on (`_packed` and `_unpacked`).
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
from tallystick.facts.fold.layout import CASE_FIELDS, CLOCK_FIELDS, CLOCKS, SHARE_FIELDS
from tallystick.facts.folding import INSTANTS, NO_INSTANT, Folded

# Text columns of a case that are kept as codes; their words stand under the same name in `words`.
WORDED = ("source", "channel", "language", "reason", "initiated_by")
# Columns of a case with nulls, or of text.
ARRAYS = ("case_id", "requester_key", "merged_into", "merged_count")
_CASE_TYPES = {"case_key": np.int64, "created_at": np.uint32, "source_due_at": np.uint32}
# Columns of a clock that are kept as one: together they take few values.
_TOGETHER = ("programme", "queue", "priority", "owner_start")
# Columns of a clock that others are unpacked with.
_RESTED_ON = {"case", "start_at", "stop_at", "running_since", "owner_start", "agent_stop"}


@dataclass(frozen=True)
class Stored:
    """Facts in memory: columns of cases, of the clocks of each kind, and of shares, with the words of their codes."""

    words: dict[str, list[str]]
    cases: dict[str, Integers]
    arrays: dict[str, pa.Array]
    by_kind: list[dict[str, Integers]]
    shares: dict[str, Integers]
    copy: EventCopy | None = None

    def case(self, column: str) -> Integers:
        """A column of the cases."""
        return self.cases[column]

    def array(self, column: str) -> pa.Array:
        """One of `ARRAYS`."""
        return self.arrays[column]

    def clocks(self, kind: int) -> Callable[[str], Integers]:
        """What gives the columns of the clocks of one kind, by case and in the order in which they ended."""
        return self.by_kind[kind].__getitem__

    def clock_rows(self, kind: int) -> int:
        """How many clocks there are of a kind."""
        return len(self.by_kind[kind]["case"])

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


def clock_type(column: str) -> Any:
    """The type of a clock's column: instants are unsigned, so that they reach to the year 2106."""
    return np.uint32 if column in INSTANTS else np.int32


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
    clocks = [{name: folded.clock[name][kind] for name in CLOCK_FIELDS} for kind in range(CLOCKS)]
    shares = {name: folded.share[name] for name in SHARE_FIELDS}
    return Stored(words, cases | {name: folded.case[name] for name in CASE_FIELDS}, arrays, clocks, shares, copy)


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
    bases: dict[str, list[int]] = {}
    target_words: dict[str, list[int]] = {}
    for kind, columns in enumerate(facts.by_kind):
        if len(columns["case"]):
            packed, bases[str(kind)], target_words[str(kind)] = _packed(columns, facts.cases["created_at"])
            for name, values in packed.items():
                writer.put(f"clock.{kind}.{name}", values, NO_INSTANT if values.dtype == np.uint32 else 0)
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
        kept = self._file.about["bases"]
        return [self._file.rows(f"clock.{kind}.case") if str(kind) in kept else 0 for kind in range(CLOCKS)]

    def clocks(self, kind: int) -> Callable[[str], Integers]:
        """What gives the columns of the clocks of one kind."""
        if not self.clock_rows(kind):
            return lambda column: np.zeros(0, clock_type(column))
        unpacked = _Unpacked(self._file, kind)
        return lambda column: unpacked.column(column).astype(clock_type(column), copy=False)

    def share(self, column: str) -> Integers:
        """A column of the shares."""
        return self._file.get(f"share.{column}")


def _end(stop_at: Integers, running_since: Integers) -> Integers:
    """The instant up to which a clock has counted, where it counts all the time."""
    return np.where(stop_at == NO_INSTANT, running_since, stop_at)


def _packed(columns: Mapping[str, Integers], created_at: Integers) -> tuple[dict[str, Integers], list[int], list[int]]:
    """The clocks of a kind without what one column tells of another; `_Unpacked` puts it back.

    Differences of unsigned seconds wrap around, and wrap back. Also returned: how many values each of the columns kept
    together takes, and the targets that the codes of the column `target_s` stand for.
    """
    case, n, owner, agent = columns["case"], columns["n"], columns["owner_start"], columns["agent_stop"]
    end = _end(columns["stop_at"], columns["running_since"])
    together, bases = np.zeros(len(case), np.int64), [int(columns[name].max()) + 2 for name in _TOGETHER]
    if np.prod(bases, dtype=object) < 1 << 31:
        together = together.astype(np.int32)
    for name, base in zip(_TOGETHER, bases, strict=True):
        together *= base
        together += columns[name]
        together += 1
    steps = np.diff(case, prepend=np.int32(-1))
    step_n = n - 1
    if not steps.all():
        step_n[1:] -= np.where(steps[1:] == 0, n[:-1], 0)
    targets = pa.array(columns["target_s"]).dictionary_encode()
    packed = {
        "case": steps,
        "n": np.concatenate([n[:1] - 1, n[1:] - 1 - np.where(steps[1:] == 0, n[:-1], 0)])
        if steps.min() == 0
        else n - 1,
        "start_at": (columns["start_at"] - created_at[case]).view(np.int32),
        "calendar_s": (end - columns["start_at"]).view(np.int32) - columns["calendar_s"],
        "owner_due": columns["owner_due"] - owner,
        "owner_stop": columns["owner_stop"] - owner,
        "agent_due": columns["agent_due"] - agent,
        "together": together,
        "target_s": targets.indices.to_numpy(),
    }
    kept = {name: values for name, values in columns.items() if name not in (*packed, *_TOGETHER)}
    return packed | kept, bases, targets.dictionary.to_pylist()


class _Unpacked:
    """The columns of the clocks of one kind as they were before `_packed`."""

    def __init__(self, file: ColumnsFile, kind: int) -> None:
        self._file = file
        self._kind = str(kind)
        self._read: dict[str, Integers] = {}

    def _get(self, column: str, kind: Any = np.int32) -> Integers:
        return self._file.get(f"clock.{self._kind}.{column}", kind)

    def column(self, name: str) -> Integers:
        """A column of clocks; those on which others rest are unpacked once."""
        if name not in _RESTED_ON:
            return self._made(name)
        if name not in self._read:
            self._read[name] = self._made(name)
        return self._read[name]

    def _made(self, name: str) -> Integers:
        if name == "case":
            return np.cumsum(self._get("case"), dtype=np.int64) - 1
        if name == "n":
            return self._number()
        if name == "start_at":
            created_at = self._file.get("case.created_at", np.uint32)
            since: Integers = self._get("start_at").view(np.uint32) + created_at[self.column("case")]
            return since
        if name == "calendar_s":
            end = _end(self.column("stop_at"), self.column("running_since"))
            seconds_s: Integers = (end - self.column("start_at")).view(np.int32) - self._get("calendar_s")
            return seconds_s
        if name in ("owner_due", "owner_stop"):
            return self._get(name) + self.column("owner_start")
        if name == "agent_due":
            return self._get(name) + self.column("agent_stop")
        if name == "target_s":
            return np.array(self._file.about["targets"][self._kind], np.int32)[self._get(name)]
        if name in _TOGETHER:
            return self._apart(name)
        return self._get(name, clock_type(name))

    def _apart(self, name: str) -> Integers:
        """One of the columns that are kept together."""
        bases = self._file.about["bases"][self._kind]
        place = _TOGETHER.index(name)
        together = self._get("together", np.int64) // int(np.prod(bases[place + 1 :], dtype=np.int64))
        codes: Integers = (together % bases[place] - 1).astype(np.int32)
        return codes

    def _number(self) -> Integers:
        """Numbers rise by the stored step within a case, and begin with it in the next one."""
        steps = self._get("n") + 1
        new = np.flatnonzero(self._get("case"))
        if len(new) == len(steps):
            return steps
        total = np.cumsum(steps)
        lengths = np.diff(new, append=len(steps))
        number: Integers = (total - np.repeat((total - steps)[new], lengths)).astype(np.int32)
        return number
