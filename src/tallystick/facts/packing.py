"""Packs the clocks of a layer into the columns of a file, and puts back what was left out when they are read.

What is left out, and why it can be, is told in `fold/pack`: the plain function there packs, compiled or as it stands.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from tallystick.facts.coded import Integers
from tallystick.facts.columns_file import ColumnsFile, ColumnsWriter, Told
from tallystick.facts.fold import pack
from tallystick.facts.fold.layout import (
    R_OWNER_START,
    R_PRIORITY,
    R_PROGRAMME,
    R_QUEUE,
)
from tallystick.facts.folding import INSTANTS, NO_INSTANT, compiled_pack

# Columns of a clock that are kept as one, and where they stand in its row.
TOGETHER = {"programme": R_PROGRAMME, "queue": R_QUEUE, "priority": R_PRIORITY, "owner_start": R_OWNER_START}
# Columns that others are unpacked with.
RESTED_ON = {"case", "start_at", "stop_at", "running_since", "owner_start", "agent_stop"}
# Instants that stand in a file as they are: most of a column of them is usually not known.
_PLAIN_INSTANTS = ("stop_at", "due_at", "running_since")
_FEW = 8  # targets
_USUAL = [-1 if name in _PLAIN_INSTANTS else 0 for name in pack.PACKED]


def clock_type(column: str) -> Any:
    """The type of a clock's column: instants are unsigned, so that they reach to the year 2106."""
    return np.uint32 if column in INSTANTS else np.int32


class Packer:
    """Puts the clocks of a layer into its file, kind by kind; the memory for the columns of one serves the next."""

    def __init__(self, writer: ColumnsWriter, created_at: Integers, bases: list[int], *, compiled: bool) -> None:
        """`bases` are how many values each of the columns takes that are kept together, NONE among them."""
        self._writer = writer
        self._created_at = created_at
        self._bases = bases
        self._compiled = compiled
        self._memory = np.empty(0, np.int32)

    def put(self, kind: int, rows: Integers) -> list[int]:
        """Add the columns of a kind, at least one row; returns the targets for which the codes of `target_s` stand."""
        columns, told = self._packed(rows)
        targets: list[int] = []
        for place, name in enumerate(pack.PACKED):
            values = columns[place]
            known: Told | None = Told(*told[place].tolist())
            if name == "target_s":
                values, targets = _coded(values)
                known = Told(0, len(targets) - 1, int(np.count_nonzero(values)))
            elif name == "together" and np.prod(self._bases, dtype=object) >= 1 << 31:
                values, known = self._wide(rows), None
            elif name in _PLAIN_INSTANTS:
                values = values.view(np.uint32)
            usual = NO_INSTANT if name in _PLAIN_INSTANTS else 0
            self._writer.put(f"clock.{kind}.{name}", values, usual, known)
        return targets

    def _packed(self, rows: Integers) -> tuple[Integers, Integers]:
        count = len(rows)
        size = count * pack.PACKED_WIDTH
        shape = (pack.PACKED_WIDTH, -1)
        if self._compiled:
            if len(self._memory) < size:
                self._memory = np.empty(size + size // 4, np.int32)
            columns, told = self._memory[:size], np.zeros(pack.PACKED_WIDTH * pack.T_WIDTH, np.int64)
            usual, bases = np.array(_USUAL, np.int32), np.array(self._bases, np.int64)
            compiled_pack()(rows.reshape(-1), count, self._created_at, usual, bases, columns, told)
            return columns.reshape(shape), told.reshape(shape)
        plain, said = [0] * size, [0] * (pack.PACKED_WIDTH * pack.T_WIDTH)
        pack.pack_clocks(rows.reshape(-1).tolist(), count, self._created_at.tolist(), _USUAL, self._bases, plain, said)
        return np.array(plain, np.int32).reshape(shape), np.array(said, np.int64).reshape(shape)

    def _wide(self, rows: Integers) -> Integers:
        """The columns that are kept together, where 32 bits do not hold them."""
        together = np.zeros(len(rows), np.int64)
        for place, base in zip(TOGETHER.values(), self._bases, strict=True):
            together *= base
            together += rows[:, place]
            together += 1
        return together


def _coded(values: Integers) -> tuple[Integers, list[int]]:
    """Few different values as codes, and what they stand for."""
    codes, words, left = np.zeros(len(values), np.int8), [int(values[0])], values != values[0]
    # Mostly a handful of targets: one comparison of the whole column for each is far less work than a table of hashes.
    while len(words) < _FEW and left.any():
        words.append(int(values[np.argmax(left)]))
        here = values == words[-1]
        codes += here.view(np.int8) * np.int8(len(words) - 1)
        left &= ~here
    if not left.any():
        return codes, words
    encoded = pa.array(values).dictionary_encode()
    return encoded.indices.to_numpy(), encoded.dictionary.to_pylist()


def _end(stop_at: Integers, running_since: Integers) -> Integers:
    """The instant up to which a clock has counted, where it counts all the time."""
    return np.where(stop_at == NO_INSTANT, running_since, stop_at)


class Unpacked:
    """The columns of the clocks of one kind of a file as they were before they were packed."""

    def __init__(self, file: ColumnsFile, kind: int) -> None:
        self._file = file
        self._kind = str(kind)
        self._read: dict[str, Integers] = {}

    def _get(self, column: str, kind: Any = np.int32) -> Integers:
        return self._file.get(f"clock.{self._kind}.{column}", kind)

    def column(self, name: str) -> Integers:
        """A column of clocks; those on which others rest are unpacked once."""
        if name not in RESTED_ON:
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
        if name in TOGETHER:
            return self._apart(name)
        return self._get(name, clock_type(name))

    def _apart(self, name: str) -> Integers:
        """One of the columns that are kept together."""
        bases = self._file.about["bases"]
        place = list(TOGETHER).index(name)
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
