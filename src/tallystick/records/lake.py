"""The store: versioned canonical tables, read through a scope at a pinned version, written by appends only.

Several versions of a row may lie in the lake; on reading the newest `source_at` wins per key (then `row_hash`, so that
the order of arrival never shows, then `revision`), and a newest version without its instant is a retraction. Before
all that comes the generation of the feed's mapping: rows that were read anew by a corrected mapping replace those that
were read wrongly, whose `source_at` may be wrong itself.
Rows of a cohort lie in a base file (sorted, unique) with overlays beside it; when overlays reach a tenth of the base
they are folded into a new one, and superseded versions go to a `history` file, so nothing that arrived is forgotten.
"""

# Names in SQL are declared columns and quoted paths, never input.
# ruff: noqa: S608

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.records import commits, delta
from tallystick.records.commits import CommitRecord, Pin
from tallystick.records.keys import distinct
from tallystick.records.layout import by_cohort, split_newest
from tallystick.records.ordering import in_natural_order, order_sql
from tallystick.records.scope_view import quoted, scope_view
from tallystick.records.table import GENERATION, Table, table, tables
from tallystick.vocabulary.errors import DataError, IntegrityError, NotFound, ScopeError, UsageError
from tallystick.vocabulary.scope import Scope, require_scope

if TYPE_CHECKING:
    import duckdb

# Overlays are folded into the base from this share of it on.
COMPACT_AT = 10
NEWEST_FIRST = f"revision // {GENERATION} desc, source_at desc nulls last, row_hash desc, revision desc"


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


@dataclass(frozen=True)
class Change:
    """What a commit does to one table: rows to add, with every declared column in its declared type.

    Words may stay encoded as a dictionary.
    """

    name: str
    rows: pa.Table


@dataclass
class Lake:
    """The canonical tables of one client in one folder."""

    root: Path
    client: str
    _files: dict[tuple[str, int], tuple[delta.File, ...]] = field(default_factory=dict, repr=False)
    _partial: dict[tuple[str, int], tuple[str, ...]] = field(default_factory=dict, repr=False)

    # ---- opening ------------------------------------------------------------------------------------------------

    @classmethod
    def create(cls, root: Path | str, client: str = "client") -> Lake:
        """A new, empty lake for a client; raises UsageError where one lies already."""
        folder = Path(root)
        if (folder / commits.PROTOCOL_FILE).exists():
            raise UsageError(f"{folder} holds a lake already.", "Open it, or choose another folder.")
        if "%" in str(folder.resolve()):
            # The Delta library takes what follows for an escape and writes elsewhere than it reads.
            raise UsageError(f"{folder} has a percent sign in its path.", "Choose a folder without one.")
        folder.mkdir(parents=True, exist_ok=True)
        commits.write_protocol(folder, client)
        return cls.open(folder)

    @classmethod
    def open(cls, root: Path | str) -> Lake:
        """The lake in a folder; refuses a newer format, raises NotFound where there is none."""
        folder = Path(root)
        if not (folder / commits.PROTOCOL_FILE).is_file():
            raise NotFound("lake", str(folder))
        return cls(folder, commits.read_protocol(folder))

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

    # ---- what is there ------------------------------------------------------------------------------------------

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
        nothing = ", ".join(f'null::{_engine_type(declared.column(part).type)} as "{part}"' for part in partial)
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

    # ---- reading ------------------------------------------------------------------------------------------------

    def read(
        self,
        scope: Scope,
        name: str,
        *,
        pin: Pin | None = None,
        columns: Sequence[str] | None = None,
        cohorts: Sequence[date] | None = None,
        case_keys: Iterable[int] | pa.Array | None = None,
    ) -> pa.Table:
        """The canonical rows of a table inside a scope, in natural order: newest version per key, retractions dropped.

        `columns` default to the content columns (what storage needs is left out, because it depends on arrival).
        """
        require_scope(scope)
        declared = table(name)
        wanted = list(columns) if columns is not None else list(declared.content)
        unknown = [column for column in wanted if column not in declared.schema.names]
        if unknown:
            raise NotFound(f"column of {name}", unknown[0], tuple(declared.schema.names))
        schema = pa.schema([declared.schema.field(column) for column in wanted])
        at = pin or self.pin()
        if at.versions.get(name) is None:
            return schema.empty_table()
        connection = self._connection
        keys = _key_table(case_keys)
        if keys is not None:
            connection.register("wanted_cases", keys)
        try:
            sql = self._scoped_sql(scope, declared, name, at, cohorts, "wanted_cases" if keys is not None else "")
            if not sql:
                return schema.empty_table()
            names = ", ".join(f'"{column}"' for column in wanted)
            found = connection.sql(f"select {names} from ({sql}) order by {order_sql(declared)}")
            return _typed(found.to_arrow_table(), schema)
        finally:
            if keys is not None:
                connection.unregister("wanted_cases")

    def relation(
        self,
        scope: Scope,
        name: str,
        connection: duckdb.DuckDBPyConnection,
        *,
        pin: Pin | None = None,
        view: str = "",
        cohorts: Sequence[date] | None = None,
    ) -> str:
        """Make a view of the canonical rows (unordered) in `connection`; returns its name, `<table>` by default."""
        require_scope(scope)
        declared = table(name)
        sql = self._scoped_sql(scope, declared, name, pin or self.pin(), cohorts, "")
        if not sql:
            empty = ", ".join(f'null::{_engine_type(part.type)} as "{part.name}"' for part in declared.schema)
            sql = f"select {empty} where false"
        connection.execute(f'create or replace temporary view "{view or name}" as {sql}')
        return view or name

    def versions(
        self, scope: Scope, name: str, connection: duckdb.DuckDBPyConnection, *, pin: Pin | None = None
    ) -> str:
        """Make a view of every version of the rows of a scope, retractions and all; returns its name, '' if none.

        For checks of the versions themselves. A partner's scope gets its own rows only, nothing masked among them.
        """
        partners = require_scope(scope).partners
        at = pin or self.pin()
        files = [file.path for file in self.files(name, at)]
        if not files:
            return ""
        own = "" if partners is None else f" where partner in ({', '.join(quoted(part) for part in sorted(partners))})"
        view = f"{name}_version"
        connection.execute(
            f'create or replace temporary view "{view}" as select * from {self._rows(name, files, at)}{own}'
        )
        return view

    def _scoped_sql(
        self, scope: Scope, declared: Table, name: str, pin: Pin, cohorts: Sequence[date] | None, cases: str
    ) -> str:
        def chosen(which: str) -> str:
            return self._newest_sql(table(which), which, pin, cohorts, cases)

        def whole(which: str) -> str:
            return self._newest_sql(table(which), which, pin, None, "")

        return scope_view(scope, declared, name, chosen, whole)

    def _newest_sql(self, declared: Table, name: str, pin: Pin, cohorts: Sequence[date] | None, cases: str) -> str:
        """SQL of the canonical rows of every partner. Private: the scope comes around it."""
        chosen = [
            part
            for part in self._cohorts(name, pin)
            if cohorts is None or part.cohort is None or part.cohort in set(cohorts)
        ]
        only = (
            f" where case_key in (select case_key from {cases})"
            if cases and "case_key" in declared.schema.names
            else ""
        )
        parts = []
        names = ", ".join(f'"{column}"' for column in declared.schema.names)
        if clean := [part.base for part in chosen if part.clean and part.base]:
            parts.append(f"select {names} from {self._rows(name, clean, pin)}{only}")
        if mixed := [path for part in chosen if not part.clean for path in part.every]:
            newest = f"row_number() over (partition by {declared.key} order by {NEWEST_FIRST}) = 1"
            parts.append(
                f"select {names} from (select *, {newest} as is_newest from {self._rows(name, mixed, pin)}{only})"
                f" where is_newest and {declared.presence} is not null"
            )
        return " union all ".join(parts)

    @contextmanager
    def borrowed(self, **inputs: pa.Table) -> Iterator[duckdb.DuckDBPyConnection]:
        """The lake's engine with some tables in it, for the steps of an ingest."""
        connection = self._connection
        for name, rows in inputs.items():
            connection.register(name, rows)
        try:
            yield connection
        finally:
            for name in inputs:
                connection.unregister(name)

    def newest_of_cases(self, name: str, case_keys: pa.Array | pa.ChunkedArray, pin: Pin | None = None) -> pa.Table:
        """The newest version of each row of some cases, retractions among them, in no order. Storage only: no scope.

        `read` drops what is retracted; whoever lays arriving versions beside the stored ones must see it, else an older
        version that arrives late passes for the newest.
        """
        declared = table(name)
        at = pin or self.pin()
        cohorts = self._cohorts(name, at)
        whole = [part.base for part in cohorts if part.clean and not part.history and part.base]
        mixed = [path for part in cohorts if not part.clean or part.history for path in part.every]
        names = ", ".join(f'"{column}"' for column in declared.schema.names)
        theirs = "case_key in (select case_key from wanted_cases)"
        parts = []
        if whole:
            parts.append(f"select {names} from {self._rows(name, whole, at)} where {theirs}")
        if mixed:
            rows = self._rows(name, mixed, at)
            # A survey may have been another case's in an older version; an event never leaves its case.
            which = theirs
            if not declared.partitioned:
                which = f"{declared.key} in (select {declared.key} from {rows} where {theirs})"
            newest = f"row_number() over (partition by {declared.key} order by {NEWEST_FIRST}) = 1"
            parts.append(
                f"select {names} from (select *, {newest} as is_newest from {rows} where {which})"
                f" where is_newest and {theirs}"
            )
        if not parts:
            return declared.schema.empty_table()
        with self.borrowed(wanted_cases=pa.table({"case_key": case_keys})) as connection:
            return _typed(connection.sql(" union all ".join(parts)).to_arrow_table(), declared.schema)

    def holds_any(
        self, name: str, case_keys: pa.Array | pa.ChunkedArray, pin: Pin | None = None, condition: str = "true"
    ) -> bool:
        """Whether any stored version of a row of these cases fulfils an SQL condition. Storage only: no scope."""
        at = pin or self.pin()
        paths = [file.path for file in self.files(name, at)]
        if not paths:
            return False
        sql = (
            f"select 1 from {self._rows(name, paths, at, with_cohort=False)}"
            f" where {condition} and case_key in (select case_key from wanted_cases) limit 1"
        )
        with self.borrowed(wanted_cases=pa.table({"case_key": case_keys})) as connection:
            return bool(connection.sql(sql).to_arrow_table().num_rows)

    def cohorts_of(self, case_keys: pa.Array | pa.ChunkedArray, pin: Pin | None = None) -> pa.Table:
        """(case_key, cohort) of the cases that have one, whatever their versions say. Storage only: no scope."""
        at = pin or self.pin()
        stored = {name: [file.path for file in self.files(name, at)] for name in ("case", "case_event", "message")}
        parts = [
            f"select case_key, cohort from {self._rows(name, paths, at)}" for name, paths in stored.items() if paths
        ]
        schema = pa.schema([("case_key", pa.int64()), ("cohort", pa.date32())])
        if not parts:
            return schema.empty_table()
        with self.borrowed(wanted_cases=pa.table({"case_key": case_keys})) as connection:
            every = " union all ".join(parts)
            found = "select w.case_key, min(s.cohort) as cohort from"
            sql = f"{found} ({every}) s join wanted_cases w using (case_key) group by all"
            return _typed(connection.sql(sql).to_arrow_table(), schema)

    # ---- writing ------------------------------------------------------------------------------------------------

    def append(self, name: str, rows: pa.Table, *, load_id: str, cursor: Mapping[str, str] | None = None) -> Pin:
        """Add complete rows (every declared column) to one table in a commit of its own; takes the lock."""
        with commits.locked(self.root):
            return self.commit([Change(name, rows)], load_id=load_id, cursor=cursor)

    def commit(
        self,
        changes: Sequence[Change],
        *,
        load_id: str,
        kind: str = "load",
        cursor: Mapping[str, str] | None = None,
        outcome: Mapping[str, Any] | None = None,
    ) -> Pin:
        """Add rows to several tables as one: all of it or nothing. The caller holds the lock (`commits.locked`)."""
        before = self.recover()
        number = before.number + 1
        versions = dict(before.versions)
        metadata = {"load_id": load_id, **{f"cursor.{key}": value for key, value in (cursor or {}).items()}}
        touched: list[Any] = []
        for change in sorted(changes, key=lambda part: part.name):
            if change.rows.num_rows == 0:
                continue
            declared = table(change.name)
            if change.rows.schema.names != declared.schema.names:
                raise IntegrityError(f"Rows for {change.name} do not have its declared columns.", "This is a bug.")
            folder = self.folder(change.name)
            if not delta.exists(folder):
                delta.create(folder, declared)
            written, removed = self._layout(declared, change, before, folder)
            versions[change.name] = delta.commit(folder, declared, written, removed, metadata, number)
            if "case_key" in change.rows.column_names:
                touched.append(pc.unique(change.rows.column("case_key").drop_null()).to_numpy())
        keys = distinct(np.concatenate(touched)) if touched else np.zeros(0, dtype=np.int64)
        commits.write_touched(self.root, number, keys.astype("<i8").tobytes())
        commits.append(
            self.root, CommitRecord(number, kind, load_id, versions, dict(cursor or {}), dict(outcome or {}))
        )
        return Pin(number, versions)

    def purge(self, name: str, keys: pa.Array) -> Pin:
        """Rewrite a table without any version of the rows that have these keys, and delete its old files for good.

        For the erasure of texts only: earlier versions of this table cannot be read any more. The caller holds the
        lock. A crash before the end leaves old files, which the next purge deletes.
        """
        before = self.recover()
        declared = table(name)
        if declared.partitioned:
            raise UsageError(f"{name} holds what verdicts rest on, so it cannot be purged.", "Purge texts only.")
        members = list(self.files(name, before))
        if not members:
            return before
        folder = self.folder(name)
        version = delta.newest_version(folder) + 1
        every = self._sorted(Change(name, declared.schema.empty_table()), members, before, None)
        kept = every.filter(pc.invert(pc.is_in(every.column(declared.key), value_set=keys)))
        parts = zip((delta.CLEAN, delta.HISTORY), split_newest(declared, kept), strict=True)
        written = [delta.write(folder, declared, rows, version, part, None) for part, rows in parts if rows.num_rows]
        number = before.number + 1
        made = delta.commit(folder, declared, written, members, {"kind": "erasure"}, number)
        versions = {**before.versions, name: made}
        commits.write_touched(self.root, number, b"")
        commits.append(self.root, CommitRecord(number, "erasure", "", versions))
        current = {file.name for file in written}
        for path in folder.glob("*.parquet"):
            if path.name not in current:
                path.unlink()
        return Pin(number, versions)

    def recover(self) -> Pin:
        """Roll back what a writer that died left in single tables; the caller holds the lock. Returns the state."""
        pin = self.pin()
        for name in tables():
            folder = self.folder(name)
            if not delta.exists(folder):
                continue
            known = pin.versions.get(name, 0)
            if delta.newest_version(folder) > known and self._differs(name, known):
                delta.roll_back(folder, known)
        return pin

    def _differs(self, name: str, version: int) -> bool:
        folder = self.folder(name)
        newest = {file.name for file in delta.files(folder, delta.open_delta(folder))}
        return newest != {file.name for file in delta.files(folder, delta.open_delta(folder, version))}

    def _layout(
        self, declared: Table, change: Change, before: Pin, folder: Path
    ) -> tuple[list[delta.Written], list[delta.File]]:
        """Decide per cohort: a first base, an overlay, or base and overlays folded into a new base."""
        version = delta.newest_version(folder) + 1
        present: dict[date | None, list[delta.File]] = {}
        for file in self.files(change.name, before):
            present.setdefault(file.cohort, []).append(file)
        written: list[Future[delta.Written]] = []
        removed: list[delta.File] = []
        # One cohort is packed into its file while the next is picked out.
        with ThreadPoolExecutor(max_workers=2) as writers:

            def write(rows: pa.Table, part: str, cohort: date | None) -> None:
                written.append(writers.submit(delta.write, folder, declared, rows, version, part, cohort))

            for cohort, arriving in by_cohort(declared, change.rows):
                rows = arriving
                members = present.get(cohort, [])
                base = sum(file.rows for file in members if file.part == delta.CLEAN)
                over = sum(file.rows for file in members if file.part == delta.OVERLAY) + rows.num_rows
                if members and over * COMPACT_AT < base:
                    write(rows, delta.OVERLAY, cohort)
                    continue
                if members:
                    rows = self._sorted(Change(change.name, rows), members, before, cohort)
                    removed.extend(members)
                newest, rest = split_newest(declared, rows)
                if newest.num_rows:
                    write(newest, delta.CLEAN, cohort)
                if rest.num_rows:
                    write(rest, delta.HISTORY, cohort)
        return [job.result() for job in written], removed

    def _sorted(self, change: Change, members: Sequence[delta.File], pin: Pin, cohort: date | None) -> pa.Table:
        """The rows of a change and of stored files in natural order, versions of a key newest first."""
        declared, rows = table(change.name), change.rows
        names = ", ".join(f'"{name}"' for name in declared.schema.names)
        if cohort is not None:
            names = names.replace('"cohort"', f"date '{cohort.isoformat()}' as cohort")
        paths = [file.path for file in members]
        sql = f"select {names} from {self._rows(change.name, paths, pin, with_cohort=False)}"
        stored = _typed(self._connection.sql(sql).to_arrow_table(), declared.schema)
        every = pa.concat_tables([rows.cast(declared.schema), stored]).combine_chunks()
        return every.take(pa.array(in_natural_order(declared, every)))


def connect(threads: int = 2) -> duckdb.DuckDBPyConnection:
    """An engine in memory, in UTC, without a look at the machine's settings."""
    import duckdb

    connection = duckdb.connect(config={"threads": threads, "preserve_insertion_order": False})
    connection.execute("set timezone = 'UTC'")
    connection.execute("set enable_progress_bar = false")
    return connection


def _key_table(case_keys: Iterable[int] | pa.Array | None) -> pa.Table | None:
    if case_keys is None:
        return None
    keys = case_keys if isinstance(case_keys, pa.Array | pa.ChunkedArray) else pa.array(list(case_keys), pa.int64())
    return pa.table({"case_key": keys})


def _typed(rows: pa.Table, schema: pa.Schema) -> pa.Table:
    """The engine's answer in the declared types (it names zones and decimals its own way)."""
    return rows if rows.schema.equals(schema) else rows.cast(schema)


def _engine_type(kind: pa.DataType) -> str:
    if pa.types.is_timestamp(kind):
        return "timestamptz"
    if pa.types.is_date32(kind):
        return "date"
    if pa.types.is_decimal(kind):
        return f"decimal({kind.precision},{kind.scale})"
    named = {"int64": "bigint", "int32": "integer", "bool": "boolean", "string": "varchar", "binary": "blob"}
    return named[str(kind)]
