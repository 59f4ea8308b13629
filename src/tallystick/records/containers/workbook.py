# ruff: noqa: S608 - every name in these queries is a constant of ours or a slot number
"""Reading XLSX through calamine: every sheet as rows of text, in the forms that the other readers give."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from python_calamine import CalamineWorkbook

from tallystick.records.containers.delimited import MAX_COLUMNS
from tallystick.records.containers.loaded import TABLE, Column, Loaded, distinct_names
from tallystick.records.containers.trouble import damaged, finding
from tallystick.records.containers.unpacking import check_workbook
from tallystick.vocabulary.finding import Place

Cell = Any


def text_of(cell: Cell) -> str | None:
    """A cell as text: dates in ISO form, whole numbers without a point, nothing as None."""
    if cell is None or cell == "":
        return None
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        # 0.00005 of a workbook is a number, and never the text 5e-05.
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else f"{Decimal(repr(cell)):f}"
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        seconds = round(cell.total_seconds())
        return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return str(cell)


def read_sheets(path: Path, file: str) -> dict[str, list[list[Cell]]]:
    """Every visible or hidden sheet's rows; refuses a damaged workbook or a bomb before parsing."""
    check_workbook(path)
    try:
        book = CalamineWorkbook.from_path(str(path))
        return {
            name: book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            for name, meta in zip(book.sheet_names, book.sheets_metadata, strict=True)
            if "work" in str(meta.typ).lower()
        }
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt | SystemExit | MemoryError):
            raise
        reason = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        raise damaged("TS-I011", file, f"the workbook cannot be read ({reason}).") from error


def _filled(row: list[Cell]) -> int:
    return sum(1 for cell in row if cell not in ("", None))


def header_row(rows: list[list[Cell]]) -> int | None:
    """The first row that is filled at least half as wide as the widest of the first hundred; None without rows."""
    widest = max((_filled(row) for row in rows[:100]), default=0)
    if not widest:
        return None
    return next(at for at, row in enumerate(rows) if 2 * _filled(row) >= widest)


def load_workbook(connection: duckdb.DuckDBPyConnection, path: Path, file: str, sheet: str | None) -> Loaded:
    """One sheet as the engine's table: the one named, else the one with the most rows."""
    sheets = read_sheets(path, file)
    if sheet and sheet not in sheets:
        raise damaged("TS-I021", file, f"there is no sheet named {sheet!r}; there are: {', '.join(sheets)}.")
    chosen = sheet or max(sheets, key=lambda name: sum(1 for row in sheets[name] if _filled(row)), default="")
    rows = sheets.get(chosen, [])
    at = header_row(rows)
    if at is None:
        raise damaged("TS-I021", file, "no sheet holds a table.")
    width = max((len(row) for row in rows), default=0)
    while width and all(len(row) < width or row[width - 1] in ("", None) for row in rows):
        width -= 1
    if width > MAX_COLUMNS:
        raise damaged("TS-I014", file, f"sheet {chosen!r} has {width:,} columns; at most {MAX_COLUMNS:,} are read.")
    texts = [[text_of(cell) for cell in row[:width]] + [None] * (width - len(row)) for row in rows[at:]]
    names, repeated, unnamed = distinct_names([cell or "" for cell in texts[0]])
    blank = [ordinal for ordinal, row in enumerate(texts[1:]) if not any(row)]
    body = [row for row in texts[1:] if any(row)]
    columns = tuple(Column(name, f"c{position}") for position, name in enumerate(names))
    table = pa.table({c.slot: pa.array([row[i] for row in body], pa.string()) for i, c in enumerate(columns)})
    connection.register("workbook_rows", table)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {TABLE} AS SELECT * FROM workbook_rows")
    connection.unregister("workbook_rows")
    loaded = Loaded(connection, columns, len(body), at + 2)
    loaded.passed_over = pa.array(blank, pa.int64()).to_numpy(zero_copy_only=False)
    place = Place(file=file, row=at + 1, table=chosen)
    for position, name in repeated:
        loaded.findings.append(
            finding(
                "TS-I203",
                f"Column {position + 1} is named {name!r} like one before it; it is read as {names[position]!r}.",
                Place(file=file, row=at + 1, column=name),
            )
        )
    if unnamed:
        loaded.findings.append(finding("TS-I204", f"{len(unnamed)} column(s) have no name.", place, count=len(unnamed)))
    others = [name for name in sheets if name != chosen and any(_filled(row) for row in sheets[name])]
    if others:
        loaded.findings.append(finding("TS-I209", f"Sheet {chosen!r} was read, not: {', '.join(others)}.", place))
    if at:
        loaded.findings.append(finding("TS-I213", f"{at} row(s) above the table were passed over.", place, count=at))
    return loaded
