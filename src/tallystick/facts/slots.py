"""Time cut into slots of equal length on the UTC clock: sums of whole numbers by slot that add up to what was cut."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from tallystick.facts.spans import BITS, SECOND, Whole, at

HALF_HOUR_S = 1800


class Pieces(NamedTuple):
    """Parts of spans, each within one slot: the row of the span, the slot's number, first and end second."""

    row: Whole
    slot: Whole
    begin: Whole
    end: Whole


def cut(begin: Whole, end: Whole, slot_s: int = HALF_HOUR_S) -> Pieces:
    """Spans of UTC seconds cut at the borders of slots; those without length are dropped."""
    kept = np.flatnonzero(end > begin)
    first, last = begin[kept] // slot_s, (end[kept] - 1) // slot_s
    count = last - first + 1
    row = np.repeat(np.arange(len(kept)), count)
    slot = first[row] + np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    row = kept[row]
    return Pieces(row, slot, np.maximum(begin[row], slot * slot_s), np.minimum(end[row], (slot + 1) * slot_s))


def shared_out(pieces: Pieces, begin: Whole, end: Whole, amount: Whole) -> Whole:
    """An amount of each span shared out over its pieces by time, in whole numbers that add up to it."""
    length, of = (end - begin)[pieces.row], amount[pieces.row]
    until = of * (pieces.end - begin[pieces.row]) // length
    found: Whole = until - of * (pieces.begin - begin[pieces.row]) // length
    return found


def summed(place: Whole, values: Any, size: int) -> Whole:
    """Whole sums by place; floats hold whole numbers exactly up to 2 ** 53."""
    return np.bincount(place, weights=values, minlength=size).astype(np.int64)


class Sums:
    """Columns of sums over the cells that any of them names; a cell is a group and a slot, as `spans.at` makes them.

    Cells are marked in one row of all slots of all groups, which is far quicker than sorting what was given.
    """

    def __init__(self) -> None:
        self._given: list[tuple[str, Whole, Whole]] = []

    def add(self, name: str, cell: Whole, values: Any) -> None:
        """More of a column."""
        if len(cell):
            self._given.append((name, np.asarray(cell, np.int64), np.asarray(values, np.int64)))

    def _marked(self) -> tuple[int, int, Any]:
        """The first slot, how many there are to a group, and which cells were named."""
        slots = [cell & SECOND for _, cell, _ in self._given]
        first = min(int(one.min()) for one in slots)
        wide = max(int(one.max()) for one in slots) - first + 1
        groups = max(int(cell.max()) >> BITS for _, cell, _ in self._given) + 1
        marked = np.zeros(groups * wide, bool)
        for (_, cell, _), slot in zip(self._given, slots, strict=True):
            marked[(cell >> BITS) * wide + slot - first] = True
        return first, wide, marked

    def cells(self) -> Whole:
        """Every cell so far, in order."""
        if not self._given:
            return np.zeros(0, np.int64)
        first, wide, marked = self._marked()
        group, slot = np.divmod(np.flatnonzero(marked), wide)
        return at(group, slot + first)

    def whole(self, *names: str) -> tuple[Whole, dict[str, Whole]]:
        """Every cell in order, and each of the columns named, 0 where nothing was given."""
        cells = self.cells()
        found = {name: np.zeros(len(cells), np.int64) for name in names}
        if self._given:
            first, wide, marked = self._marked()
            place = np.cumsum(marked) - 1
            for name, cell, values in self._given:
                found[name] += summed(place[(cell >> BITS) * wide + (cell & SECOND) - first], values, len(cells))
        return cells, found
