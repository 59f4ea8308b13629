"""Reading CSV and its relatives: fast where the file is clean, careful where it is not, losing nothing either way.

The engine's own reader is tried first, strictly. Beside it an independent count of the records (newlines outside
quotation marks, counted on the bytes) must agree. If the reader refuses or the counts differ, the file is walked
record by record: good records go to a clean copy, each bad one becomes a `BadRow` with its number and its text, and a
quotation mark that is never closed costs its own line only.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import duckdb
import numpy as np
import pyarrow as pa

from tallystick.records.containers.loaded import TABLE, BadRow, Column, Loaded, distinct_names, quoted, whole_number
from tallystick.records.containers.trouble import damaged, finding
from tallystick.vocabulary.finding import Finding, Place

DELIMITERS = (",", ";", "\t", "|", "^", "~", "\x1f")
DELIMITER_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", "^": "caret", "~": "tilde", "\x1f": "US"}
MAX_COLUMNS = 2_000
MAX_RECORD = 1 << 20
MAX_QUOTED_LINES = 500
SAMPLE = 256 << 10
BLOCK = 8 << 20
# Atomic groups: one repeated by *+ may match what it does not hold (CPython before 3.11.5, its issue 106052).
QUOTED = r'"(?>[^"]*(?:""[^"]*)*)"'


@dataclass(frozen=True)
class Dialect:
    """How a text is cut into fields: the delimiter, how sure, the header's names and how many lines stand above it."""

    delimiter: str
    sure: float
    header: tuple[str, ...]
    preamble: int
    header_lines: int
    has_header: bool
    findings: tuple[Finding, ...] = ()

    @property
    def skip(self) -> int:
        """Physical lines before the first record."""
        return self.preamble + (self.header_lines if self.has_header else 0)


def _rows(text: str, delimiter: str, limit: int = 400) -> list[list[str]]:
    rows = []
    try:
        for row in csv.reader(io.StringIO(text), delimiter=delimiter):
            rows.append(row)
            if len(rows) >= limit:
                break
    except csv.Error:
        pass
    return rows


def _judge(text: str, delimiter: str) -> tuple[float, int]:
    """(how consistently the delimiter cuts the sample, the usual number of fields)."""
    widths = Counter(len(row) for row in _rows(text, delimiter) if row and any(field.strip() for field in row))
    if not widths:
        return 0.0, 0
    # Among equally frequent widths the wider one: a title line must not win over one short record.
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
    if width < 2:
        return 0.0, 1
    return count / sum(widths.values()), width


def _looks_like_data(cell: str) -> bool:
    stripped = cell.strip()
    return bool(
        re.fullmatch(r"[-+]?[\d.,]+%?|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([ T].*)?|[\w.+-]+@[\w-]+\.[\w.]+", stripped)
    )


def guess_dialect(sample: str, file: str, delimiter: str | None = None, *, whole: bool = False) -> Dialect:
    """Delimiter and header of a text by its beginning.

    `whole` says that the sample is the whole text, so that its last line counts. Refuses more than 2,000 columns.
    """
    text = sample if whole or "\n" not in sample else sample[: sample.rindex("\n") + 1]
    preamble = 0
    named = re.match(r"(?i)sep=(.)\r?\n", text)
    if named:
        delimiter, preamble, text = delimiter or named.group(1), 1, text[named.end() :]
    judged = {mark: _judge(text, mark) for mark in ([delimiter] if delimiter else DELIMITERS)}
    best = max(judged, key=lambda mark: (judged[mark][1] > 1, round(judged[mark][0], 2), judged[mark][1]))
    sure, width = judged[best]
    if width < 2 and not delimiter:
        best, sure = ",", 0.5
    rows = _rows(text, best)
    if not any(cell.strip() for row in rows for cell in row):
        raise damaged("TS-I001", file, "it holds no line of text.")
    at = _header_at(rows, width)
    header = rows[at]
    if width == len(header) + 1 and all(len(row) != width or not row[-1] for row in rows[at + 1 :]):
        header = [*header, ""]  # every record ends with a delimiter, the header does not
    while (
        header and not header[-1].strip() and all(len(row) < len(header) for row in rows[at + 1 :]) and rows[at + 1 :]
    ):
        header = header[:-1]
    if len(header) > MAX_COLUMNS:
        raise damaged("TS-I014", file, f"it has {len(header):,} columns; at most {MAX_COLUMNS:,} are read.")
    lines = [sum(1 + _inner_newlines(row) for row in rows[:at]), 1 + _inner_newlines(header)]
    return Dialect(best, sure, tuple(header), preamble + lines[0], lines[1], not _is_data(header))


def _inner_newlines(row: list[str]) -> int:
    # A return alone within a cell ends no line: lines are skipped by their newlines.
    return sum(cell.count("\n") for cell in row)


def _header_at(rows: list[list[str]], width: int) -> int:
    """The first row that is wide enough to be the header: title lines above a table fill one or two cells."""
    found = next((index for index, row in enumerate(rows[:30]) if _wide_enough(row, width)), None)
    if found is None:
        return next((index for index, row in enumerate(rows) if any(cell.strip() for cell in row)), 0)
    if found and _is_data(rows[found]) and sum(len(row) == width for row in rows) == 1:
        # No two records are of one width, so the widest proves nothing: names that stand above data are the header.
        return next((index for index, row in enumerate(rows[:found]) if _holds_names(row)), found)
    return found


def _wide_enough(row: list[str], width: int) -> bool:
    filled = sum(1 for cell in row if cell.strip())
    return bool(filled and (filled > 2 or filled * 2 >= width or (len(row) == width and filled == width)))


def _is_data(row: list[str]) -> bool:
    filled = [cell for cell in row if cell.strip()]
    return bool(filled) and 2 * sum(map(_looks_like_data, filled)) >= len(filled)


def _holds_names(row: list[str]) -> bool:
    return len(row) > 1 and all(cell.strip() and not _looks_like_data(cell) for cell in row)


@dataclass
class Census:
    """What a look at all bytes of a text file says, independent of any reader."""

    records: int = 0
    blank: list[int] = field(default_factory=list)
    nuls: int = 0
    utf8: bool = True
    lone_returns: int = 0
    size: int = 0
    open_quote: bool = False
    odd_lines: list[bytes] = field(default_factory=list)


def take_census(path: Path) -> Census:
    """Count records (newlines outside quotation marks), NULs and bytes that are not UTF-8, at memory speed."""
    with path.open("rb") as stream:
        return _census_of(stream)


def _census_above(path: Path, dialect: Dialect) -> Census:
    """The census of the lines that stand before the first record."""
    with path.open("rb") as stream:
        return _census_of(io.BytesIO(b"".join(stream.readline() for _ in range(dialect.skip))))


def _census_of(stream: IO[bytes]) -> Census:
    census = Census()
    decoder = codecs.getincrementaldecoder("utf-8")()
    inside = 0
    line_start = 0  # bytes of the current record so far
    last = b"\n"
    records = 0
    while block := stream.read(BLOCK):
        if census.utf8 and not (block.isascii() and not decoder.getstate()[0]):
            try:
                decoder.decode(block)
            except UnicodeDecodeError:
                census.utf8 = False
        if not census.utf8 and len(census.odd_lines) < 400:
            census.odd_lines += [line for line in block.splitlines() if not line.isascii()][:400]
        census.nuls += block.count(b"\0")
        data = np.frombuffer(block, np.uint8)
        ends = np.flatnonzero(data == 10)
        if b"\r" in block:
            census.lone_returns += block.count(b"\r") - block.count(b"\r\n")
            census.lone_returns -= 1 if block.endswith(b"\r") else 0
        quotes = np.flatnonzero(data == 34) if b'"' in block else np.zeros(0, np.int64)
        if len(quotes) or inside:
            ends = ends[(np.searchsorted(quotes, ends) + inside) % 2 == 0]
        inside = (inside + len(quotes)) % 2
        if len(ends):
            lengths = np.diff(ends, prepend=-1 - line_start)
            for at in np.flatnonzero(lengths <= 2):
                end = int(ends[at])
                before = block[end - 1 : end] if end else last
                if lengths[at] == 1 or before == b"\r":
                    census.blank.append(records + int(at))
            records += len(ends)
            line_start = len(block) - 1 - int(ends[-1])
        else:
            line_start += len(block)
        census.size += len(block)
        last = block[-1:]
    if census.utf8:
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            census.utf8 = False
    if line_start and census.size:
        records += 1
    census.records = records - len(census.blank)
    census.open_quote = bool(inside)
    return census


def _names(dialect: Dialect, file: str, found: list[Finding]) -> list[str]:
    raw = list(dialect.header) if dialect.has_header else [f"column {at + 1}" for at in range(len(dialect.header))]
    names, repeated, unnamed = distinct_names(raw)
    row = dialect.preamble + 1
    for position, name in repeated:
        place = Place(file=file, row=row, column=name)
        found.append(
            finding(
                "TS-I203",
                f"Column {position + 1} is named {name!r} like one before it; it is read as {names[position]!r}.",
                place,
            )
        )
    if unnamed:
        place = Place(file=file, row=row)
        shown = ", ".join(names[at] for at in unnamed[:5])
        found.append(
            finding("TS-I204", f"{len(unnamed)} column(s) have no name; read as {shown}.", place, count=len(unnamed))
        )
    if not dialect.has_header:
        found.append(
            finding(
                "TS-I212",
                "The first row looks like data; columns are named column 1, column 2 ...",
                Place(file=file, row=row),
            )
        )
    return names


def load_delimited(
    connection: duckdb.DuckDBPyConnection, path: Path, dialect: Dialect, census: Census, file: str, work: Path
) -> Loaded:
    """Every record of a UTF-8 text in the engine's table, or in `bad`; rows in = table rows + bad rows, checked.

    Args:
        connection: where the table is made.
        path: the text, UTF-8 (a mark at its beginning is fine).
        dialect: how it is cut.
        census: the independent count of the same bytes.
        file: the name to show.
        work: a folder for the clean copy where one is needed.
    """
    found: list[Finding] = list(dialect.findings)
    names = _names(dialect, file, found)
    width = len(names)
    slots = [Column(name, f"c{at}") for at, name in enumerate(names)]
    first_row = dialect.preamble + (2 if dialect.has_header else 1)
    above = _census_above(path, dialect)
    clean = census.nuls == 0 and census.utf8 and not census.open_quote and not census.lone_returns
    # A quotation mark that is open where the records begin would make the count of the whole text another one.
    clean = clean and not above.open_quote and not (width == 1 and census.blank)
    expected = census.records - above.records
    if clean and _copy_in(connection, path, dialect.delimiter, dialect.skip, width):
        rows = _count(connection)
        if rows == expected:
            # Blank lines above the header are part of the preamble and shift nothing.
            blank = np.array(census.blank, np.int64) - (above.records + len(above.blank))
            return Loaded(connection, tuple(slots), rows, first_row, [], blank[blank >= 0], found)
    sifted = work / "sifted.csv"
    bad, passed_over, good = _sift(path, sifted, dialect, width, first_row)
    if not _copy_in(connection, sifted, dialect.delimiter, 0, width) or _count(connection) != good:
        _copy_in_slowly(connection, sifted, dialect.delimiter, width)
        if _count(connection) != good:
            raise damaged("TS-I002", file, f"its {good:,} records cannot be read as a table.")
    return Loaded(connection, tuple(slots), good, first_row, bad, np.array(passed_over, np.int64), found)


def _count(connection: duckdb.DuckDBPyConnection) -> int:
    return whole_number(connection, f"SELECT count(*) FROM {TABLE}")  # noqa: S608 - a constant name


def _copy_in(connection: duckdb.DuckDBPyConnection, path: Path, delimiter: str, skip: int, width: int) -> bool:
    """Read the text strictly into the engine's table; False where the reader refuses any of it."""
    if path.stat().st_size == 0:
        columns = ", ".join(f"c{at} VARCHAR" for at in range(width))
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {TABLE} ({columns})")
        return True
    columns = ", ".join(f"'c{at}': 'VARCHAR'" for at in range(width))
    options = (
        f"auto_detect=false, delim={quoted(delimiter)}, quote='\"', escape='\"', header=false, skip={skip}, "
        f"columns={{{columns}}}, max_line_size={MAX_RECORD}, strict_mode=true"
    )
    try:
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {TABLE} AS SELECT * FROM read_csv({quoted(str(path))}, {options})"  # noqa: S608
        )
    except duckdb.Error:
        return False
    return True


def _copy_in_slowly(connection: duckdb.DuckDBPyConnection, path: Path, delimiter: str, width: int) -> None:
    """Read sifted records cell by cell, for the rare text that the engine's reader takes otherwise."""
    columns: list[list[str | None]] = [[] for _ in range(width)]
    limit = csv.field_size_limit(2 * MAX_RECORD)
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            for row in csv.reader(stream, delimiter=delimiter, skipinitialspace=True):
                for at in range(width):
                    columns[at].append(row[at] or None if at < len(row) else None)
    finally:
        csv.field_size_limit(limit)
    table = pa.table({f"c{at}": pa.array(column, pa.string()) for at, column in enumerate(columns)})
    connection.register("sifted_rows", table)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {TABLE} AS SELECT * FROM sifted_rows")  # noqa: S608
    connection.unregister("sifted_rows")


def _physical_lines(stream: IO[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Lines without their ends, each with whether it is longer than a record may be (then only its beginning)."""
    while True:
        line = stream.readline(MAX_RECORD + 2)
        if not line:
            return
        if len(line) > MAX_RECORD and not line.endswith(b"\n"):
            while (rest := stream.readline(BLOCK)) and not rest.endswith(b"\n"):
                pass
            yield line[:4096], True
            continue
        line = line.rstrip(b"\r\n")
        if b"\r" in line and b'"' not in line:
            yield from ((part, False) for part in line.split(b"\r"))
        else:
            yield line, False


def _whole_record(delimiter: str) -> re.Pattern[str]:
    """A record as the engine's reader takes it: blanks may stand around a quoted cell, quotes inside a bare one."""
    mark = re.escape(delimiter)
    cell = rf'(?: *{QUOTED} *|(?! *")[^{mark}\r\n]*+)'
    return re.compile(rf"{cell}(?>(?:{mark}{cell})*)", re.DOTALL)


class _Sieve:
    """Walks the lines of a text and tells records from damage."""

    def __init__(self, lines: list[tuple[bytes, bool]], delimiter: str, width: int) -> None:
        self.lines = lines
        self.delimiter = delimiter
        self.mark = delimiter.encode()
        self.width = width
        self.pattern = _whole_record(delimiter)
        mark = re.escape(delimiter)
        self.quoted_cell = re.compile(rf"(?:^|(?<={mark})) *{QUOTED}")

    def fault_of(self, raw: bytes) -> tuple[str, str] | None:
        """Why one line or joined lines are no record, as (rule, reason), or None for a good one."""
        if b"\0" in raw:
            return "TS-I104", "A NUL byte inside the row."
        try:
            text = raw.decode()
        except UnicodeDecodeError as error:
            return "TS-I103", f"Byte {raw[error.start]:#04x} at position {error.start + 1} is not UTF-8."
        if b'"' in raw:
            if not self.pattern.fullmatch(text):
                return "TS-I102", "A quotation mark is opened and not closed, or text follows a closed one."
            count = self.quoted_cell.sub("", text).count(self.delimiter) + 1
        else:
            count = raw.count(self.mark) + 1
        if count != self.width:
            return "TS-I101", f"{count} field(s) where the header has {self.width}."
        return None

    def record_at(self, at: int) -> tuple[bytes, int, tuple[str, str] | None]:
        """The record that begins at a line: (bytes, lines used, fault)."""
        raw, too_long = self.lines[at]
        if too_long:
            return raw, 1, ("TS-I105", "The row is longer than 1 MiB.")
        fault = self.fault_of(raw)
        if not (fault and fault[0] == "TS-I102" and raw.count(b'"') % 2):
            return raw, 1, fault
        joined, odd = [raw], True
        size = len(raw)
        for ahead in range(at + 1, min(at + MAX_QUOTED_LINES, len(self.lines))):
            line, long_line = self.lines[ahead]
            size += len(line) + 1
            if long_line or size > MAX_RECORD:
                break
            joined.append(line)
            if line.count(b'"') % 2:
                odd = not odd
            if not odd:
                whole = b"\n".join(joined)
                if self.fault_of(whole) is None:
                    return whole, len(joined), None
                break
        return raw, 1, fault


def _sift(
    path: Path, target: Path, dialect: Dialect, width: int, first_row: int
) -> tuple[list[BadRow], list[int], int]:
    """Write the good records of a text to `target`; returns (bad rows, record numbers left out, good records)."""
    bad: list[BadRow] = []
    passed_over: list[int] = []
    good = ordinal = 0
    with path.open("rb") as stream, target.open("wb") as sink:
        if stream.read(3) != codecs.BOM_UTF8:
            stream.seek(0)
        for _ in range(dialect.skip):
            stream.readline()
        # Lines are held in windows, so that a record may span lines while memory stays bounded.
        for window, final in _windows(stream):
            sieve = _Sieve(window, dialect.delimiter, width)
            at = 0
            stop = len(window) if final else max(len(window) - MAX_QUOTED_LINES, 0)
            while at < stop:
                raw, used, fault = sieve.record_at(at)
                at += used
                if fault is None or raw.strip():
                    if not raw.strip() and width == 1:
                        passed_over.append(ordinal)
                    elif fault is None:
                        sink.write(raw + b"\n")
                        good += 1
                    else:
                        passed_over.append(ordinal)
                        text = raw.decode(errors="backslashreplace").replace("\0", "\\x00")
                        bad.append(BadRow(first_row + ordinal, fault[0], fault[1], text))
                else:
                    passed_over.append(ordinal)
                ordinal += 1
            del window[:at]
    return bad, passed_over, good


def _windows(stream: IO[bytes]) -> Iterator[tuple[list[tuple[bytes, bool]], bool]]:
    """Growing windows of lines: the consumer deletes what it used; the last window is marked final."""
    window: list[tuple[bytes, bool]] = []
    held = 0
    for line in _physical_lines(stream):
        window.append(line)
        held += len(line[0])
        if len(window) >= 50_000 + MAX_QUOTED_LINES or (held > 4 * BLOCK and len(window) > 2 * MAX_QUOTED_LINES):
            yield window, False
            held = sum(len(raw) for raw, _ in window)
    yield window, True


def unify_line_ends(source: Path, target: Path) -> None:
    """Copy a text whose lines end with a lone carriage return, writing newlines."""
    with (
        source.open("r", encoding="utf-8", errors="surrogateescape", newline=None) as reader,
        target.open("w", encoding="utf-8", errors="surrogateescape", newline="\n") as writer,
    ):
        while chunk := reader.read(1 << 20):
            writer.write(chunk)
