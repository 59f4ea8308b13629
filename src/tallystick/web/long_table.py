"""A table too long to be held as cells: it stays in Arrow columns, and only the rows that are shown become cells.

To pages, templates and twins it is a Table like any other. Sorting and searching run over whole columns, so that the
list behind a figure answers as quickly for a hundred thousand cases as for a hundred.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast, overload

import pyarrow as pa
import pyarrow.compute as pc

from tallystick.web.table import AT_ONCE, PAGE_ROWS, Cell, Column, Table

Row = Mapping[str, Any]
Write = Callable[[Row], Mapping[str, Cell]]
_BEGINNING = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True)
class Written(Sequence[Mapping[str, Cell]]):
    """Arrow rows that become cells when they are looked at."""

    data: pa.Table
    write: Write

    def __len__(self) -> int:
        return int(self.data.num_rows)

    def __iter__(self) -> Iterator[Mapping[str, Cell]]:
        for start in range(0, len(self), AT_ONCE):
            for row in self.data.slice(start, AT_ONCE).to_pylist():
                yield self.write(row)

    @overload
    def __getitem__(self, at: int) -> Mapping[str, Cell]: ...

    @overload
    def __getitem__(self, at: slice) -> Sequence[Mapping[str, Cell]]: ...

    def __getitem__(self, at: int | slice) -> Any:
        if isinstance(at, slice):
            start, stop, step = at.indices(len(self))
            rows = self.data.slice(start, max(0, stop - start)).to_pylist()[::step]
            return [self.write(row) for row in rows]
        place = at if at >= 0 else at + len(self)
        if not 0 <= place < len(self):
            raise IndexError(at)
        return self.write(self.data.slice(place, 1).to_pylist()[0])


@dataclass(frozen=True)
class LongTable(Table):
    """A Table over `data`; `searched` names the columns of text that a search looks through.

    A column's key is a column of `data`, whose values are those of its cells; `write` only says how they look and where
    they lead. So the exports, which give values, need no cells. `exact` names a column of text that the URL may ask
    one value of: `?cases.place=missed`.
    """

    data: pa.Table = field(default_factory=lambda: pa.table({}))
    write: Write = field(default=lambda row: {name: Cell(value) for name, value in row.items()})
    searched: tuple[str, ...] = ()
    exact: str = ""

    @property
    def nbytes(self) -> int:
        """How much its columns hold."""
        return int(self.data.nbytes)

    def asked(self, query: Mapping[str, str], *, paged: bool = True) -> LongTable:
        """As Table.asked: sorted and searched as a URL asks, one page of it in cells."""
        return cast("LongTable", super().asked(query, paged=paged))

    def _asked(self, query: Mapping[str, str], *, paged: bool) -> LongTable:
        words = query.get(f"{self.name}.q", "").strip()
        sort = query.get(f"{self.name}.sort", self.sort)
        data = self._found(words) if words else self.data
        wanted = query.get(f"{self.name}.{self.exact}", "") if self.exact else ""
        if wanted:
            data = data.filter(pc.fill_null(pc.equal(data.column(self.exact), wanted), fill_value=False))
        key = sort.lstrip("-")
        if key in {column.key for column in self.columns if column.sortable} and key in data.column_names:
            data = data.take(_order(data.column(key), descending=sort.startswith("-")))
        else:
            sort = ""
        total, page = data.num_rows, 1
        rows = Written(data, self.write)
        if not paged:
            return replace(self, rows=rows, total=total, sort=sort, words=words)
        last = max(1, -(-total // PAGE_ROWS))
        given = query.get(f"{self.name}.page", "1")
        page = min(max(1, int(given) if given.isdecimal() and len(given) < 8 else 1), last)
        shown = rows[(page - 1) * PAGE_ROWS : page * PAGE_ROWS]
        return replace(self, rows=shown, total=total, sort=sort, page=page, words=words)

    def as_json(self) -> dict[str, Any]:
        """As Table.as_json, without making cells."""
        found: dict[str, Any] = json.loads("".join(self.json_parts()))
        return found

    def in_values(self) -> Iterator[Iterable[Sequence[Any]]]:
        """As Table.in_values, without making cells."""
        if not isinstance(self.rows, Written):
            yield from super().in_values()
            return
        data = self.rows.data.select([column.key for column in self.columns])
        for start in range(0, data.num_rows, AT_ONCE):
            yield zip(*(_listed(column) for column in data.slice(start, AT_ONCE).columns), strict=True)

    def _found(self, words: str) -> pa.Table:
        """The rows in which a searched column holds the words, whatever their case."""
        hit: Any = None
        for name in self.searched:
            column = self.data.column(name)
            if pa.types.is_null(column.type):
                continue
            here = pc.fill_null(pc.match_substring(column, words, ignore_case=True), fill_value=False)
            hit = here if hit is None else pc.or_(hit, here)
        return self.data.slice(0, 0) if hit is None else self.data.filter(hit)


def _listed(column: pa.ChunkedArray) -> list[Any]:
    """A column as Python values; instants by arithmetic, because Arrow looks every one of them up in its zone."""
    if not pa.types.is_timestamp(column.type):
        found: list[Any] = column.to_pylist()
        return found
    seconds = column.cast(pa.timestamp("us", "UTC")).cast(pa.int64()).to_pylist()
    return [None if one is None else _BEGINNING + timedelta(microseconds=one) for one in seconds]


def long_table(
    name: str, caption: str, columns: tuple[Column, ...], data: pa.Table, write: Write, **more: Any
) -> LongTable:
    """A LongTable whose rows are those of `data`, in their order."""
    return LongTable(name, caption, columns, Written(data, write), data=data, write=write, **more)


def _order(column: pa.ChunkedArray, *, descending: bool) -> pa.Array:
    """Places in order of a column, ties as they stood, what is empty last."""
    if pa.types.is_string(column.type):
        column = pc.utf8_lower(column)
    ranked = pa.table({"key": column})
    direction = "descending" if descending else "ascending"
    return pc.sort_indices(ranked, sort_keys=[("key", direction)])
