"""A copy of the canonical rows that streams read, beside the lake, so that a refresh reads a few rows of many.

The lake lies in the order in which it is read whole. A change asks for single rows: one customer's calls, one day's
states. The copy holds each table mapped in memory and kept up by the files that came since; where files of a table were
written anew, the table is copied anew. The lake stays the only truth, and whoever asks, asks through a scope.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tallystick.facts.kept_table import KeptTable, one_piece, swept, sync
from tallystick.facts.layered import NOWHERE, Layered, plain
from tallystick.records import delta
from tallystick.records.commits import Pin
from tallystick.records.keys import distinct
from tallystick.records.lake import Lake
from tallystick.records.ordering import in_natural_order
from tallystick.records.table import GENERATION, Table, table
from tallystick.records.word_columns import shortened
from tallystick.vocabulary.errors import IntegrityError
from tallystick.vocabulary.scope import Scope, require_scope

FORMAT = 1
THREADS = 2
_STATE = "state.json"
_VERSION = ("revision", "row_hash")
_NEVER = -(2**62)


class RowCopy:
    """The copied tables of a lake. The caller holds the lock of the folder while it uses them."""

    def __init__(self, lake: Lake) -> None:
        self.lake = lake
        self.folder = lake.root / "facts" / "rows"
        self._state = _read(self.folder / _STATE)
        self._tables: dict[str, KeptTable] = {}

    @property
    def number(self) -> int:
        """The newest commit that the copy has seen."""
        return int(self._state["number"])

    def bring(self, pin: Pin, names: Iterable[str]) -> None:
        """Bring the copies of some tables, and of those that are there, to a state of the lake."""
        before = {name: dict(one) for name, one in self._state["tables"].items()}
        for name in sorted({*names, *before}):
            self._bring(name, pin)
        self._state["number"] = pin.number
        self._state["tables"] = {
            name: {**one.state, "files": [file.name for file in self.lake.files(name, pin)]}
            for name, one in self._tables.items()
        }
        if self._state["tables"] == before and (self.folder / _STATE).exists():
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        fresh = {name for one in self._tables.values() for name in one.files}
        old = {step["file"] for one in before.values() for step in one["steps"]}
        sync(self.folder, {name for name in fresh if name not in old})
        write_state(self.folder / _STATE, self._state)
        swept(self.folder, fresh)

    def rows(self, scope: Scope, name: str) -> Layered:
        """The rows of a table that a scope may see."""
        return self._tables[name].rows.seen_by(require_scope(scope).partners)

    def since(self, scope: Scope, name: str, number: int) -> pa.Table | None:
        """The earlier and present versions of a scope's rows that differ since a commit; None where nobody knows."""
        partners = require_scope(scope).partners
        rows = self._tables[name].since(number)
        if rows is None or partners is None:
            return rows
        return rows.filter(pc.is_in(rows.column("partner"), value_set=pa.array(sorted(partners), pa.string())))

    # ---- keeping up ---------------------------------------------------------------------------------------------

    def _bring(self, name: str, pin: Pin) -> None:
        known = self._state["tables"].get(name)
        present = {file.name for file in self.lake.files(name, pin)}
        if known is not None:
            try:
                kept = KeptTable.opened(self.folder, name, _settling(name), known)
            except IntegrityError:
                known = None  # a damaged copy is made anew
        if known is None or set(known["files"]) - present:
            self._copied(name, pin)
            return
        new = present - set(known["files"])
        fresh = [file for file in self.lake.files(name, pin) if file.name in new]
        # A new history beside old rows means that versions were sorted out anew.
        if any(file.part != delta.OVERLAY for file in fresh):
            self._copied(name, pin)
            return
        self._tables[name] = kept
        if fresh:
            self._stepped(kept, name, pin, fresh)
        else:
            kept.at = pin.number

    def _copied(self, name: str, pin: Pin) -> None:
        declared = table(name)
        kept = KeptTable(self.folder, name, _settling(name))
        kept.build(pin.number, self._whole(declared, name, pin), declared.sort[0])
        self._tables[name] = kept

    def _whole(self, declared: Table, name: str, pin: Pin) -> pa.Table:
        """All canonical rows of everybody in natural order, words as codes."""
        columns = _columns(declared)
        client = Scope.of_client(self.lake.client)
        files = self.lake.cohort_files(client, name, pin)
        if len(files) == 1 and files[0].clean and files[0].base is not None:
            path = files[0].base
            words = [field.name for field in pq.read_schema(path) if pa.types.is_string(field.type)]
            words = [one for one in words if one not in _own_words(declared)]
            with pq.ParquetFile(path, memory_map=True) as file:
                stored, count = set(file.schema_arrow.names), file.metadata.num_rows

            def read(one: str) -> pa.Array:
                with pq.ParquetFile(path, read_dictionary=words, memory_map=True) as file:
                    return one_piece(file.read(columns=[one], use_threads=False).column(one))

            # Column by column, so that the rows are never held twice.
            wanted = [one for one in columns if one in stored]
            with ThreadPoolExecutor(THREADS) as pool:
                parts = dict(zip(wanted, pool.map(read, wanted), strict=True))
            return pa.table({one: parts.get(one, pa.nulls(count, declared.column(one).type)) for one in columns})
        rows = self.lake.read(client, name, pin=pin, columns=columns)
        return pa.table({one: shortened(rows.column(one)) for one in columns})

    def _stepped(self, kept: KeptTable, name: str, pin: Pin, fresh: list[delta.File]) -> None:
        """What new files bring: of every key in them the newest version of all that are stored."""
        declared, now = table(name), kept.rows
        columns = _columns(declared)
        come = pa.concat_tables([_rows_in(file.path, declared, columns) for file in fresh])
        keys = distinct(np.asarray(come.column(declared.key), dtype=np.int64))
        names = {file.name for file in fresh}
        others = [file for file in self.lake.files(name, pin) if file.part != delta.CLEAN and file.name not in names]
        stored = [_rows_in(file.path, declared, columns, keys) for file in others]
        standing = now.holding(declared.key, keys)
        old = now.taken(standing)
        every = pa.concat_tables([plain(one.select(columns)) for one in (come, *stored, old)])
        newest = _newest(declared, every)
        # The row that stands already is the last one: of equal versions it stays.
        stays = newest >= every.num_rows - old.num_rows
        settled = distinct(np.asarray(every.column(declared.key).take(pa.array(newest[stays])), dtype=np.int64))
        came = every.take(pa.array(newest[~stays]))
        came = came.filter(pc.is_valid(came.column(declared.presence)))
        held = np.asarray(old.column(declared.key), dtype=np.int64)
        ends = np.cumsum([len(places) for places in standing])[:-1]
        left = tuple(
            places[~np.isin(own, settled)] for places, own in zip(standing, np.split(held, ends), strict=True)
        )  # fmt: skip
        kept.step(pin.number, left, kept.settle(came))


def _own_words(declared: Table) -> set[str]:
    """Columns in which nearly every row has a word of its own."""
    return {column.name for column in declared.columns if column.name.endswith("_id")}


def _columns(declared: Table) -> list[str]:
    return [*declared.content, *_VERSION]


def _settling(name: str) -> Callable[[pa.Table], pa.Table]:
    """What puts rows of a table in their natural order."""
    declared = table(name)
    return lambda rows: rows.take(pa.array(in_natural_order(declared, rows))) if rows.num_rows else rows


def _rows_in(path: Path, declared: Table, columns: list[str], keys: Any = None) -> pa.Table:
    """The rows of a file, of some keys alone where given; what an old file lacks is empty."""
    with pq.ParquetFile(path, memory_map=True) as file:
        there = [one for one in columns if one in file.schema_arrow.names]
        if keys is None:
            rows = file.read(columns=there)
        else:
            held = np.asarray(file.read(columns=[declared.key]).column(0), dtype=np.int64)
            places = np.flatnonzero(np.isin(held, keys))
            if not len(places):
                return _typed(file.schema_arrow.empty_table().select(there), declared, columns)
            rows = file.read(columns=there).take(pa.array(places))
    return _typed(rows, declared, columns)


def _typed(rows: pa.Table, declared: Table, columns: list[str]) -> pa.Table:
    return pa.table(
        {
            one: rows.column(one).cast(declared.column(one).type)
            if one in rows.column_names
            else pa.nulls(rows.num_rows, declared.column(one).type)
            for one in columns
        }
    )


def _newest(declared: Table, rows: pa.Table) -> Any:
    """The places of the newest version of each key, as the lake decides it; of equal ones the last."""
    if not rows.num_rows:
        return NOWHERE
    key = np.asarray(rows.column(declared.key), dtype=np.int64)
    source_at = np.asarray(pc.fill_null(rows.column("source_at").cast(pa.int64()), _NEVER), dtype=np.int64)
    revision, row_hash = (np.asarray(rows.column(name), dtype=np.int64) for name in _VERSION)
    order = np.lexsort((revision, row_hash, source_at, revision // GENERATION, key))
    ranked = key[order]
    return order[np.r_[ranked[1:] != ranked[:-1], True]]


def _read(path: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        found = {}
    return found if found.get("format") == FORMAT else {"format": FORMAT, "number": 0, "tables": {}}


def write_state(path: Path, state: dict[str, Any]) -> None:
    """Put a state in place, whole or not at all."""
    beside = path.with_name(f".{path.name}.part")
    beside.write_text(json.dumps(state), encoding="utf-8")
    sync(path.parent, {beside.name})
    beside.replace(path)
    sync(path.parent, set())
