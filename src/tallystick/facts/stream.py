"""What a stream is: a fact table that is derived from canonical rows column by column, without a case's folds.

A file of `facts/streams/` declares `STREAM = Stream(...)`. Measures, evidence, examples and the plain words of clauses
read everything that they need of a fact table from there, so that one more fact table is one more file. `derive` is
plain numpy and Arrow: a judging, its verification from a bundle and a page all run the same code.

Every stream's table has the columns of `SHARED`, its own `columns`, and local date, Monday and month of each instant
in `dated`, in the zone of the terms. `case_id` is what people call the row: the id of its case, call or agent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.facts.closure import Closure
from tallystick.facts.fold.layout import NONE
from tallystick.facts.term_tables import TermTables
from tallystick.registry import load_folder, load_one
from tallystick.vocabulary.clock_terms import ClockTerms
from tallystick.vocabulary.opening import ZoneOffsets, local_day_many, monday_of, month_of, zone_arrays

STREAMS = "tallystick.facts.streams"
INSTANT = pa.timestamp("us", tz="UTC")
SECOND_US = 1_000_000

SHARED: Mapping[str, pa.DataType] = {
    name: pa.string()
    for name in (
        "case_id",
        "partner",
        "programme",
        "queue",
        "agent",
        "channel",
        "language",
        "priority",
        "reason",
        "initiated_by",
        "excluded",
    )
}

# Attribution of rows that begin with one owner and may end with another, and name one agent.
TWO_OWNERS: Mapping[str, tuple[str, ...]] = {
    "owner-at-start": ("owner_start",),
    "owner-at-stop": ("owner_stop", "owner_start"),
}
ONE_AGENT: Mapping[str, tuple[str, ...]] = {"owner-at-start": ("agent",), "owner-at-stop": ("agent",)}

Rows = Mapping[str, pa.Table]
# From a period (UTC seconds, half-open) to the places of the rows that decide it, by table.
Finder = Callable[[int, int], Mapping[str, Any]]


class Given(NamedTuple):
    """What a stream is derived from: canonical rows by table, the case facts of the same scope, the terms."""

    rows: Rows
    case: pa.Table
    terms: ClockTerms


def touching(rows: pa.Table, begin: str, end: str, start_s: int, end_s: int) -> pa.Table:
    """The rows whose span from `begin` to `end` (empty: a moment) touches [start_s, end_s), UTC seconds."""
    begins = _micros(rows.column(begin))
    ends = pc.coalesce(_micros(rows.column(end)), begins)
    inside = pc.and_(pc.less(begins, end_s * SECOND_US), pc.greater_equal(ends, start_s * SECOND_US))
    return rows.filter(pc.fill_null(inside, fill_value=False))


def within(rows: pa.Table, moments: Sequence[str], start_s: int, end_s: int) -> pa.Table:
    """The rows of which any of some instants lies in [start_s, end_s), UTC seconds."""
    inside = None
    for name in moments:
        micros = _micros(rows.column(name))
        here = pc.and_(pc.greater_equal(micros, start_s * SECOND_US), pc.less(micros, end_s * SECOND_US))
        here = pc.fill_null(here, fill_value=False)
        inside = here if inside is None else pc.or_(inside, here)
    return rows if inside is None else rows.filter(inside)


@dataclass(frozen=True)
class Stream:
    """One fact table.

    `reads` are canonical tables; `of_period(rows, start_s, end_s, terms)` cuts each to what the facts of one period
    need, neighbours that decide them included (`case` and `case_event` rows come with the period's cases, uncut).
    `finder(rows, terms)` finds the same for many periods of the same rows, where that is quicker. Where `knot` names a
    key of rows and facts, the facts of a cut are those of everything that hold the keys of the cut, to the last byte.
    `closure` says what hangs together, so that a refresh derives what a change can reach and no more. `key`
    identifies a row and orders the table. `begins` is the instant before which a row does not exist; `ends` those at
    which it is over (for relief, the earliest counts). `dated` leads from a moment's name to its instant, `moments`
    from a period rule to moments, the first non-empty one deciding; `owners` and `agents` lead likewise from an
    attribution rule to columns. `row` is what a clause's plain words call a row, `occasions` when it belongs to a
    period by each rule. `ordinary(place, row)` completes the row of a KPI's example. `always` streams are evidence of
    every judging, others of those with a clause that reads them. `of_cases` says that `case_id` is that of a
    case, which can be drawn; `shown` are the columns that lists of rows show, `untold` the shared ones that no row
    tells. `after_s` is how long after a period rows still decide in it, for a stream that looks further ahead than the
    others.
    """

    module: str
    reads: tuple[str, ...]
    derive: Callable[[Given], Mapping[str, Any]]
    of_period: Callable[[Rows, int, int, ClockTerms], Rows]
    closure: Closure
    columns: Mapping[str, pa.DataType]
    key: tuple[str, ...]
    begins: str
    dated: Mapping[str, str]
    moments: Mapping[str, tuple[str, ...]]
    owners: Mapping[str, tuple[str, ...]]
    agents: Mapping[str, tuple[str, ...]]
    row: str
    occasions: Mapping[str, str]
    ordinary: Callable[[int, Mapping[str, Any]], Mapping[str, Any]]
    finder: Callable[[Rows, ClockTerms], Finder] | None = None
    knot: str = ""
    ends: tuple[str, ...] = ()
    carried: tuple[str, ...] = ()
    always: bool = False
    from_one: frozenset[str] = field(default_factory=frozenset)
    of_cases: bool = False
    shown: tuple[str, ...] = ()
    after_s: int = 0
    untold: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """The name of the fact table: its file's."""
        return self.module.rpartition(".")[2]

    @property
    def schema(self) -> dict[str, pa.DataType]:
        """Every column with its type."""
        dates = {f"{moment}_{part}": kind for moment in self.dated for part, kind in DATES.items()}
        return {**SHARED, **self.columns, **dates}

    def table(self, given: Given, *, encoded: bool = False) -> pa.Table:
        """The fact table, rows by key. Columns that `derive` leaves out are empty; without any there is no row.

        `encoded` leaves words as codes where `derive` gave codes, which is a third of the room and of the time.
        """
        found = dict(self.derive(given))
        if not found:
            return pa.table({name: pa.array([], kind) for name, kind in self.schema.items()})
        count = len(next(iter(found.values())))
        for moment, instant in self.dated.items():
            found |= local_dates(moment, found[instant], given.terms.zone)
        columns = {
            name: _typed(found[name], kind, encoded=encoded) if name in found else _nothing(count, kind, encoded)
            for name, kind in self.schema.items()
        }
        table = pa.table(columns)
        return self.in_order(table)

    def in_order(self, table: pa.Table) -> pa.Table:
        """Rows of the fact table by key; words may be codes."""
        if _in_order(table, self.key):
            return table
        keys = {name: table.column(name) for name in self.key}
        plain = {
            name: column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column
            for name, column in keys.items()
        }
        return table.take(pc.sort_indices(pa.table(plain), [(name, "ascending") for name in self.key]))


DATES: Mapping[str, pa.DataType] = {"on": pa.date32(), "week": pa.date32(), "month": pa.int32()}


def streams() -> Mapping[str, Stream]:
    """Every stream by name, sorted."""
    return load_folder(STREAMS, Stream)


def stream(name: str) -> Stream | None:
    """One stream without loading its neighbours; None where there is none of that name."""
    return load_one(STREAMS, Stream, name)


def derived(names: Sequence[str], given: Given) -> dict[str, pa.Table]:
    """The fact tables of some streams by name."""
    known = streams()
    return {name: known[name].table(given) for name in names}


def programmes_of(rows: pa.Table, terms: ClockTerms) -> pa.Array:
    """The programme of each row by its queue, channel and language; empty where it belongs to none."""
    tables = TermTables(terms)
    coded = [pc.dictionary_encode(rows.column(name)).combine_chunks() for name in ("queue", "channel", "language")]
    coded = [one.chunk(0) if isinstance(one, pa.ChunkedArray) and one.num_chunks else one for one in coded]
    if not rows.num_rows:
        return pa.array([], pa.string())
    cell = np.zeros(rows.num_rows, np.int64)
    for one in coded:
        cell = cell * (len(one.dictionary) + 1) + np.asarray(one.indices.fill_null(len(one.dictionary)), np.int64)
    distinct, place = np.unique(cell, return_inverse=True)
    words = [[*one.dictionary.to_pylist(), None] for one in coded]
    found: list[str | None] = []
    for code in distinct.tolist():
        parts: list[str | None] = []
        for listed in reversed(words):
            code, at = divmod(code, len(listed))  # noqa: PLW2901 - the code is taken apart digit by digit
            parts.append(listed[at])
        language, channel, queue = parts
        programme = tables.programme_of(queue, channel, language)
        found.append(None if programme == NONE else terms.programmes[programme].programme)
    return pa.array(found, pa.string()).take(pa.array(place))


def local_dates(moment: str, instants: Any, zone: ZoneOffsets) -> dict[str, Any]:
    """Local date, Monday and month of instants, as columns named after `moment`; null where there is none."""
    micros = _micros(instants)
    unknown = np.asarray(micros.is_null())
    second = np.asarray(pc.fill_null(micros, 0), dtype=np.int64) // SECOND_US
    day: Any = local_day_many(zone_arrays(zone), second)
    monday: Any = monday_of(day)
    month: Any = month_of(day)
    mask = unknown if unknown.any() else None
    return {
        f"{moment}_on": pa.array(day.astype(np.int32), mask=mask).view(pa.date32()),
        f"{moment}_week": pa.array(monday.astype(np.int32), mask=mask).view(pa.date32()),
        f"{moment}_month": pa.array(month.astype(np.int32), mask=mask),
    }


def _typed(column: Any, kind: pa.DataType, *, encoded: bool) -> Any:
    if encoded and pa.types.is_dictionary(column.type) and pa.types.is_string(kind):
        return column
    return column.cast(kind)


def _nothing(count: int, kind: pa.DataType, encoded: bool) -> Any:
    """An empty column; as codes of no words it takes a quarter of the room."""
    if encoded and pa.types.is_string(kind):
        return pa.DictionaryArray.from_arrays(pa.nulls(count, pa.int8()), pa.array([], pa.string()))
    return pa.nulls(count, kind)


def _in_order(table: pa.Table, key: Sequence[str]) -> bool:
    """Whether rows stand by a key of whole numbers already; looking is a hundred times as quick as sorting."""
    columns = [table.column(name) for name in key]
    if any(column.null_count or not pa.types.is_integer(column.type) for column in columns):
        return False
    rising = np.zeros(max(table.num_rows - 1, 0), np.bool_)
    equal = ~rising
    for column in columns:
        values = np.asarray(column, dtype=np.int64)
        rising |= equal & (values[1:] > values[:-1])
        equal &= values[1:] == values[:-1]
    return bool((rising | equal).all())


def _micros(instants: Any) -> Any:
    return instants.cast(INSTANT).cast(pa.int64())
