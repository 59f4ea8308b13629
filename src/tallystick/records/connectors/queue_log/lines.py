"""The lines of a queue_log as a table: `epoch|call|queue|agent|EVENT|parameters`, the parameters up to the ninth.

A caller's name may hold a bar, so what stands behind the ninth bar stays in the last parameter, and a line is never
refused for having many.
"""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import numpy as np

from tallystick.records.containers import BadRow, Column, Loaded, damaged
from tallystick.records.containers.delimited import Census
from tallystick.records.containers.loaded import TABLE, quoted, whole_number

LINE = re.compile(r"\s*\d{9,10}(\.\d+)?\|[^|]*\|[^|]*\|[^|]*\|[A-Z_]+(\||\s*$)")
# The columns of the table form; `data1` to `data5` are its parameters, a file of lines may have more.
PARAMETERS = tuple(f"data{number}" for number in range(1, 10))
NAMES = ("time", "callid", "queuename", "agent", "event", *PARAMETERS)
_MAX_LINE = 1 << 20


def is_log(head: str) -> bool:
    """Whether a text begins with lines of a queue_log; the first line may be cut, as a rotated file's is."""
    lines = [line for line in head.splitlines()[:40] if line.strip()]
    good = sum(1 for line in lines if LINE.match(line))
    return bool(lines) and good >= max(1, len(lines) - 1)


def load_lines(connection: duckdb.DuckDBPyConnection, path: Path, census: Census, file: str) -> Loaded:
    """Every line as a row; one with fewer than five fields is bad, and an empty one is none."""
    if census.nuls or not census.utf8:
        raise damaged("TS-I002", file, "it holds bytes that are no text.")
    try:
        connection.execute(
            "CREATE OR REPLACE TEMP TABLE log_lines AS SELECT string_split(rtrim(line, chr(13)), '|') AS parts, line "  # noqa: S608
            f"FROM read_csv({quoted(str(path))}, auto_detect=false, delim='\x1e', quote='', escape='', header=false, "
            f"columns={{'line': 'VARCHAR'}}, max_line_size={_MAX_LINE}, null_padding=false)"
        )
    except duckdb.Error as error:
        raise damaged("TS-I002", file, "its lines cannot be read.") from error
    rows = connection.execute(
        "SELECT rowid, line FROM log_lines WHERE trim(coalesce(line, '')) <> '' AND len(parts) < 5 ORDER BY rowid"
    ).fetchall()
    bad = [
        BadRow(int(number) + 1, "TS-I101", "A line of a queue_log has at least five fields.", str(text)[:65536])
        for number, text in rows
    ]
    last = len(NAMES)
    picked = ", ".join(f"parts[{at + 1}] AS c{at}" for at in range(last - 1))
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {TABLE} AS SELECT {picked}, "  # noqa: S608
        f"nullif(array_to_string(parts[{last}:], '|'), '') AS c{last - 1} FROM log_lines WHERE len(parts) >= 5 "
        "ORDER BY rowid"
    )
    kept = connection.execute("SELECT rowid AS at FROM log_lines WHERE len(parts) >= 5 ORDER BY rowid").fetchnumpy()
    numbers = kept["at"].astype(np.int64)
    connection.execute("DROP TABLE log_lines")
    every = np.arange(int(numbers[-1]) + 1 if len(numbers) else 0)
    columns = tuple(Column(name, f"c{at}") for at, name in enumerate(NAMES))
    return Loaded(
        connection, columns, whole_number(connection, f"SELECT count(*) FROM {TABLE}"),  # noqa: S608
        first_row=1, bad=bad, passed_over=np.setdiff1d(every, numbers),
    )  # fmt: skip
