"""Finding the figures of a sheet: measures in rows or columns, periods in the other, or one figure a row."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tallystick.records.connectors.any_table.words import plain_name
from tallystick.records.connectors.scorecard.figures import Label, read_label, read_period, says_nothing

Rows = list[list[Any]]
WIDE, ACROSS, LONG = "measures in rows", "measures in columns", "one figure a row"

_LONG_COLUMNS = {
    "measure": "metric kpi measure indicator kennzahl indicateur indicador indicatore indicator name wskaznik",
    "period": "period month week quarter date monat zeitraum periode mois mes mese luna miesiac",
    "value": "value actual result score ist wert valeur valor valore rezultat valoare wartosc",
    "numerator": "numerator zahler numerateur met within hits",
    "denominator": "denominator nenner denominateur total base",
    "n": "n sample count responses rows",
    "programme": "programme program project lob campaign account",
    "queue": "queue team group",
    "language": "language sprache langue idioma lingua limba",
    "channel": "channel kanal canal canale",
}
_DIMENSIONS = ("programme", "queue", "language", "channel")


@dataclass(frozen=True)
class Figure:
    """One cell with a figure: where it stands, what it is of, which period. `period` is None where none was found."""

    sheet: str
    row: int
    column: int
    cell: Any
    label: Label
    period: tuple[date, date] | None
    parts: dict[str, Any] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """The cell as a spreadsheet names it: `Scorecard!C7`."""
        letters, at = "", self.column + 1
        while at:
            at, rest = divmod(at - 1, 26)
            letters = chr(65 + rest) + letters
        return f"{self.sheet}!{letters}{self.row + 1}" if self.sheet else f"{letters}{self.row + 1}"


def _year_of(rows: Rows) -> int | None:
    """A year that stands above the table (a title `Scorecard 2026`), for months without one."""
    for row in rows[:15]:
        for cell in row:
            if isinstance(cell, str) and (found := re.search(r"\b(20\d{2})\b", cell)):
                return int(found[1])
            if isinstance(cell, float) and 2000 <= cell < 2100 and cell.is_integer():
                return int(cell)
    return None


def _text(cell: Any) -> str:
    return cell.strip() if isinstance(cell, str) else ""


def _long_header(rows: Rows) -> tuple[int, dict[str, int]] | None:
    for at, row in enumerate(rows[:30]):
        found: dict[str, int] = {}
        for column, cell in enumerate(row):
            tokens = set(plain_name(_text(cell)).split())
            for role, words in _LONG_COLUMNS.items():
                if role not in found and tokens and tokens <= {*words.split(), role} and column not in found.values():
                    found[role] = column
                    break
        if {"measure", "period", "value"} <= found.keys():
            return at, found
    return None


def figures_of(sheet: str, rows: Rows) -> tuple[str, list[Figure]]:
    """(how the sheet is laid out, its figures); ("", []) for a sheet without any."""
    year = _year_of(rows)
    long = _long_header(rows)
    if long is not None:
        return LONG, list(_long(sheet, rows, *long, year))
    found = []
    for layout, turned in ((WIDE, rows), (ACROSS, _turned(rows))):
        figures = list(_wide(sheet, turned, year))
        if layout == ACROSS:
            figures = [Figure(f.sheet, f.column, f.row, f.cell, f.label, f.period, f.parts) for f in figures]
        known = sum(1 for figure in figures if figure.label.measure)
        found.append((known, layout, figures))
    known, layout, figures = max(found, key=lambda item: item[0])
    return (layout, figures) if known else ("", [])


def _turned(rows: Rows) -> Rows:
    width = max((len(row) for row in rows), default=0)
    return [[row[at] if at < len(row) else None for row in rows] for at in range(width)]


def _wide(sheet: str, rows: Rows, year: int | None) -> Iterator[Figure]:
    """Measures down the left, periods along the top; a second header begins a second block."""
    periods: dict[int, tuple[date, date]] = {}
    dimensions: dict[int, str] = {}
    unknown: list[int] = []
    for at, row in enumerate(rows):
        header = {column: period for column, cell in enumerate(row) if (period := read_period(cell, year))}
        numbers = sum(1 for cell in row if isinstance(cell, int | float) and not isinstance(cell, bool))
        if header and (len(header) >= 2 or not periods) and (len(header) > numbers):
            periods = header
            first = min(header)
            dimensions = {
                column: name for column in range(first) if (name := plain_name(_text(row[column]))) in _DIMENSIONS
            }
            last = max(header)
            unknown = [
                c for c in range(first, last) if c not in header and _text(row[c]) and not _target(_text(row[c]))
            ]
            continue
        if not periods:
            continue
        first = min(periods)
        texts = [
            (column, _text(cell)) for column, cell in enumerate(row[:first]) if column not in dimensions and _text(cell)
        ]
        if not texts:
            continue
        label = next(
            (found for _, text in texts if (found := read_label(text)).measure),
            read_label(" ".join(t for _, t in texts)),
        )
        parts = {name: _text(row[column]) or None for column, name in dimensions.items() if column < len(row)}
        for column in [*periods, *unknown]:
            if column < len(row) and not says_nothing(row[column]):
                yield Figure(sheet, at, column, row[column], label, periods.get(column), parts)


def _target(text: str) -> bool:
    """Whether a column between the periods is no figure of the partner's: a target, a trend, a comment."""
    words = set(plain_name(text).split())
    return bool(
        words
        & {"target", "goal", "ziel", "objectif", "objetivo", "trend", "comment", "comments", "delta", "status", "rag"}
    )


def _long(sheet: str, rows: Rows, header: int, columns: dict[str, int], year: int | None) -> Iterator[Figure]:
    def cell_of(row: list[Any], role: str) -> Any:
        column = columns.get(role)
        return row[column] if column is not None and column < len(row) else None

    for at, row in enumerate(rows[header + 1 :], start=header + 1):
        name = _text(cell_of(row, "measure"))
        value = cell_of(row, "value")
        if not name or says_nothing(value):
            continue
        parts = {role: cell_of(row, role) for role in (*_DIMENSIONS, "numerator", "denominator", "n")}
        period = read_period(cell_of(row, "period"), year)
        yield Figure(sheet, at, columns["value"], value, read_label(name), period, parts)
