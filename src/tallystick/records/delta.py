"""One Delta table on disk: its files, written by us with pyarrow and committed as one transaction.

A file's name tells its part: `clean` (sorted, one row per key, none retracted), `history` (older versions and
retractions that a compaction set aside) or `overlay` (rows that arrived since). A table that another program wrote
with reader features we do not know (deletion vectors, column mapping) is refused: a list of files would lie about it.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tallystick.records.commits import sync_file, sync_folder
from tallystick.records.table import Table
from tallystick.vocabulary.errors import DataError, IntegrityError

if TYPE_CHECKING:
    from deltalake import DeltaTable

CLEAN, HISTORY, OVERLAY = "clean", "history", "overlay"
READER_VERSION = 3
READER_FEATURES = frozenset({"timestampNtz", "v2Checkpoint", "vacuumProtocolCheck"})
# Small enough that reading a few cases leaves most of a file alone, large enough that reading all of it costs no more.
ROW_GROUP = 16_384
# Columns that only storage, lineage and text reads need are packed hardest; the others unpack at a third of the cost.
_RARELY_READ = frozenset({"event_key", "source_at", "revision", "load_id", "row_hash", "partner_given"})
_READ_WHOLE = frozenset({"case_key", "event_key"})  # keys of the tables that the folds read
# Hashes and ciphertexts are noise, which no packing makes smaller.
_NOISE = frozenset({"event_key", "message_key", "text_key", "row_hash", "requester_key", "person_key", "original"})
# Different in almost every row: a list of such words costs time and room, and is thrown away in the end.
_UNIQUE = frozenset({"case_id", "text_id", "redacted"})
# Marks a column, in its Delta metadata, that was added when files without it were there already.
_ADDED = "tallystick.added"
# Closed periods must stay readable: nothing vanishes from the log for ten years.
_RETENTION = {
    "delta.logRetentionDuration": "interval 3650 days",
    "delta.deletedFileRetentionDuration": "interval 3650 days",
}


@dataclass(frozen=True)
class File:
    """One Parquet file of a table's version. `path` is absolute, `name` relative to the table as the log has it."""

    path: Path
    name: str
    part: str
    cohort: date | None
    rows: int
    size: int


@dataclass(frozen=True)
class Written:
    """A file that is on disk but in no version yet."""

    name: str
    size: int
    rows: int
    cohort: date | None
    stats: str


def open_delta(folder: Path, version: int | None = None) -> DeltaTable:
    """The Delta table at a version, the newest by default; refuses one whose reader features we do not know."""
    from deltalake import DeltaTable
    from deltalake.exceptions import DeltaError, TableNotFoundError

    try:
        delta = DeltaTable(str(folder), version=version)
    except TableNotFoundError as error:
        raise IntegrityError(f"{folder} is no table of a lake.", "Restore it from a backup.") from error
    except DeltaError as error:
        raise IntegrityError(
            f"{folder} has no readable version {version}: {error}", "Restore it from a backup."
        ) from error
    protocol = delta.protocol()
    unknown = sorted(set(protocol.reader_features or ()) - READER_FEATURES)
    if protocol.min_reader_version > READER_VERSION or unknown:
        what = ", ".join(unknown) or f"reader version {protocol.min_reader_version}"
        raise DataError(
            f"{folder} uses {what}, which this version of Tallystick cannot read exactly.",
            "Rewrite the table without it, or upgrade Tallystick.",
        )
    return delta


def columns(delta: DeltaTable) -> dict[str, bool]:
    """The columns of a version, and of each whether older files may lack it."""
    return {field.name: bool(field.metadata.get(_ADDED)) for field in delta.schema().fields}


def _with_columns_of(delta: DeltaTable, folder: Path, table: Table) -> DeltaTable:
    """The table with every declared column: what it lacks is added in a version of its own."""
    from deltalake import Field, Schema

    stored = columns(delta)
    lacking = [field for field in Schema.from_arrow(table.schema).fields if field.name not in stored]
    if not lacking:
        return delta
    delta.alter.add_columns(
        [Field(field.name, field.type, nullable=True, metadata={_ADDED: "true"}) for field in lacking]
    )
    return open_delta(folder)


def exists(folder: Path) -> bool:
    """Whether a Delta table lies in `folder`."""
    log = folder / "_delta_log"
    return log.is_dir() and any(log.iterdir())


def newest_version(folder: Path) -> int:
    """The number of the newest version, from the names in the log alone; -1 where there is no table."""
    with os.scandir(folder / "_delta_log") as entries:
        numbers = [entry.name[:20] for entry in entries if len(entry.name) == 25 and entry.name.endswith(".json")]
    return max((int(number) for number in numbers if number.isdigit()), default=-1)


def create(folder: Path, table: Table) -> None:
    """An empty Delta table with the declared columns, as version 0."""
    from deltalake import DeltaTable

    folder.mkdir(parents=True, exist_ok=True)
    DeltaTable.create(
        str(folder),
        schema=table.schema,
        mode="ignore",
        partition_by=["cohort"] if table.partitioned else None,
        configuration=_RETENTION,
        description=table.grain,
    )


def files(folder: Path, delta: DeltaTable) -> tuple[File, ...]:
    """The files of one version, sorted by name."""
    # The log keeps URL-encoded paths relative to the table; `file_uris()` would encode the root as well.
    actions = pa.table(delta.get_add_actions(flatten=True))
    names = [unquote(path) for path in actions.column("path").to_pylist()]
    rows = actions.column("num_records").to_pylist()
    sizes = actions.column("size_bytes").to_pylist()
    cohorts: list[Any] = [None] * len(names)
    if "partition.cohort" in actions.column_names:
        cohorts = [date.fromisoformat(str(day)) for day in actions.column("partition.cohort").to_pylist()]
    found = [
        File(folder / name, name, part_of(name), cohort, int(count or 0), int(size))
        for name, cohort, count, size in zip(names, cohorts, rows, sizes, strict=True)
    ]
    return tuple(sorted(found, key=lambda file: file.name))


def part_of(name: str) -> str:
    """The part a file plays; a file of another writer counts as an overlay, which is always read correctly."""
    stem = name.rsplit("/", 1)[-1].removesuffix(".parquet")
    part = stem.rsplit("-", 1)[-1]
    return part if part in (CLEAN, HISTORY) else OVERLAY


def _stats(rows: pa.Table, key: str) -> str:
    bounds = pc.min_max(rows.column(key)).as_py()
    return json.dumps(
        {
            "numRecords": rows.num_rows,
            "minValues": {key: bounds["min"]},
            "maxValues": {key: bounds["max"]},
            "nullCount": {},
        }
    )


def write(folder: Path, table: Table, rows: pa.Table, version: int, part: str, cohort: date | None) -> Written:
    """Put `rows`, sorted already, into one Parquet file, on disk when this returns; nothing sees it before `commit`."""
    name = f"{version:012d}-{part}.parquet"
    if cohort is not None:
        name = f"cohort={cohort.isoformat()}/{name}"
        rows = rows.drop_columns(["cohort"])
    target = folder / name
    target.parent.mkdir(parents=True, exist_ok=True)
    words = [
        field.name
        for field in rows.schema
        if (pa.types.is_string(field.type) and field.name not in _UNIQUE) or pa.types.is_dictionary(field.type)
    ]
    repeated = [name for name in ("case_key",) if name in rows.column_names and table.key != "case_key"]
    fast = set(rows.column_names) - _RARELY_READ if table.key in _READ_WHOLE else set()
    packing = {
        column: "none" if column in _NOISE else "lz4" if column in fast else "zstd" for column in rows.column_names
    }
    pq.write_table(
        rows,
        target,
        compression=packing,
        compression_level={column: 1 for column, how in packing.items() if how == "zstd"},
        use_dictionary=[*words, *repeated, *(name for name in ("seq", "revision") if name in rows.column_names)],
        row_group_size=ROW_GROUP,
        store_schema=False,
        coerce_timestamps="us",
        write_page_index=True,
    )
    sync_file(target)
    key = "case_key" if "case_key" in rows.column_names else table.key
    return Written(name, target.stat().st_size, rows.num_rows, cohort, _stats(rows, key))


def commit(
    folder: Path,
    table: Table,
    written: list[Written],
    removed: list[File],
    metadata: dict[str, str],
    number: int,
) -> int:
    """Make `written` visible and `removed` gone in one version, durably; returns its number.

    `metadata` (load id, source cursor) stands in the same commit as the rows, with the lake's commit number as the
    application transaction, so that whoever reads only the Delta log knows what has been taken in.
    """
    from deltalake import CommitProperties, Schema, Transaction
    from deltalake.transaction import AddAction, RemoveAction

    before = newest_version(folder)
    delta = _with_columns_of(open_delta(folder), folder, table)
    # File times would differ between two builds of one lake and nothing reads them: the commit's number stands in.
    actions: list[Any] = [
        AddAction(
            path=file.name,
            size=file.size,
            partition_values={} if file.cohort is None else {"cohort": file.cohort.isoformat()},
            modification_time=number,
            data_change=True,
            stats=file.stats,
        )
        for file in written
    ]
    actions += [
        RemoveAction(
            path=file.name,
            deletion_timestamp=number,
            data_change=True,
            partition_values={} if file.cohort is None else {"cohort": file.cohort.isoformat()},
            size=file.size,
        )
        for file in removed
    ]
    delta.create_write_transaction(
        actions,
        mode="append",
        schema=Schema.from_arrow(table.schema),
        partition_by=["cohort"] if table.partitioned else None,
        commit_properties=CommitProperties(
            custom_metadata=metadata, app_transactions=[Transaction("tallystick", number)], max_commit_retries=0
        ),
    )
    made = newest_version(folder)
    # The library leaves its log to the system, which may lose it with the power while the lake's record stands.
    for version in range(before, made + 1):
        sync_file(folder / "_delta_log" / f"{version:020d}.json")
    for place in {folder / "_delta_log", *((folder / file.name).parent for file in written), folder, folder.parent}:
        sync_folder(place)
    return made


def roll_back(folder: Path, version: int) -> int:
    """Undo what a load that died left behind: a new version with the files of `version`."""
    delta = open_delta(folder)
    delta.restore(version)
    return newest_version(folder)
