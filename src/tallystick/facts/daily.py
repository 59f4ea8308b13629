"""Facts of local days: which days a change can reach, and which rows decide the facts of some days.

A piece is a run of local days. Beside the rows that lie near it come those without which a fact of it would not know
what is known at all: one row of each combination of words that must be known, and the first and the last row of all.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.facts.closure import SECOND_US, Again, Changed, keys_in
from tallystick.facts.layered import NOWHERE, Layered, Places, Whole
from tallystick.facts.spans import midnights, seconds_of
from tallystick.vocabulary.opening import DAY_S, local_day_many

# From this share of its days on a stream is derived anew: the neighbours of many days are most of the rows.
WORTH_IT = 4
OPEN_END = 2**40
SPAN = ("started_at", "ended_at")


class DayRows(Protocol):
    """How the rows of one table hang on time."""

    def touched(self, changed: Changed) -> tuple[Whole, Whole]:
        """Beginnings and ends (UTC seconds) of the times of which a change in the table may reach the facts."""

    def near(self, changed: Changed, start_s: int, end_s: int) -> Places:
        """The rows that decide the facts of [start, end), and perhaps others."""


@dataclass(frozen=True)
class Daily:
    """Facts of local days, or of slots of `slot_s` in them; the column `begins` holds the beginning of each.

    Rows of `carried` tables (those whose column holds one of some words) take something from the local day on which
    they begin, and carry it as far as they reach. Of each combination of the `known` columns one row always comes;
    where combinations appear or vanish all is derived anew. `extent` are tables whose first and last instant of all
    decide on which days there are facts.
    """

    tables: Mapping[str, DayRows]
    begins: str = "day_at"
    beside: tuple[str, ...] = ()
    slot_s: int = 1
    carried: Mapping[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    known: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    extent: tuple[str, ...] = ()

    @property
    def reads(self) -> frozenset[str]:
        """The tables that rows are found in."""
        return frozenset({*self.tables, *self.beside, *self.known, *self.extent})

    def standing(self, rows: Mapping[str, Layered]) -> dict[str, Any]:
        """Which combinations are known, and the first and last second of all rows."""
        found: dict[str, Any] = {}
        if self.known:
            told = {name: sorted(map(list, _combinations(rows[name], columns)), key=str)
                    for name, columns in self.known.items()}  # fmt: skip
            found["known"] = hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]
        if self.extent:
            found["extent"] = _extent(rows[name] for name in self.extent)
        return found

    def again(self, changed: Changed, facts: Layered) -> list[Again] | None:
        """One piece for each run of days in a row that a change may reach."""
        if changed.any_in(self.beside):
            return None
        now = self.standing(changed.rows)
        if now.get("known") != changed.stood.get("known"):
            return None
        zone = changed.zone
        known = np.concatenate([NOWHERE, *(seconds_of(rows.column(self.begins)) for rows in facts.layers)])
        if not len(known):
            return None
        first, last = local_day_many(zone, np.array([known.min(), known.max()])).tolist()
        spans = [rows.touched(changed) for name, rows in self.tables.items() if changed.any_in([name])]
        days = self._days(changed, spans, last)
        if self.carried and len(days):
            spans = [(midnights(zone, days), midnights(zone, days + 1)), *self._carried_by(changed, days)]
            days = self._days(changed, spans, last)
        if self.extent:
            days = np.union1d(days, _uncovered(changed, changed.stood.get("extent"), now["extent"]))
        if len(days) * WORTH_IT > last - first + 1:
            return None
        runs = np.split(days, np.flatnonzero(np.diff(days) > 1) + 1) if len(days) else []
        if not runs:
            return []
        always = self._always(changed.rows)
        bounds = [midnights(zone, np.array([run[0], run[-1] + 1])).tolist() for run in runs]
        return [self._piece(changed, start, end, always) for start, end in bounds]

    def _days(self, changed: Changed, spans: Iterable[tuple[Whole, Whole]], last: int) -> Whole:
        """The local days of some times, in order; what has no end reaches to the last day of all."""
        parts = list(spans)
        begin = np.concatenate([NOWHERE, *(part[0] for part in parts)])
        end = np.concatenate([NOWHERE, *(part[1] for part in parts)])
        if not len(begin):
            return NOWHERE
        zone, open_ = changed.zone, end >= OPEN_END
        since = local_day_many(zone, begin)
        until = np.where(open_, since, local_day_many(zone, np.where(open_, begin, np.maximum(end - 1, begin))))
        until = np.where(open_, max(last, int(until.max())), until)
        steps = np.zeros(int(until.max()) - int(since.min()) + 2, np.int64)
        np.add.at(steps, since - since.min(), 1)
        np.add.at(steps, until - since.min() + 1, -1)
        found: Whole = np.flatnonzero(np.cumsum(steps)[:-1] > 0) + int(since.min())
        return found

    def _carried_by(self, changed: Changed, days: Whole) -> Iterable[tuple[Whole, Whole]]:
        """The times of the carried rows that begin on some days."""
        zone = changed.zone
        for run in np.split(days, np.flatnonzero(np.diff(days) > 1) + 1):
            start, end = midnights(zone, np.array([run[0], run[-1] + 1])).tolist()
            for name, own in self.carried.items():
                rows = changed.rows[name]
                yield _times(rows, rows.between("started_at", "started_at", start * SECOND_US, end * SECOND_US), own)

    def _always(self, rows: Mapping[str, Layered]) -> dict[str, Places]:
        """The rows that come with every piece."""
        found = {name: tuple(NOWHERE for _ in rows[name].layers) for name in {*self.known, *self.extent}}
        for name, columns in self.known.items():
            found[name] = _both(found[name], _gathered(rows[name], _combinations(rows[name], columns).values()))
        for name in self.extent:
            found[name] = _both(found[name], _gathered(rows[name], _outermost(rows[name])))
        return found

    def _piece(self, changed: Changed, start_s: int, end_s: int, always: Mapping[str, Places]) -> Again:
        start_s, end_s = start_s - start_s % self.slot_s, -(-end_s // self.slot_s) * self.slot_s
        since, until = start_s, end_s
        if self.carried:
            since, until = start_s - DAY_S, end_s + DAY_S
            for name, own in self.carried.items():
                rows = changed.rows[name]
                begins = _times(rows, rows.between(*SPAN, (start_s - DAY_S) * SECOND_US, until * SECOND_US), own)[0]
                since = min(since, int(begins.min(initial=since)))
            since = int(midnights(changed.zone, local_day_many(changed.zone, np.array([since])))[0]) - DAY_S
        places = {name: rows.near(changed, since, until) for name, rows in self.tables.items()}
        for name, more in always.items():
            places[name] = _both(places[name], more) if name in places else more
        tables = {name: changed.rows[name].taken(found) for name, found in places.items()}
        tables |= {name: changed.rows[name].whole() for name in self.beside}
        first, last = start_s * SECOND_US, end_s * SECOND_US
        return Again(tables, lambda rows: rows.between(self.begins, self.begins, first, last), None)


def in_span(rows: Layered, columns: tuple[str, str], start_s: int, end_s: int) -> Places:
    """The rows whose time between two columns of instants touches [start, end)."""
    return rows.between(*columns, start_s * SECOND_US, end_s * SECOND_US)


def _times(rows: Layered, places: Places, own: tuple[str, tuple[str, ...]]) -> tuple[Whole, Whole]:
    """Beginnings and ends of those of some rows whose column holds one of some words; without an end, for a day."""
    column, words = own
    table = rows.taken(places, [*SPAN, column])
    table = table.filter(pc.fill_null(pc.is_in(table.column(column), value_set=pa.array(words)), fill_value=False))
    begin, end = (seconds_of(table.column(name)) for name in SPAN)
    return begin, np.where(end < 0, begin + DAY_S, np.maximum(end, begin)) + 1


# ---- what is known at all ----------------------------------------------------------------------------------------


def _combinations(rows: Layered, columns: tuple[str, ...]) -> dict[tuple[str | None, ...], tuple[int, int]]:
    """The combinations of words that rows hold, and for each a row: the number of its layer, and its place there."""
    found: dict[tuple[str | None, ...], tuple[int, int]] = {}
    for number, (layer, places) in enumerate(zip(rows.layers, rows.every(), strict=True)):
        code, listed = np.zeros(layer.num_rows, np.int64), []
        for name in columns:
            coded = _coded(layer.column(name))
            words = [*coded.dictionary.to_pylist(), None]
            code = code * len(words) + np.asarray(coded.indices.fill_null(len(words) - 1), np.int64)
            listed.append(words)
        code = code if len(places) == len(code) else code[places]
        size = int(code.max(initial=-1)) + 1
        if size > 1 << 24:
            different, first = np.unique(code, return_index=True)
        else:
            place = np.full(size, -1, np.int64)
            place[code[::-1]] = np.arange(len(code))[::-1]
            different = np.flatnonzero(place >= 0)
            first = place[different]
        for one, at in zip(different.tolist(), first.tolist(), strict=True):
            said, rest = [], one
            for words in reversed(listed):
                rest, word = divmod(rest, len(words))
                said.append(words[word])
            found.setdefault(tuple(reversed(said)), (number, int(places[at])))
    return found


def _coded(column: pa.ChunkedArray) -> pa.DictionaryArray:
    whole = column.combine_chunks()
    whole = whole.chunk(0) if isinstance(whole, pa.ChunkedArray) and whole.num_chunks else whole
    if isinstance(whole, pa.ChunkedArray):
        return pa.array([], pa.string()).dictionary_encode()
    return whole if pa.types.is_dictionary(whole.type) else whole.cast(pa.string()).dictionary_encode()


def _bounds(rows: Layered) -> Iterable[tuple[int, int, int, int, int]]:
    """Of each layer and instant (number of the layer): place and value of the least, then of the greatest."""
    for number, (layer, places) in enumerate(zip(rows.layers, rows.every(), strict=True)):
        for name in SPAN:
            column = layer.column(name).cast(pa.int64())
            column = column if len(places) == layer.num_rows else column.take(pa.array(places))
            if column.null_count == len(column):
                continue
            bounds = pc.min_max(column)
            low, high = bounds["min"], bounds["max"]
            at = [int(places[pc.index(column, one).as_py()]) for one in (low, high)]
            yield number, at[0], low.as_py(), at[1], high.as_py()


def _extent(several: Iterable[Layered]) -> list[int]:
    """The first and the last second of rows; empty without any."""
    found = [one for rows in several for one in _bounds(rows)]
    if not found:
        return []
    return [min(one[2] for one in found) // SECOND_US, max(one[4] for one in found) // SECOND_US]


def _outermost(rows: Layered) -> Iterable[tuple[int, int]]:
    for number, least, _, greatest, _ in _bounds(rows):
        yield number, least
        yield number, greatest


def _uncovered(changed: Changed, before: list[int] | None, now: list[int]) -> Whole:
    """The days between the first (last) one before and now: whether they have facts at all may differ."""
    if not before or not now:
        return NOWHERE if before == now else np.arange(0, 1 << 16)
    days = local_day_many(changed.zone, np.array([*before, *now]))
    found = [np.arange(min(days[at], days[at + 2]), max(days[at], days[at + 2]) + 1)
             for at in (0, 1) if days[at] != days[at + 2]]  # fmt: skip
    return np.concatenate([NOWHERE, *found])


def _gathered(rows: Layered, chosen: Iterable[tuple[int, int]]) -> Places:
    lots: list[list[int]] = [[] for _ in rows.layers]
    for number, place in chosen:
        lots[number].append(place)
    return tuple(np.unique(np.array(lot, np.int64)) for lot in lots)


def _both(some: Places, more: Places) -> Places:
    return tuple(np.union1d(one, other) for one, other in zip(some, more, strict=True))


# ---- tables ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class WithCalls:
    """Segments of calls: a call decides facts on any day on which one of its segments begins, and comes whole."""

    name: str = "call"
    key: str = "call_key"
    moment: str = "started_at"

    def touched(self, changed: Changed) -> tuple[Whole, Whole]:
        """The beginning of every segment of the calls that differ."""
        differ, rows = changed.differ[self.name], changed.rows[self.name]
        now = rows.taken(rows.holding(self.key, keys_in(differ, self.key)), [self.moment])
        begins = np.concatenate([seconds_of(one.column(self.moment)) for one in (differ, now)])
        begins = begins[begins >= 0]
        return begins, begins + 1

    def near(self, changed: Changed, start_s: int, end_s: int) -> Places:
        """Calls of which a segment begins in the time, whole."""
        rows = changed.rows[self.name]
        inside = rows.between(self.moment, self.moment, start_s * SECOND_US, end_s * SECOND_US)
        return rows.holding(self.key, keys_in(rows.taken(inside, [self.key]), self.key))


@dataclass(frozen=True)
class InSlots:
    """Rows of intervals, of which those with one beginning may replace each other; without an end, half an hour."""

    name: str

    def touched(self, changed: Changed) -> tuple[Whole, Whole]:
        """The time of every row that begins with one that differs."""
        differ, rows = changed.differ[self.name], changed.rows[self.name]
        moments = differ.column("started_at").cast(pa.int64())
        same = rows.holding("started_at", np.unique(np.asarray(moments.drop_null(), dtype=np.int64)))
        every = pa.concat_tables([differ.select(SPAN), rows.taken(same, SPAN)])
        begin, end = (seconds_of(every.column(name)) for name in SPAN)
        known = begin >= 0
        return begin[known], np.maximum(end, begin + 1800)[known] + 1

    def near(self, changed: Changed, start_s: int, end_s: int) -> Places:
        """The rows that touch the time, and what begins a day before."""
        return in_span(changed.rows[self.name], SPAN, start_s - DAY_S, end_s)


@dataclass(frozen=True)
class FromThenOn:
    """Rows that count from an instant on, for as long as there is anything: all of them are always near."""

    name: str
    moment: str

    def touched(self, changed: Changed) -> tuple[Whole, Whole]:
        """From the instant of each row that differs."""
        begins = seconds_of(changed.differ[self.name].column(self.moment))
        begins = begins[begins >= 0]
        return begins, np.full(len(begins), OPEN_END)

    def near(self, changed: Changed, start_s: int, end_s: int) -> Places:  # noqa: ARG002  the protocol's
        """Every row."""
        return changed.rows[self.name].every()
