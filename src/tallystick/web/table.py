"""A table that a page shows: the same rows as HTML, CSV and JSON; sorting, filtering and paging live in the URL."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from tallystick.vocabulary.canonical import plain
from tallystick.vocabulary.money import Money

PAGE_ROWS = 25
AT_ONCE = 4096
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\0")


@dataclass(frozen=True)
class Cell:
    """A value, how it is written, and where it leads. `value` is what sorting, CSV and JSON take."""

    value: Any
    shown: Any = None
    href: str = ""
    title: str = ""

    @property
    def text(self) -> Any:
        """What a reader sees: `shown`, or the value itself, or a dash where there is none."""
        if self.shown is not None:
            return self.shown
        return "\u2013" if self.value is None or self.value == "" else self.value


@dataclass(frozen=True)
class Column:
    """A column: its key, its heading, whether it holds numbers (right aligned), whether it may be sorted by.

    `as_is`: its cells are names, ids, days or sentences of others, which are the same in every language; `head_as_is`:
    so is its heading, which a file brought. A column that is not `drawn` stands in the files alone: another cell of
    the page says it.
    """

    key: str
    label: str
    number: bool = False
    sortable: bool = True
    as_is: bool = False
    head_as_is: bool = False
    drawn: bool = True


@dataclass(frozen=True)
class Table:
    """Rows under columns; `name` addresses it in the URL where a page has several. `empty` teaches what to do."""

    name: str
    caption: str
    columns: tuple[Column, ...]
    rows: Sequence[Mapping[str, Cell]]
    empty: str = ""
    total: int = 0
    sort: str = ""
    page: int = 1
    words: str = ""

    def asked(self, query: Mapping[str, str], *, paged: bool = True) -> Table:
        """The table as a URL asks for it: `sort=-due`, `q=words`, `page=2`, each after the name and a dot."""
        if paged and not self.asks(query):
            return self._first
        return self._asked(query, paged=paged)

    def asks(self, query: Mapping[str, str]) -> bool:
        """Whether a URL asks anything of this table."""
        return any(name.startswith(f"{self.name}.") for name in query)

    @cached_property
    def _first(self) -> Table:
        """The view that most readers see, kept with the table."""
        return self._asked({}, paged=True)

    @cached_property
    def written(self) -> dict[Hashable, Any]:
        """What was written of this view, by whoever writes it; it lives as long as the view."""
        return {}

    def _asked(self, query: Mapping[str, str], *, paged: bool) -> Table:
        words = query.get(f"{self.name}.q", "").strip()
        sort = query.get(f"{self.name}.sort", self.sort)
        rows = [row for row in self.rows if words.lower() in _searched(row)] if words else list(self.rows)
        key = sort.lstrip("-")
        if key in {column.key for column in self.columns if column.sortable}:
            known = [row for row in rows if row[key].value is not None]
            known.sort(key=lambda row: _order(row[key].value), reverse=sort.startswith("-"))
            rows = known + [row for row in rows if row[key].value is None]
        else:
            sort = ""
        total, page = len(rows), 1
        if paged:
            last = max(1, -(-total // PAGE_ROWS))
            asked = query.get(f"{self.name}.page", "1")
            page = min(max(1, int(asked) if asked.isdecimal() and len(asked) < 8 else 1), last)
            rows = rows[(page - 1) * PAGE_ROWS : page * PAGE_ROWS]
        return replace(self, rows=rows, total=total, sort=sort, page=page, words=words)

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.total // PAGE_ROWS))

    def as_json(self) -> dict[str, Any]:
        """The rows by key, with the figures as values."""
        return {
            "columns": [{"key": column.key, "label": column.label} for column in self.columns],
            "total": self.total or len(self.rows),
            "rows": [{key: jsonable(cell.value) for key, cell in row.items()} for row in self.rows],
        }

    def as_csv(self) -> str:
        """The rows as CSV that no spreadsheet takes for formulas."""
        return "".join(self.csv_parts())

    def csv_parts(self) -> Iterator[str]:
        """`as_csv` piece by piece, some thousand rows each."""
        yield _lines([[column.label for column in self.columns]])
        for rows in self.in_values():
            yield _lines([[safe(value) for value in row] for row in rows])

    def json_parts(self) -> Iterator[str]:
        """`as_json` as text, piece by piece: one line for each row."""
        columns = [{"key": column.key, "label": str(column.label)} for column in self.columns]
        total = self.total or len(self.rows)
        yield f'{{"columns": {_json(columns)}, "total": {total}, "rows": ['
        keys, before = [column.key for column in self.columns], "\n"
        for rows in self.in_values():
            made = [_json({key: jsonable(value) for key, value in zip(keys, row, strict=True)}) for row in rows]
            if made:
                yield before + ",\n".join(made)
                before = ",\n"
        yield "]}"

    def in_values(self) -> Iterator[Iterable[Sequence[Any]]]:
        """The rows that stand in the table as values in the order of its columns, some thousand at once."""
        for start in range(0, len(self.rows), AT_ONCE):
            rows = self.rows[start : start + AT_ONCE]
            yield [[row[column.key].value for column in self.columns] for row in rows]


def _lines(rows: Iterable[Iterable[Any]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue()


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def safe(value: Any) -> str:
    """A value as a CSV cell: text that a spreadsheet would run gets an apostrophe in front, numbers stay numbers."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | Decimal):
        return str(value)
    if isinstance(value, Fraction):
        return f"{float(value):.10g}"
    if isinstance(value, Money):
        return f"{value.amount} {value.currency}"
    if isinstance(value, date | datetime):
        return value.isoformat()
    words = str(value)
    return f"'{words}" if words.startswith(_DANGEROUS) else words


def jsonable(value: Any) -> Any:
    """A value for JSON: exact fractions keep numerator and denominator in one text, as in bundles."""
    return value if value is None or isinstance(value, float) else plain(value)


def _searched(row: Mapping[str, Cell]) -> str:
    return " ".join(str(cell.text) for cell in row.values()).lower()


def _order(value: Any) -> tuple[int, Any]:
    if isinstance(value, Money):
        return 0, value.amount
    if isinstance(value, int | Decimal | Fraction | float):
        return 0, value
    if isinstance(value, datetime):
        return 1, value.timestamp()
    if isinstance(value, date):
        return 1, float(value.toordinal() * 86_400)
    return 2, str(value).casefold()
