"""Marked rows added up by cell: every mark as one number, or one sorted array of keys, for each cell in order.

Two ways that say the same. `AddedRelation` takes what an engine has added up. `AddedRows` adds up Arrow columns itself:
each row gets the whole number of its cell, made from the codes of its words, and one counting of (cell, marks) answers
for several marks at once.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import repeat
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.measures.engine import Sums, as_bits, as_truths, codes_of
from tallystick.measures.parts import NOTHING, Cell, Gathered, Whole

NO_VALUE = "(none)"
EXCLUDED = "excluded"
Codes = npt.NDArray[np.int32]

# Counted at once: so many marks, as long as the table of all their combinations stays in the processor's cache.
MARKS, COMBINATIONS = 6, 1 << 20
EPOCH = date(1970, 1, 1).toordinal()


class Added(Protocol):
    """Marks added up by cell."""

    @property
    def cells(self) -> list[Cell]:
        """The cells in order."""

    @property
    def reasons(self) -> list[str]:
        """The reasons for which the facts exclude rows, sorted."""

    def numbers(self, name: str, reason: str | None = None) -> Whole:
        """A mark over the rows excluded for a reason (without one: not excluded); zeros where it is not there."""

    def keys(self, name: str) -> Gathered:
        """Gathered keys of the rows not excluded, sorted; none where they are not there."""


def text_of(dimension: str, value: Any) -> str:
    """How a cell names a dimension's value; empty and missing are one."""
    if value is None or value == "":
        return NO_VALUE
    if dimension == "month":
        return f"{int(value) // 100:04d}-{int(value) % 100:02d}"
    return value.isoformat() if isinstance(value, date) else str(value)


def _coded(columns: Sequence[pa.ChunkedArray]) -> tuple[list[Any], Codes]:
    """The different values of some columns, None among them, and for each row which one it has.

    Where a column is empty the next one stands in.
    """
    values, codes = _codes_of(columns[0])
    for column in columns[1:]:
        if None not in values:
            break
        gaps = np.flatnonzero(codes == values.index(None))
        if not len(gaps):
            break
        more, theirs = _codes_of(column.filter(as_bits(codes == values.index(None))))
        places = [values.index(value) if value in values else -1 for value in more]
        for at, place in enumerate(places):
            if place < 0:
                places[at] = len(values)
                values.append(more[at])
        codes = codes.copy()
        codes[gaps] = np.array(places, dtype=np.int32)[theirs]
    return values, codes


def _codes_of(column: pa.ChunkedArray) -> tuple[list[Any], Codes]:
    """The different values of one column and for each row which one it has."""
    if not len(column):
        return [], np.empty(0, dtype=np.int32)
    if pa.types.is_date32(column.type) or pa.types.is_integer(column.type):
        return _codes_of_numbers(column)
    if not pa.types.is_dictionary(column.type):
        column = pc.dictionary_encode(column)
    whole = column.unify_dictionaries().combine_chunks()
    values = whole.dictionary.to_pylist()
    return [*values, None] if whole.indices.null_count else values, codes_of(whole, len(values))


def _codes_of_numbers(column: pa.ChunkedArray) -> tuple[list[Any], Codes]:
    """Dates and months lie close together, so that their distance from the first one is a code."""
    is_date = pa.types.is_date32(column.type)
    whole = (column.cast(pa.int32()) if is_date else column).combine_chunks()
    known: dict[str, Any] = pc.min_max(whole).as_py()
    if known["min"] is None:
        return [None], np.zeros(len(whole), dtype=np.int32)
    first, last = known["min"], known["max"]
    if last - first > COMBINATIONS:
        values, places = np.unique(np.asarray(whole.fill_null(last + 1)), return_inverse=True)
        return [None if value > last else value for value in values.tolist()], places.astype(np.int32)
    gap = whole.null_count > 0
    distance = np.asarray(whole.fill_null(last + 1) if gap else whole) - first
    shown: list[Any] = list(range(first, last + 1))
    if is_date:
        shown = [date.fromordinal(EPOCH + value) for value in shown]
    return [*shown, None] if gap else shown, distance.astype(np.int32, copy=False)


@dataclass(frozen=True)
class Placed:
    """Cells in order, and where rows lie: the code of each row's cell, the codes of the cells, and how many codes fit.

    Codes rise in the order of the cells; some may belong to none.
    """

    cells: list[Cell]
    codes: Codes
    of_cells: Whole
    size: int

    @property
    def places(self) -> Codes:
        """For each row the place of its cell among the cells."""
        if len(self.cells) == self.size:
            return self.codes
        places = np.zeros(self.size, dtype=np.int32)
        places[self.of_cells] = np.arange(len(self.cells), dtype=np.int32)
        return places.take(self.codes)


def placed(columns: Mapping[str, Sequence[pa.ChunkedArray]], rows: int) -> Placed:
    """The cells that some dimensions make, and for each row its cell."""
    if not rows:
        return Placed([], np.empty(0, dtype=np.int32), NOTHING, 0)
    begun = Placed([()], np.zeros(rows, dtype=np.int32), np.zeros(1, dtype=np.int64), 1)
    spans: list[list[tuple[str, str]]] = []
    place, size = begun.codes, 1
    for name in sorted(columns):
        values, codes = _coded(columns[name])
        texts = [text_of(name, value) for value in values]
        ordered = sorted(set(texts))
        if size * len(ordered) > max(rows, COMBINATIONS):
            begun = _with_rows(begun.cells, spans, place)
            spans, place, size = [], begun.places, len(begun.cells)
        if texts != ordered:
            rank = {text: order for order, text in enumerate(ordered)}
            codes = np.array([rank[text] for text in texts], dtype=np.int32).take(codes)
        # A long year by every agent may have more combinations than 32 bits can tell apart.
        wide = place if size * len(ordered) < 1 << 31 else place.astype(np.int64)
        place = wide * wide.dtype.type(len(ordered)) + codes if size > 1 else codes
        size *= len(ordered)
        spans.append([(name, text) for text in ordered])
    return _with_rows(begun.cells, spans, place)


def _with_rows(begun: list[Cell], spans: list[list[tuple[str, str]]], codes: Any) -> Placed:
    """Only the cells that have a row, of all that some begun ones make with the values of further dimensions."""
    shape = (len(begun), *(len(span) for span in spans))
    size = math.prod(shape)
    if size > COMBINATIONS and size > len(codes):
        present, codes = np.unique(codes, return_inverse=True)
        used, size = np.arange(len(present)), len(present)
    else:
        present = used = np.flatnonzero(np.bincount(codes, minlength=size))
    first, *further = (axis.tolist() for axis in np.unravel_index(present, shape))
    pairs = zip(*([span[at] for at in axis] for span, axis in zip(spans, further, strict=True)), strict=True)
    cells = [begun[at] + pair for at, pair in zip(first, pairs if spans else repeat(()), strict=bool(spans))]
    found = Placed(cells, codes.astype(np.int32, copy=False), used, size)
    # Many codes without a row would make every table that is counted by code long for nothing.
    return found if 2 * len(cells) >= size else Placed(cells, found.places, np.arange(len(cells)), len(cells))


class AddedRelation:
    """An added-up table by cell.

    An empty text and no text are one cell, so a cell may come in several rows, besides those for each exclusion.
    """

    def __init__(self, table: pa.Table, by: Sequence[str]) -> None:
        self._table = table
        found = placed({name: [table.column(f"by_{name}")] for name in by}, table.num_rows)
        self.cells, self._place = found.cells, found.places
        reasons, codes = _coded([table.column(EXCLUDED)])
        self._rows = {reason: np.flatnonzero(codes == code) for code, reason in enumerate(reasons)}
        self.reasons = sorted(reason for reason in reasons if reason is not None)

    def numbers(self, name: str, reason: str | None = None) -> Whole:
        """See `Added`."""
        totals: Whole = np.zeros(len(self.cells), dtype=np.int64)
        rows = self._rows.get(reason, NOTHING)
        if name in self._table.column_names and len(rows):
            values = np.asarray(pc.fill_null(self._table.column(name), 0), dtype=np.int64)
            np.add.at(totals, self._place[rows], values[rows])
        return totals

    def keys(self, name: str) -> Gathered:
        """See `Added`."""
        found = [NOTHING] * len(self.cells)
        rows = self._rows.get(None, NOTHING)
        if name not in self._table.column_names or not len(rows):
            return Gathered.of(found)
        column = self._table.column(name).combine_chunks()
        sizes = np.asarray(pc.fill_null(pc.list_value_length(column), 0), dtype=np.int64)
        values = pc.list_flatten(column)
        if values.null_count:
            known = np.asarray(pc.is_valid(values))
            sizes = np.bincount(np.repeat(np.arange(len(sizes)), sizes)[known], minlength=len(sizes))
            values = values.drop_null()
        flat = np.array(values, dtype=np.int64)
        ends = np.cumsum(sizes)
        begins = ends - sizes
        for place, begin, end in zip(*(part[rows].tolist() for part in (self._place, begins, ends)), strict=True):
            own = flat[begin:end] if not len(found[place]) else np.concatenate([found[place], flat[begin:end]])
            # Sorting cell by cell is eight times faster than sorting all rows by cell and value at once.
            own.sort()
            found[place] = own
        return Gathered.of(found)


def _summed(place: Any, values: npt.NDArray[Any], size: int) -> Whole:
    """The sum of whole numbers for each place."""
    if len(values) and max(abs(int(values.max())), abs(int(values.min()))) * len(values) < 1 << 53:
        # No sum can leave the whole numbers that a float holds exactly, and adding floats is three times as quick.
        return np.bincount(place, weights=values.astype(np.float64), minlength=size).astype(np.int64)
    totals: Whole = np.zeros(size, dtype=np.int64)
    np.add.at(totals, place, values)
    return totals


class AddedRows:
    """Marked rows of an Arrow table, added up by cell; `places` are the columns that hold each dimension.

    `inside` names a column that is true where a row is to be counted at all.
    """

    def __init__(
        self, table: pa.Table, places: Mapping[str, Sequence[str]], sums: Sums, inside: str | None = None
    ) -> None:
        self._table = table
        self._totals = set(sums.totals)
        self._lists = {name: (value, where) for name, value, where in sums.lists}
        columns = {name: [table.column(column) for column in held] for name, held in places.items()}
        self._placed = placed(columns, table.num_rows)
        self.cells = self._placed.cells
        reasons, codes = _coded([table.column(EXCLUDED)])
        meant = None if inside is None else self._truths(inside).view(np.bool_)
        self._rows = {
            reason: np.flatnonzero(codes == code if meant is None else (codes == code) & meant)
            for code, reason in enumerate(reasons)
            if reason is not None
        }
        self._rows = {reason: rows for reason, rows in self._rows.items() if len(rows)}
        self.reasons = sorted(self._rows)
        # Rows that the facts exclude, and those not meant, get a code beyond the last, which nobody asks for.
        self._plain = self._placed.codes
        if meant is not None:
            self._plain = np.where(meant, self._plain, np.int32(self._placed.size))
        elif self._rows:
            self._plain = self._plain.copy()
        for rows in self._rows.values():
            self._plain[rows] = self._placed.size
        self._counts = self._counted(sums.counts)

    def _truths(self, name: str) -> npt.NDArray[np.uint8]:
        return as_truths(self._table.column(name).combine_chunks()).view(np.uint8)

    def _counted(self, names: Sequence[str]) -> dict[str, Whole]:
        """How often each mark is set among the rows of each cell."""
        size = self._placed.size + 1
        marks = max(min(MARKS, int(math.log2(max(COMBINATIONS // size, 2)))), 1)
        counts: dict[str, Whole] = {}
        for begin in range(0, len(names), marks):
            lot = names[begin : begin + marks]
            pattern = np.zeros(len(self._plain), dtype=np.uint8)
            for bit, name in enumerate(lot):
                pattern |= self._truths(name) << np.uint8(bit)
            wide = 1 << len(lot)
            table = np.bincount(self._plain * np.int32(wide) + pattern, minlength=size * wide).reshape(size, wide)
            table = table[self._placed.of_cells]
            for bit, name in enumerate(lot):
                having = np.flatnonzero(np.arange(wide) >> bit & 1)
                counts[name] = table[:, having].sum(axis=1)
        return counts

    def numbers(self, name: str, reason: str | None = None) -> Whole:
        """See `Added`."""
        rows = None if reason is None else self._rows.get(reason, NOTHING)
        if name in self._counts:
            if rows is None:
                return self._counts[name]
            rows = rows[self._truths(name)[rows] > 0]
            return self._of_cells(np.bincount(self._placed.codes[rows], minlength=self._placed.size))
        if name not in self._totals:
            return np.zeros(len(self.cells), dtype=np.int64)
        values = self._table.column(name).combine_chunks().to_numpy(zero_copy_only=False)
        if rows is None:
            return self._of_cells(_summed(self._plain, values, self._placed.size + 1))
        return self._of_cells(_summed(self._placed.codes[rows], values[rows], self._placed.size))

    def _of_cells(self, by_code: Whole) -> Whole:
        return by_code[self._placed.of_cells]

    def keys(self, name: str) -> Gathered:
        """See `Added`."""
        if name not in self._lists:
            return Gathered.of([NOTHING] * len(self.cells))
        value, where = self._lists[name]
        rows = np.flatnonzero(self._truths(where) & (self._plain < self._placed.size))
        column = self._table.column(value).combine_chunks()
        if column.null_count:
            rows = rows[np.asarray(column.is_valid())[rows]]
            column = column.fill_null(0)
        # Codes below 65,536 are sorted by counting, and values of 32 bits moved and sorted several times as quickly.
        codes = _narrow(self._plain, np.uint16).take(rows)
        values = _narrow(column.to_numpy(zero_copy_only=False), np.int32).take(rows)
        values = values.take(np.argsort(codes, kind="stable"))
        ends = np.cumsum(self._of_cells(np.bincount(codes, minlength=self._placed.size)))
        found = Gathered(values, ends)
        for own in found.each():
            own.sort()
        return Gathered(values.astype(np.int64, copy=False), ends)


def _narrow(values: npt.NDArray[Any], kind: type[np.integer[Any]]) -> npt.NDArray[Any]:
    """The same whole numbers in fewer bits, where all of them fit."""
    fits = np.iinfo(kind)
    if len(values) and fits.min <= values.min() and values.max() <= fits.max:
        return values.astype(kind)
    return values
