"""A table too long to be held as cells: it stays in Arrow columns, and only the rows that are shown become cells.

To pages, templates and twins it is a Table like any other. Sorting and searching run over whole columns, so that the
list behind a figure answers as quickly for a hundred thousand cases as for a hundred.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, overload

import pyarrow as pa
import pyarrow.compute as pc

from tallystick.web.table import PAGE_ROWS, Cell, Column, Table

Row = Mapping[str, Any]
Write = Callable[[Row], Mapping[str, Cell]]
_AT_ONCE = 4096


@dataclass(frozen=True)
class Written(Sequence[Mapping[str, Cell]]):
    """Arrow rows that become cells when they are looked at."""

    data: pa.Table
    write: Write

    def __len__(self) -> int:
        return int(self.data.num_rows)

    def __iter__(self) -> Iterator[Mapping[str, Cell]]:
        for start in range(0, len(self), _AT_ONCE):
            for row in self.data.slice(start, _AT_ONCE).to_pylist():
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

    A column's key is a column of `data`, or it cannot be sorted by. `exact` names a column of text that the URL may ask
    one value of: `?cases.place=missed`.
    """

    data: pa.Table = field(default_factory=lambda: pa.table({}))
    write: Write = field(default=lambda row: {name: Cell(value) for name, value in row.items()})
    searched: tuple[str, ...] = ()
    exact: str = ""

    def asked(self, query: Mapping[str, str], *, paged: bool = True) -> LongTable:
        """As Table.asked: sorted and searched as a URL asks, one page of it in cells."""
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
