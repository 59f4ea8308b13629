"""Where the folds get their rows: whole cohorts or single cases of a lake at one pin, inside a scope.

The client's own scope reads the lake's Parquet files directly: a clean file is already the canonical rows in the folds'
order. A partner's scope goes through the lake's own read, which masks what other parties did.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from threading import Lock

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tallystick.facts.coded import Integers, integers
from tallystick.facts.columns import (
    CASE_COLUMNS,
    EVENT_COLUMNS,
    CaseColumns,
    EventColumns,
    case_columns,
    event_columns,
)
from tallystick.facts.merge import Link
from tallystick.facts.rows import in_total_order, merge_links
from tallystick.records import delta
from tallystick.records.commits import Pin
from tallystick.records.lake import CohortFiles, Lake
from tallystick.records.table import GENERATION, table
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


@dataclass(frozen=True)
class Portion:
    """The rows of some cohorts as columns: cases by key and the day of each one's cohort, events in the folds' order.

    `links` are the last merges of cases, `in_doubt` the keys of which a copy of these rows would not tell everything.
    """

    cases: CaseColumns
    events: EventColumns
    days: Integers
    links: dict[int, Link]
    in_doubt: Integers


@dataclass(frozen=True)
class Arrived:
    """Rows that came into a table since an earlier state, every version of them, and the cohort of each as a day.

    Cohorts in `rewritten` hold older rows in new files as well, so of them nothing is read here; `changed` are all
    cohorts whose files differ.
    """

    rows: pa.Table
    days: Integers
    rewritten: set[int]
    changed: set[int]


def day_of(cohort: date | None) -> int:
    """A cohort as days since 1970; 0 for the rows of a table without cohorts."""
    return 0 if cohort is None else (cohort - date(1970, 1, 1)).days


def cohort_of(day: int) -> date | None:
    """The cohort of a day that `day_of` gave."""
    return None if day == 0 else date.fromordinal(date(1970, 1, 1).toordinal() + day)


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

    def portions(self, events: int) -> list[list[date | None]]:
        """All cohorts, oldest first; small ones together until they hold about that many events."""
        found: list[list[date | None]] = []
        for cohort in self.cohorts():
            if found and self.events([*found[-1], cohort]) <= events:
                found[-1].append(cohort)
            else:
                found.append([cohort])
        return found

    def events(self, portion: Sequence[date | None]) -> int:
        """About how many events lie in some cohorts."""
        files = self.files("case_event")
        return sum(files[cohort].rows for cohort in portion if cohort in files)

    def portion(self, portion: Sequence[date | None], *, keyed: bool) -> Portion:
        """All canonical rows of some cohorts, in the folds' order; `keyed` marks events, for a copy of them."""
        parts = [[self.cohort(name, cohort, keyed=keyed) for cohort in portion] for name in ("case", "case_event")]
        doubt = [np.zeros(0, np.int64)]
        if keyed:
            keys = [[integers(rows["case_key"]) for rows in tables] for tables in parts]
            doubt += [self.in_doubt(cohort, *found) for cohort, *found in zip(portion, *keys, strict=True)]
        case_rows, event_rows = (_below(tables) for tables in parts)
        cases, events = case_columns(case_rows), event_columns(event_rows, marked=keyed)
        links = merge_links(case_rows, event_rows, events.kind)
        days = np.repeat([day_of(cohort) for cohort in portion], [len(rows) for rows in parts[0]])
        if len(portion) > 1:
            order = np.argsort(cases.case_key, kind="stable")
            cases, days = cases.at(order), days[order]
            # A case lies in one cohort, so that a stable sort by case keeps the total order.
            events = events.at(np.argsort(events.case_key, kind="stable"))
        return Portion(cases, events, days, links, np.unique(np.concatenate(doubt)))

    def names(self) -> dict[str, dict[str, int]]:
        """By table that the folds read, the day of the cohort of each file, by the lake's name of it."""
        return {name: {file.name: day_of(file.cohort) for file in self.lake.files(name, self.pin)} for name in _COLUMNS}

    def arrived(self, name: str, before: Mapping[str, int]) -> Arrived:
        """What lies in files of a table that were not there before, when it had the files that `names` gave."""
        files = self.lake.files(name, self.pin)
        present = {file.name for file in files}
        new = [file for file in files if file.name not in before]
        left = {day for old, day in before.items() if old not in present}
        rewritten = left | {day_of(file.cohort) for file in new if file.part == delta.HISTORY}
        read = [file for file in new if day_of(file.cohort) not in rewritten]
        wanted = _wanted(name)
        parts = []
        for file in read:
            with pq.ParquetFile(file.path, memory_map=True) as opened:
                parts.append(opened.read(columns=wanted, use_threads=False))
        days = np.repeat([day_of(file.cohort) for file in read], [len(part) for part in parts]).astype(np.int32)
        rows = pa.concat_tables(parts) if parts else self.empty(name)
        return Arrived(rows, days, rewritten, left | {day_of(file.cohort) for file in new})

    def empty(self, name: str) -> pa.Table:
        """No rows of a table, with the columns that rows of single cases have."""
        return table(name).schema.empty_table().select(_wanted(name))

    def cohort(self, name: str, cohort: date | None, *, keyed: bool = False) -> pa.Table:
        """All canonical rows of a cohort, in the folds' order; `keyed` events bring their keys."""
        files = self.files(name).get(cohort)
        if files is None:
            return self.empty(name)
        if not self.scope.sees_all or not files.clean:
            return self._through_lake(name, [cohort], None)
        assert files.base is not None  # noqa: S101  what `clean` says
        columns = [*_COLUMNS[name], *(("event_key",) if keyed and name == "case_event" else ())]
        with pq.ParquetFile(files.base, read_dictionary=_TEXTS[name], memory_map=True) as file:
            return file.read(columns=columns, use_threads=False)

    def in_doubt(
        self, cohort: date | None, case_key: Integers, event_key: Integers, among: Integers | None = None
    ) -> Integers:
        """Keys of a cohort whose stored rows tell more than the canonical ones do, or less than a case; sorted.

        Cases with superseded or retracted events, events without a case, and cases that are retracted. `case_key` and
        `event_key` are the keys of cases in the canonical rows; `among` limits the answer to those keys.
        """
        named = np.concatenate([_each_once(event_key), self._keys("case", cohort, among)])
        absent = named[:0] if np.array_equal(named, case_key) else np.setdiff1d(named, case_key)
        files = self.files("case_event").get(cohort)
        if files is None or (files.clean and not files.history):
            return absent
        stored, versions = np.unique(self._keys("case_event", cohort, among), return_counts=True)
        if files.clean:
            return np.union1d(absent, stored)
        live = np.zeros(len(stored), np.int64)
        known, rows = np.unique(event_key, return_counts=True)
        live[np.searchsorted(stored, known)] = rows
        return np.union1d(absent, stored[versions != live])

    def _keys(self, name: str, cohort: date | None, among: Integers | None) -> Integers:
        """The case of each row in the files of a cohort; of a clean one, in its history alone."""
        files = self.files(name).get(cohort)
        found = [np.zeros(0, np.int64)]
        for path in () if files is None else files.history if files.clean else files.every:
            if among is not None:
                found.append(integers(_rows_of(path, name, ["case_key"], among)["case_key"]))
            else:
                with pq.ParquetFile(path, memory_map=True) as file:
                    found.append(integers(file.read(columns=["case_key"], use_threads=False)["case_key"]))
        return np.concatenate(found)

    def cases(self, name: str, cohort: date | None, keys: Integers) -> pa.Table:
        """The canonical rows of some cases (sorted keys) of a cohort, in the folds' order."""
        files = self.files(name).get(cohort)
        wanted = _wanted(name)
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
                columns=_wanted(name),
                cohorts=dated or None,
                case_keys=chosen,
            )

    def mapping(self) -> pa.Table:
        """The mapping rows in scope."""
        with self._one_at_a_time:
            return self.lake.read(self.scope, "mapping", pin=self.pin)


def _each_once(keys: Integers) -> Integers:
    """Keys without those that repeat the one before them: of sorted keys, each once."""
    return keys[np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]])] if len(keys) else keys


def _wanted(name: str) -> list[str]:
    """The columns of single cases: those that the folds read, and those that put events in order."""
    return [*_COLUMNS[name], *(_ORDER if name == "case_event" else ())]


def _below(parts: list[pa.Table]) -> pa.Table:
    """Tables below each other, with the columns that all have; text where only some have it as dictionaries."""
    names = [name for name in parts[0].column_names if all(name in part.column_names for part in parts)]
    parts = [part.select(names) for part in parts]
    if any(part.schema != parts[0].schema for part in parts):
        parts = [_plain(part) for part in parts]
    return pa.concat_tables(parts)


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
