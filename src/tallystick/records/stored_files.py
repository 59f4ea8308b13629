"""Which files the tables of a lake have at a pinned version, and the engine that reads them.

Files know no scope: what they hold is read through `Lake.read`, which puts one around it.
"""

# Names in SQL are declared columns and quoted paths, never input.
# ruff: noqa: S608

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pyarrow as pa

from tallystick.records import commits, delta
from tallystick.records.commits import CommitRecord, Pin
from tallystick.records.engine import session
from tallystick.records.keys import distinct
from tallystick.records.scope_view import quoted
from tallystick.records.table import table, tables
from tallystick.vocabulary.errors import DataError, ScopeError
from tallystick.vocabulary.scope import Scope, require_scope

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class CohortFiles:
    """The files of one cohort of one table, for readers that go straight to Parquet.

    `clean`: `base` alone holds exactly the canonical rows, sorted in natural order, one per key. Otherwise the newest
    version per key must be found over `base`, `overlays` and `history` together (`Lake.read` does). Files carry no
    `cohort` column.
    """

    cohort: date | None
    base: Path | None
    overlays: tuple[Path, ...]
    history: tuple[Path, ...]
    rows: int

    @property
    def clean(self) -> bool:
        """Whether `base` is the whole truth."""
        return self.base is not None and not self.overlays

    @property
    def every(self) -> tuple[Path, ...]:
        """All files that decide."""
        return (*((self.base,) if self.base else ()), *self.overlays, *self.history)


@dataclass
class StoredFiles:
    """The tables of one client in one folder, as files."""

    root: Path
    client: str
    _files: dict[tuple[str, int], tuple[delta.File, ...]] = field(default_factory=dict, repr=False)
    _partial: dict[tuple[str, int], tuple[str, ...]] = field(default_factory=dict, repr=False)

    @cached_property
    def _connection(self) -> duckdb.DuckDBPyConnection:
        return connect()

    def close(self) -> None:
        """Let go of the engine."""
        if "_connection" in self.__dict__:
            self._connection.close()
            del self.__dict__["_connection"]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def pin(self) -> Pin:
        """The newest state; hand it to several reads so that they see the same. Refuses one with unknown tables."""
        pin = commits.newest(self.root).pin
        if unknown := sorted(set(pin.versions) - set(tables())):
            raise DataError(
                f"{self.root} holds the table {unknown[0]!r}, which this version of Tallystick does not know.",
                "Upgrade Tallystick, or install the package that declares the table.",
            )
        return pin

    def pin_at(self, number: int) -> Pin:
        """The state after a commit."""
        return commits.read(self.root, number).pin

    def records(self, after: int = 0) -> Iterable[CommitRecord]:
        """Commits after a number, oldest first: load id, cursor and outcome of each."""
        return commits.every(self.root, after)

    def cursor(self, source: str) -> Mapping[str, str]:
        """Where the newest load of a source stopped."""
        found: Mapping[str, str] = {}
        for record in self.records():
            if record.cursor.get("source") == source:
                found = record.cursor
        return found

    def folder(self, name: str) -> Path:
        """Where a table lies."""
        return self.root / name

    def files(self, name: str, pin: Pin | None = None) -> tuple[delta.File, ...]:
        """The files of a table at a pin (without a look at what they hold, so without a scope).

        Refuses a table with columns that are not declared: a newer version wrote it, and what they say would be lost.
        """
        at = pin or self.pin()
        version = at.versions.get(name)
        if version is None:
            return ()
        if (name, version) not in self._files:
            folder = self.folder(name)
            opened = delta.open_delta(folder, version)
            stored, declared = delta.columns(opened), table(name).schema.names
            if unknown := sorted(set(stored) - set(declared)):
                raise DataError(
                    f"{folder} was written by a newer version of Tallystick: this one does not know its column"
                    f" {unknown[0]!r}.",
                    "Upgrade Tallystick; an older version never reads or writes newer data.",
                )
            self._partial[name, version] = tuple(column for column in declared if stored.get(column, True))
            self._files[name, version] = delta.files(folder, opened)
        return self._files[name, version]

    def _rows(self, name: str, paths: Sequence[Path], pin: Pin, *, with_cohort: bool = True) -> str:
        """SQL of all rows of some files of a table, with every declared column: null where a file lacks it.

        Column types of old files are widened by name; the path tells the cohort. Private: the scope comes around it.
        """
        declared = table(name)
        listed = ", ".join(quoted(str(path)) for path in paths)
        hive = "hive_partitioning = false"
        if declared.partitioned and with_cohort:
            hive = "hive_partitioning = true, hive_types = {'cohort': date}"
        rows = f"read_parquet([{listed}], union_by_name = true, {hive})"
        version = pin.versions.get(name)
        if version is None or not (partial := self._partial.get((name, version))):
            return rows
        nothing = ", ".join(f'null::{engine_type(declared.column(part).type)} as "{part}"' for part in partial)
        return f"(select * from {rows} union all by name select {nothing} where false)"

    def cohort_files(self, scope: Scope, name: str = "case_event", pin: Pin | None = None) -> list[CohortFiles]:
        """Per cohort the files of a table, for a reader that goes straight to Parquet.

        Only the client's own scope may: files know no masking. A partner's scope gets ScopeError; it uses `read`.
        """
        if not require_scope(scope).sees_all:
            raise ScopeError("Files hold every partner's rows.", "Read through Lake.read or Lake.relation.")
        return self._cohorts(name, pin or self.pin())

    def case_event_files(self, scope: Scope, pin: Pin | None = None) -> list[CohortFiles]:
        """`cohort_files` of the events."""
        return self.cohort_files(scope, "case_event", pin)

    def _cohorts(self, name: str, pin: Pin) -> list[CohortFiles]:
        grouped: dict[date | None, list[delta.File]] = {}
        for file in self.files(name, pin):
            grouped.setdefault(file.cohort, []).append(file)
        found = []
        for cohort, members in sorted(grouped.items(), key=lambda item: item[0] or date.min):
            bases = [file.path for file in members if file.part == delta.CLEAN]
            others = [file.path for file in members if file.part == delta.OVERLAY]
            history = [file.path for file in members if file.part == delta.HISTORY]
            # Two bases cannot come from us; treat them as overlays and stay right.
            base, extra = (bases[0], ()) if len(bases) == 1 else (None, tuple(bases))
            rows = sum(file.rows for file in members if file.part != delta.HISTORY)
            found.append(CohortFiles(cohort, base, (*extra, *others), tuple(history), rows))
        return found

    def touched(self, since: Pin, until: Pin | None = None) -> pa.Array | None:
        """Keys of the cases that commits after `since` touched, sorted; None means all (no record was kept)."""
        end = (until or self.pin()).number
        parts: list[Any] = []
        for number in range(since.number + 1, end + 1):
            path = commits.touched_path(self.root, number)
            if not path.is_file():
                return None
            parts.append(np.fromfile(path, dtype="<i8"))
        if not parts:
            return pa.array([], pa.int64())
        return pa.array(distinct(np.concatenate(parts).astype(np.int64)))


def connect(threads: int = 2) -> duckdb.DuckDBPyConnection:
    """A private session of an engine in memory, in UTC, without a look at the machine's settings."""
    return session(threads=threads, preserve_insertion_order=False)


def typed(rows: pa.Table, schema: pa.Schema) -> pa.Table:
    """The engine's answer in the declared types (it names zones and decimals its own way)."""
    return rows if rows.schema.equals(schema) else rows.cast(schema)


def engine_type(kind: pa.DataType) -> str:
    """A column's type in the engine's words."""
    if pa.types.is_timestamp(kind):
        return "timestamptz"
    if pa.types.is_date32(kind):
        return "date"
    if pa.types.is_decimal(kind):
        return f"decimal({kind.precision},{kind.scale})"
    named = {"int64": "bigint", "int32": "integer", "bool": "boolean", "string": "varchar", "binary": "blob"}
    return named[str(kind)]
