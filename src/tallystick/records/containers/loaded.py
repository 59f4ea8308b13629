"""What a container becomes: one table of a private engine connection, plus every row that could not be read.

Columns are `c0 .. cn`, rows keep their order (`rowid`), and each row knows the number a spreadsheet shows for it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt

from tallystick.records.engine import session
from tallystick.vocabulary.finding import Finding

TABLE = "source_rows"


@dataclass(frozen=True)
class BadRow:
    """One row of the file that is not a row: its number as a spreadsheet shows it, rule id, reason, and its text."""

    row: int
    rule: str
    reason: str
    text: str
    column: str = ""


@dataclass(frozen=True)
class Column:
    """One column: its name as the file has it (made distinct), its name in the engine, its engine type."""

    name: str
    slot: str
    type: str = "VARCHAR"


@dataclass
class Loaded:
    """The rows of a file in the engine. `rows_in` = rows in the table + `bad`; that is asserted here.

    `first_row` is the number a spreadsheet shows for the first record; `passed_over` are the record numbers (counted
    from 0) that are bad or blank and therefore are not in the table.
    """

    connection: duckdb.DuckDBPyConnection
    columns: tuple[Column, ...]
    rows: int
    first_row: int = 2
    bad: list[BadRow] = field(default_factory=list)
    passed_over: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    findings: list[Finding] = field(default_factory=list)
    table: str = TABLE
    # What readers found out about the columns, kept with the rows so that it is found out once.
    remembered: dict[str, Any] = field(default_factory=dict)

    @property
    def rows_in(self) -> int:
        """Rows of the source: those in the table and those that are bad."""
        return self.rows + len(self.bad)

    def row_numbers(self, ordinals: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Spreadsheet row numbers of table rows, given by `rowid`."""
        if not len(self.passed_over):
            return ordinals + self.first_row
        before = self.passed_over - np.arange(len(self.passed_over))
        shift: npt.NDArray[np.int64] = np.searchsorted(before, ordinals, side="right").astype(np.int64)
        return ordinals + shift + self.first_row


def connect() -> duckdb.DuckDBPyConnection:
    """A private session of an engine in memory: no network, no extension, UTC, insertion order kept."""
    return session(autoinstall_known_extensions=False, autoload_known_extensions=False, preserve_insertion_order=True)


def whole_number(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    """The one whole number that a query yields; the result is read to its end, as the engine wants it."""
    return int(connection.execute(query).fetchall()[0][0])


def quoted(text: str) -> str:
    """A string literal of the engine."""
    return "'" + text.replace("'", "''") + "'"


def distinct_names(names: list[str]) -> tuple[list[str], list[tuple[int, str]], list[int]]:
    """Column names made distinct: (names, [(position, the name it repeats)], [positions without a name])."""
    seen: dict[str, int] = {}
    result: list[str] = []
    repeated: list[tuple[int, str]] = []
    unnamed: list[int] = []
    for position, raw in enumerate(names):
        name = " ".join(raw.split())
        if not name:
            unnamed.append(position)
            name = f"column {position + 1}"
        count = seen.get(name.casefold(), 0) + 1
        seen[name.casefold()] = count
        if count > 1:
            repeated.append((position, name))
            name = f"{name} ({count})"
            seen.setdefault(name.casefold(), 1)
        result.append(name)
    return result, repeated, unnamed
