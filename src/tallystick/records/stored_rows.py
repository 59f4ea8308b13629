"""The rows of a lake inside a scope: of every key the newest version, retractions dropped."""

# Names in SQL are declared columns and quoted paths, never input.
# ruff: noqa: S608

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import pyarrow as pa

from tallystick.records.commits import Pin
from tallystick.records.ordering import order_sql
from tallystick.records.scope_view import quoted, scope_view
from tallystick.records.stored_files import StoredFiles, engine_type, typed
from tallystick.records.table import GENERATION, Table, table
from tallystick.vocabulary.errors import NotFound
from tallystick.vocabulary.scope import Scope, require_scope

if TYPE_CHECKING:
    import duckdb

NEWEST_FIRST = f"revision // {GENERATION} desc, source_at desc nulls last, row_hash desc, revision desc"


@dataclass
class StoredRows(StoredFiles):
    """The tables of one client, row by row."""

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
            return typed(found.to_arrow_table(), schema)
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
            empty = ", ".join(f'null::{engine_type(part.type)} as "{part.name}"' for part in declared.schema)
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
            return typed(connection.sql(" union all ".join(parts)).to_arrow_table(), declared.schema)

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
            return typed(connection.sql(sql).to_arrow_table(), schema)


def _key_table(case_keys: Iterable[int] | pa.Array | None) -> pa.Table | None:
    if case_keys is None:
        return None
    keys = case_keys if isinstance(case_keys, pa.Array | pa.ChunkedArray) else pa.array(list(case_keys), pa.int64())
    return pa.table({"case_key": keys})
