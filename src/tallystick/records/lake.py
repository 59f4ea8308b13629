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

from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.records import commits, delta
from tallystick.records.commits import CommitRecord, Pin
from tallystick.records.keys import distinct
from tallystick.records.layout import by_cohort, split_newest
from tallystick.records.ordering import in_natural_order
from tallystick.records.stored_files import CohortFiles, connect, typed
from tallystick.records.stored_rows import NEWEST_FIRST, StoredRows
from tallystick.records.table import Table, table, tables
from tallystick.vocabulary.errors import IntegrityError, NotFound, UsageError

# Overlays are folded into the base from this share of it on.
COMPACT_AT = 10


@dataclass(frozen=True)
class Change:
    """What a commit does to one table: rows to add, with every declared column in its declared type.

    Words may stay encoded as a dictionary.
    """

    name: str
    rows: pa.Table


@dataclass
class Lake(StoredRows):
    """The canonical tables of one client in one folder."""

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
        stored = typed(self._connection.sql(sql).to_arrow_table(), declared.schema)
        every = pa.concat_tables([rows.cast(declared.schema), stored]).combine_chunks()
        return every.take(pa.array(in_natural_order(declared, every)))


__all__ = ["COMPACT_AT", "NEWEST_FIRST", "Change", "CohortFiles", "Lake", "connect"]
