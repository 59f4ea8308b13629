"""Reading Parquet with its types kept; a cut-off or damaged file is refused as a whole."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from tallystick.records.containers.delimited import MAX_COLUMNS
from tallystick.records.containers.loaded import TABLE, Column, Loaded, distinct_names, quoted, whole_number
from tallystick.records.containers.trouble import damaged, finding
from tallystick.records.containers.unpacking import FREE_BYTES, MAX_RATIO
from tallystick.vocabulary.finding import Place

MAX_ROWS = 2_000_000_000


def check_parquet(path: Path, file: str) -> pq.FileMetaData:
    """The footer of a Parquet file; refuses one that is cut off, damaged, or claims more than it can hold."""
    try:
        meta = pq.read_metadata(path)
    except (pa.ArrowException, OSError) as error:
        raise damaged("TS-I010", file, "its footer is missing or damaged; the file may be cut off.") from error
    if meta.num_columns > MAX_COLUMNS:
        raise damaged("TS-I014", file, f"it has {meta.num_columns:,} columns; at most {MAX_COLUMNS:,} are read.")
    unpacked = sum(meta.row_group(at).total_byte_size for at in range(meta.num_row_groups))
    packed = max(path.stat().st_size, 1)
    if meta.num_rows > MAX_ROWS or (unpacked > FREE_BYTES and unpacked > 10 * MAX_RATIO * packed):
        raise damaged("TS-I004", file, f"{packed:,} bytes claim {meta.num_rows:,} rows of {unpacked >> 20:,} MiB.")
    return meta


def load_parquet(connection: duckdb.DuckDBPyConnection, path: Path, file: str) -> Loaded:
    """All rows of a Parquet file as the engine's table, column types as the file has them."""
    meta = check_parquet(path, file)
    try:
        described = connection.execute(f"DESCRIBE SELECT * FROM read_parquet({quoted(str(path))})").fetchall()  # noqa: S608
        names, repeated, unnamed = distinct_names([str(row[0]) for row in described])
        columns = tuple(
            Column(name, f"c{at}", str(row[1])) for at, (name, row) in enumerate(zip(names, described, strict=True))
        )
        slots = ", ".join(column.slot for column in columns)
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {TABLE} AS SELECT * "  # noqa: S608
            f"FROM read_parquet({quoted(str(path))}) AS source({slots})"
        )
        rows = whole_number(connection, f"SELECT count(*) FROM {TABLE}")  # noqa: S608
    except duckdb.Error as error:
        raise damaged("TS-I010", file, "a page of it is damaged.") from error
    if rows != meta.num_rows:
        raise damaged("TS-I010", file, f"its footer promises {meta.num_rows:,} rows, and others came out.")
    loaded = Loaded(connection, columns, rows, 1)
    for position, name in repeated:
        loaded.findings.append(
            finding(
                "TS-I203", f"Column {position + 1} is named {name!r} like one before it.", Place(file=file, column=name)
            )
        )
    if unnamed:
        loaded.findings.append(finding("TS-I204", f"{len(unnamed)} column(s) have no name.", Place(file=file)))
    return loaded
