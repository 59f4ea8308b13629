"""A table in layers: the rows of a first build, and what came since; rows that a later layer replaces are gone.

A refresh adds one small layer and leaves the large one as it lies, mapped from its file. Rows are found by equal whole
numbers or by time, and only those found are copied. Nobody changes a `Layered`; each change is another one that shares
the layers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Whole = npt.NDArray[np.int64]
# Places in each layer, in order.
Places = tuple[Whole, ...]

NOWHERE: Whole = np.zeros(0, np.int64)
# So many values are looked at before the next, that what is made of them stays in the processor's cache.
_AT_ONCE = 1 << 18
# Bits of the table of marks: so many beyond those of what is wanted, that hardly any other value is marked; at most as
# many as stay near the processor.
_SPARSE, _WIDEST = 7, 22


@dataclass(frozen=True)
class Layered:
    """Rows in layers of one schema but for the writing of words; `gone` are the places of each that do not count.

    `order` is the column by which the rows of every layer lie, where it is one of whole numbers or instants. With
    `partners` only rows of those partners are seen. `settle` puts the rows of several layers in their order.
    """

    layers: tuple[pa.Table, ...]
    gone: Places
    order: str = ""
    partners: frozenset[str] | None = None
    settle: Callable[[pa.Table], pa.Table] | None = None

    @classmethod
    def of(cls, rows: pa.Table, order: str = "", settle: Callable[[pa.Table], pa.Table] | None = None) -> Layered:
        """One layer, which lies as `settle` would put it."""
        return cls((rows,), (NOWHERE,), order, settle=settle)

    @property
    def size(self) -> int:
        """How many rows count, whoever sees them."""
        return sum(int(rows.num_rows) for rows in self.layers) - sum(map(len, self.gone))

    @property
    def added(self) -> int:
        """How much was added or taken away since the first layer."""
        return sum(int(rows.num_rows) for rows in self.layers[1:]) + sum(map(len, self.gone))

    def seen_by(self, partners: frozenset[str] | None) -> Layered:
        """The same rows as some partners see them; None sees all."""
        return replace(self, partners=partners)

    def selected(self, columns: Sequence[str]) -> Layered:
        """Some columns of the same rows, in no certain order where there are several layers.

        `partner` has to be among them where the rows are those that some partners see.
        """
        return replace(self, layers=tuple(rows.select(columns) for rows in self.layers), settle=None)

    def holding(self, column: str, values: Whole) -> Places:
        """The rows whose column holds one of some whole numbers (sorted, distinct)."""
        if not len(values):
            return tuple(NOWHERE for _ in self.layers)
        return self._seen(
            [_in_order(_raw(rows, column), values) if column == self.order else _holding(rows, column, values)
             for rows in self.layers]
        )  # fmt: skip

    def between(self, begin: str, end: str, start_us: int, end_us: int) -> Places:
        """The rows whose time from one instant to another (none: a moment) touches [start, end), microseconds."""
        return self._seen([_touching(rows, begin, end, start_us, end_us, begin == self.order) for rows in self.layers])

    def every(self) -> Places:
        """All rows that count."""
        return self._seen([np.arange(rows.num_rows) for rows in self.layers])

    def taken(self, places: Places, columns: Sequence[str] | None = None) -> pa.Table:
        """The rows at some places, words written out."""
        parts = [
            plain((rows if columns is None else rows.select(columns)).take(pa.array(chosen)))
            for rows, chosen in zip(self.layers, places, strict=True)
        ]
        return pa.concat_tables([part for part in parts if part.num_rows] or parts[:1])

    def living(self, places: Places) -> Places:
        """Of some places those whose rows count and are seen."""
        return self._seen(places)

    def column(self, name: str, places: Places | None = None) -> pa.ChunkedArray:
        """One column, whole or at some places of it; words as codes where a layer has codes."""
        if places is None and len(self.layers) == 1 and not len(self.gone[0]) and self.partners is None:
            return self.layers[0].column(name)
        chosen = self.every() if places is None else places
        parts = [rows.column(name).take(pa.array(own)) for rows, own in zip(self.layers, chosen, strict=True)]
        if any(pa.types.is_dictionary(part.type) for part in parts):
            parts = [_coded(part) for part in parts]
        chunks = [chunk for part in parts for chunk in part.chunks]
        found = pa.chunked_array(chunks, parts[0].type)
        if pa.types.is_dictionary(found.type):
            found = found.unify_dictionaries()
        return pa.chunked_array([found.combine_chunks()]) if len(chunks) > 1 else found

    def whole(self) -> pa.Table:
        """All rows that count, in their order; of one layer without gaps, that layer as it lies."""
        if len(self.layers) == 1 and not len(self.gone[0]) and self.partners is None:
            return self.layers[0]
        parts = []
        for rows, places, seen in zip(self.layers, self.gone, self.every(), strict=True):
            parts.append(rows if len(seen) == rows.num_rows and not len(places) else rows.take(pa.array(seen)))
        parts = [part for part in parts if part.num_rows] or parts[:1]
        schema = parts[0].schema
        if any(part.schema != schema for part in parts):
            parts = [plain(part) for part in parts]
        found = pa.concat_tables(parts).unify_dictionaries()
        return found if self.settle is None or len(self.layers) == 1 else self.settle(found)

    def changed(self, without: Places, more: pa.Table) -> Layered:
        """One more layer, and the rows at some places gone."""
        gone = tuple(np.union1d(old, new) for old, new in zip(self.gone, without, strict=True))
        if not more.num_rows:
            return replace(self, gone=gone)
        return replace(self, layers=(*self.layers, more), gone=(*gone, NOWHERE))

    def _seen(self, found: Sequence[Whole]) -> Places:
        return tuple(
            self._own(rows, _without(places, gone))
            for rows, places, gone in zip(self.layers, found, self.gone, strict=True)
        )

    def _own(self, rows: pa.Table, places: Whole) -> Whole:
        if self.partners is None or not len(places):
            return places
        column, wanted = rows.column("partner"), pa.array(sorted(self.partners), pa.string())
        if pa.types.is_dictionary(column.type) and column.num_chunks == 1 and not column.null_count:
            # A code a row is looked at; words would be written out by the million.
            known = np.asarray(pc.is_in(column.chunk(0).dictionary.cast(pa.string()), value_set=wanted), dtype=np.bool_)
            codes = np.asarray(column.chunk(0).indices)
            mine: Whole = places[known[codes if len(places) == len(codes) else codes[places]]]
            return mine
        held = column.take(pa.array(places))
        words = held.cast(pa.string()) if pa.types.is_dictionary(held.type) else held
        return places[np.asarray(pc.is_in(words, value_set=wanted), dtype=np.bool_)]


def among(values: Any, wanted: Whole) -> Whole:
    """The places of the values that are among some sorted ones, in order.

    A table of marks by the last bits drops nearly all others before anything is searched: ten million keys are looked
    through in a twentieth of a second.
    """
    last = (1 << min(max(len(wanted).bit_length() + _SPARSE, 16), _WIDEST)) - 1
    marks = np.zeros(last + 1, np.bool_)
    marks[wanted & last] = True
    found = [NOWHERE]
    for begin in range(0, len(values), _AT_ONCE):
        near = np.flatnonzero(marks[values[begin : begin + _AT_ONCE] & last])
        held = values[begin + near]
        at = np.minimum(np.searchsorted(wanted, held), len(wanted) - 1)
        found.append(begin + near[wanted[at] == held])
    return np.concatenate(found)


def plain(rows: pa.Table) -> pa.Table:
    """Words written out, so that rows of several layers can stand below each other."""
    columns = [
        column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column for column in rows.itercolumns()
    ]
    return pa.table(dict(zip(rows.column_names, columns, strict=True)))


def _coded(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if not pa.types.is_dictionary(column.type):
        return column.dictionary_encode()
    return pa.chunked_array(
        [pa.DictionaryArray.from_arrays(part.indices.cast(pa.int32()), part.dictionary) for part in column.chunks],
        pa.dictionary(pa.int32(), pa.string()),
    )


def _raw(rows: pa.Table, column: str) -> Any:
    """The whole numbers of a column where they lie, whatever stands in those that are empty."""
    found = rows.column(column)
    chunks = found.chunks
    if len(chunks) != 1:
        found = found.combine_chunks()
        if isinstance(found, pa.ChunkedArray):
            return NOWHERE
    else:
        found = chunks[0]
    buffer = found.buffers()[1]
    if buffer is None or not len(found):
        return np.zeros(len(found), np.int64)
    return np.frombuffer(buffer, np.int64)[found.offset : found.offset + len(found)]


def _holding(rows: pa.Table, column: str, values: Whole) -> Whole:
    places = among(_raw(rows, column), values)
    return _valid(rows, column, places)


def _valid(rows: pa.Table, column: str, places: Whole) -> Whole:
    """The places at which a column is not empty."""
    if not rows.column(column).null_count or not len(places):
        return places
    there = rows.column(column).take(pa.array(places)).is_valid()
    return places[np.asarray(there, dtype=np.bool_)]


def _in_order(column: Any, values: Whole) -> Whole:
    """The places of some sorted values in a column that is sorted."""
    low, high = np.searchsorted(column, values, "left"), np.searchsorted(column, values, "right")
    count = high - low
    return np.repeat(low - np.cumsum(count) + count, count) + np.arange(int(count.sum()))


def _touching(rows: pa.Table, begin: str, end: str, start_us: int, end_us: int, sorted_: bool) -> Whole:
    begins, ends = _raw(rows, begin), _raw(rows, end)
    # What begins too late is at the end of rows in order; what ended early may have begun at any time before.
    last = int(np.searchsorted(begins, end_us)) if sorted_ else len(begins)
    found = [NOWHERE]
    open_ = rows.column(end).null_count > 0
    for first in range(0, last, _AT_ONCE):
        part = slice(first, min(first + _AT_ONCE, last))
        inside = (begins[part] < end_us) & ((begins[part] >= start_us) | (ends[part] >= start_us))
        found.append(first + np.flatnonzero(inside))
    places = _valid(rows, begin, np.concatenate(found))
    if not open_ or not len(places):
        return places
    # Where the end is empty anything may stand; a moment touches by its beginning alone.
    known = np.asarray(rows.column(end).take(pa.array(places)).is_valid(), dtype=np.bool_)
    chosen: Whole = places[known | (begins[places] >= start_us)]
    return chosen


def _without(places: Whole, gone: Whole) -> Whole:
    if not len(gone) or not len(places):
        return places
    at = np.minimum(np.searchsorted(gone, places), len(gone) - 1)
    found: Whole = places[gone[at] != places]
    return found
