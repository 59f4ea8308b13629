"""Where the folds get their rows: whole cohorts or single cases of a lake at one pin, inside a scope.

The client's own scope reads the lake's Parquet files directly: a clean file is already the canonical rows in the folds'
order. A partner's scope goes through the lake's own read, which masks what other parties did.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from threading import Lock

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tallystick.facts.encode import CASE_COLUMNS, EVENT_COLUMNS, Integers, integers
from tallystick.facts.rows import in_total_order
from tallystick.records.commits import Pin
from tallystick.records.lake import CohortFiles, Lake
from tallystick.records.table import GENERATION
from tallystick.vocabulary.scope import Scope

_TEXTS = {
    "case_event": ["kind", "actor", "agent", "value", "partner"],
    "case": ["source", "channel", "language", "queue", "priority", "reason", "kind", "initiated_by", "partner"],
}
_COLUMNS: dict[str, Sequence[str]] = {"case_event": EVENT_COLUMNS, "case": CASE_COLUMNS}
_ORDER = ("seq", "event_key")
_VERSION = ("source_at", "revision", "row_hash")
_KEY = {"case_event": "event_key", "case": "case_key"}
_PRESENCE = {"case_event": "event_at", "case": "created_at"}


@dataclass
class Source:
    """The case and event rows of one scope at one pin."""

    lake: Lake
    scope: Scope
    pin: Pin
    _files: dict[str, dict[date | None, CohortFiles]] = field(default_factory=dict)
    _one_at_a_time: Lock = field(default_factory=Lock)

    def files(self, name: str) -> dict[date | None, CohortFiles]:
        """The files of a table by cohort."""
        if name not in self._files:
            # Which cohorts there are says nothing about anybody's rows, so every scope may know.
            listed = self.lake.cohort_files(Scope.of_client(self.scope.client), name, self.pin)
            self._files[name] = {part.cohort: part for part in listed}
        return self._files[name]

    def cohorts(self) -> list[date | None]:
        """Every cohort that has cases or events, oldest first."""
        return sorted({*self.files("case"), *self.files("case_event")}, key=lambda day: day or date.min)

    def changed(self, since: Pin) -> list[date | None]:
        """The cohorts whose files differ from those at an earlier pin."""
        earlier = Source(self.lake, self.scope, since)
        found: set[date | None] = set()
        for name in _COLUMNS:
            now, then = self.files(name), earlier.files(name)
            found |= {cohort for cohort in {*now, *then} if now.get(cohort) != then.get(cohort)}
        return sorted(found, key=lambda day: day or date.min)

    def cohort(self, name: str, cohort: date | None) -> pa.Table:
        """All canonical rows of a cohort, in the folds' order."""
        files = self.files(name).get(cohort)
        if files is None or not self.scope.sees_all or not files.clean:
            return self._through_lake(name, [cohort], None)
        assert files.base is not None  # noqa: S101  what `clean` says
        with pq.ParquetFile(files.base, read_dictionary=_TEXTS[name], memory_map=True) as file:
            return file.read(columns=list(_COLUMNS[name]), use_threads=False)

    def cases(self, name: str, cohort: date | None, keys: Integers) -> pa.Table:
        """The canonical rows of some cases (sorted keys) of a cohort, in the folds' order."""
        files = self.files(name).get(cohort)
        wanted = [*_COLUMNS[name], *(_ORDER if name == "case_event" else ())]
        if files is None or not self.scope.sees_all:
            return self._through_lake(name, [cohort], keys)
        if files.clean:
            assert files.base is not None  # noqa: S101  what `clean` says
            return _rows_of(files.base, name, wanted, keys)
        # Mostly what arrived since is new; only where keys occur twice do versions have to be told apart.
        rows = self._parts(files, name, wanted, keys)
        if len(np.unique(integers(rows[_KEY[name]]))) == len(rows):
            rows = rows.filter(pc.is_valid(rows[_PRESENCE[name]]))
        else:
            rows = _newest(name, self._parts(files, name, [*wanted, *_VERSION], keys))
        rows = in_total_order(rows) if name == "case_event" else rows.sort_by("case_key")
        return rows.select(wanted)

    def _parts(self, files: CohortFiles, name: str, columns: Sequence[str], keys: Integers) -> pa.Table:
        return pa.concat_tables([_plain(_rows_of(path, name, columns, keys)) for path in files.every])

    def _through_lake(self, name: str, cohorts: list[date | None], keys: Integers | None) -> pa.Table:
        dated = [cohort for cohort in cohorts if cohort is not None]
        chosen = None if keys is None else pa.array(keys, pa.int64())
        with self._one_at_a_time:
            return self.lake.read(
                self.scope,
                name,
                pin=self.pin,
                columns=[*_COLUMNS[name], *(_ORDER if name == "case_event" else ())],
                cohorts=dated or None,
                case_keys=chosen,
            )

    def mapping(self) -> pa.Table:
        """The mapping rows in scope."""
        with self._one_at_a_time:
            return self.lake.read(self.scope, "mapping", pin=self.pin)


def _plain(rows: pa.Table) -> pa.Table:
    """Dictionary columns as text, so that tables of several files can be joined."""
    arrays = [
        column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column for column in rows.itercolumns()
    ]
    return pa.table(dict(zip(rows.column_names, arrays, strict=True)))


def _rows_of(path: Path, name: str, columns: Sequence[str], keys: Integers) -> pa.Table:
    """The rows of some cases in one file, out of the row groups whose range of keys holds any of them."""
    with pq.ParquetFile(path, read_dictionary=_TEXTS[name], memory_map=True) as file:
        place = file.schema_arrow.get_field_index("case_key")
        groups = []
        for group in range(file.num_row_groups):
            stats = file.metadata.row_group(group).column(place).statistics
            if stats is None or not stats.has_min_max:
                groups.append(group)
            elif len(keys):
                low, high = np.searchsorted(keys, [stats.min, stats.max + 1])
                if low < high:
                    groups.append(group)
        if not groups:
            return file.schema_arrow.empty_table().select(list(columns))
        rows = file.read_row_groups(groups, columns=list(columns), use_threads=False)
    held = integers(rows["case_key"])
    at = np.searchsorted(keys, held)
    at[at == len(keys)] = 0
    hit = np.flatnonzero(keys[at] == held) if len(keys) else at[:0]
    return rows.take(pa.array(hit))


def _newest(name: str, rows: pa.Table) -> pa.Table:
    """The newest version of each key as the lake decides it, retractions dropped."""
    if not len(rows):
        return rows
    key = integers(rows[_KEY[name]])
    revision = integers(pc.fill_null(rows["revision"], 0))
    source_at = integers(pc.fill_null(rows["source_at"].cast(pa.int64()), -(1 << 62)))
    # A corrected mapping begins a generation of revisions; within one the source's own version time decides.
    order = np.lexsort((revision, integers(rows["row_hash"]), source_at, revision // GENERATION, key))
    ranked = key[order]
    last = order[np.r_[ranked[1:] != ranked[:-1], True]]
    chosen = rows.take(pa.array(np.sort(last)))
    return chosen.filter(pc.is_valid(chosen[_PRESENCE[name]]))
