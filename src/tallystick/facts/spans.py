"""Spans of time that belong to somebody, as arrays: made disjoint, cut at local midnights, looked up.

An instant is one whole number: the owner's code above the UTC second (`at`). Sorting such numbers sorts by owner and
time at once, and nothing ever reaches from one owner into the next. Spans are half-open; instants between seconds are
rounded down, so that pieces of a span always make the whole.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.vocabulary.opening import DAY_S, ZoneTable, local_day_many

Whole = npt.NDArray[np.int64]
BITS = 33
SECOND = (1 << BITS) - 1
MICROS = 1_000_000


class Spans(NamedTuple):
    """Spans by beginning: `begin` and `end` as owner and second, `rank` what each is."""

    begin: Whole
    end: Whole
    rank: Whole

    @property
    def owner(self) -> Whole:
        """The code of each span's owner."""
        return self.begin >> BITS

    def only(self, kept: Any) -> Spans:
        """Some of the spans."""
        return Spans(self.begin[kept], self.end[kept], self.rank[kept])


def seconds_of(column: pa.Array | pa.ChunkedArray, missing: int = -1) -> Whole:
    """UTC seconds since 1970 of instants, rounded down; `missing` where there is none."""
    micros = column.cast(pa.timestamp("us", tz="UTC")).cast(pa.int64())
    if isinstance(micros, pa.ChunkedArray):
        micros = micros.combine_chunks()
    if not micros.null_count:
        return np.asarray(micros, np.int64) // MICROS
    known = np.asarray(pc.fill_null(micros, 0), np.int64) // MICROS
    return np.where(np.asarray(micros.is_valid()), known, missing)


def at(owner: Any, second: Any) -> Whole:
    """Owner and second as one number."""
    found: Whole = (np.asarray(owner, np.int64) << BITS) | np.asarray(second, np.int64)
    return found


def in_order(key: Whole, then: Whole) -> Whole:
    """The places of rows by a key, of equals by another: sorts by the second only where the first does not decide."""
    order: Whole = np.argsort(key, kind="stable")
    sorted_ = key[order]
    same = sorted_[1:] == sorted_[:-1]
    tied = np.flatnonzero(np.r_[same, False] | np.r_[False, same])
    if len(tied):
        rows = order[tied]
        order[tied] = rows[np.lexsort((then[rows], key[rows]))]
    return order


def disjoint(spans: Spans) -> Spans:
    """The same time with one rank at each moment: the lowest of those that hold. Spans without length are dropped."""
    spans = spans.only(spans.end > spans.begin)
    if not len(spans.begin):
        return spans
    if (spans.begin[1:] < spans.begin[:-1]).any():
        spans = spans.only(np.argsort(spans.begin, kind="stable"))
    reach = np.maximum.accumulate(spans.end)
    opens = np.r_[True, spans.begin[1:] >= reach[:-1]]
    alone = opens & np.r_[opens[1:], True]
    if alone.all():
        return spans
    swept = _swept(spans.only(~alone))
    single = spans.only(alone)
    joined = Spans(*(np.concatenate(pair) for pair in zip(single, swept, strict=True)))
    return joined.only(np.argsort(joined.begin, kind="stable"))


def _swept(spans: Spans) -> Spans:
    """Overlapping spans cut at each beginning and end, with the lowest rank that holds between two cuts."""
    cuts = np.concatenate([spans.begin, spans.end])
    step = np.repeat(np.array([1, -1], np.int8), len(spans.begin))
    rank = np.concatenate([spans.rank, spans.rank])
    order = np.argsort(cuts, kind="stable")
    cuts, step, rank = cuts[order], step[order], rank[order]
    holds = np.full(len(cuts), -1, np.int64)
    for one in np.unique(rank)[::-1].tolist():
        running = np.cumsum(np.where(rank == one, step, np.int8(0)), dtype=np.int32)
        holds[running > 0] = one
    kept = np.flatnonzero((holds[:-1] >= 0) & (cuts[1:] > cuts[:-1]))
    return Spans(cuts[kept], cuts[kept + 1], holds[kept])


class Days(NamedTuple):
    """Local days in order: the number of the first one (days since 1970) and the instants at which each begins.

    The last instant is the end of the last day.
    """

    first: int
    begins: Whole

    def of(self, second: Any) -> Whole:
        """The place of the day in which each instant lies."""
        found: Whole = np.searchsorted(self.begins, second, side="right") - 1
        return found


def days_between(zone: ZoneTable, first_s: int, last_s: int) -> Days:
    """The local days from the one of `first_s` to the one of `last_s`, both UTC seconds."""
    first, last = local_day_many(zone, np.array([first_s, last_s])).tolist()
    return Days(first, midnights(zone, np.arange(first, last + 2)))


def midnights(zone: ZoneTable, days: Any) -> Whole:
    """The instant at which each local day begins; where the clock skips midnight, the first one after it.

    The offset before and the one after a clock change are tried; the earliest instant that lies on the day holds.
    """
    local = np.asarray(days, np.int64) * DAY_S
    offsets = np.asarray(zone.offset_s)
    near = np.searchsorted(np.asarray(zone.since_s), local, side="right") - 1
    tried = [local - offsets[np.clip(near + step, 0, len(offsets) - 1)] for step in (-1, 0, 1)]
    fits = [np.where(local_day_many(zone, one) == np.asarray(days), one, np.iinfo(np.int64).max) for one in tried]
    found: Whole = np.minimum.reduce(fits)
    return found


def cut_by_day(spans: Spans, days: Days) -> tuple[Spans, Whole]:
    """Spans cut at local midnights, and the place of the day of each."""
    first = days.of(spans.begin & SECOND)
    last = days.of((spans.end & SECOND) - 1)
    if (first == last).all():
        return spans, first
    pieces = last - first + 1
    row = np.repeat(np.arange(len(first)), pieces)
    found, day = spans.only(row), first[row]
    # Few spans reach into another day: only their pieces are cut, the others are copied as they are.
    cut = np.flatnonzero(pieces[row] > 1)
    places = np.cumsum(pieces) - pieces
    day[cut] += cut - places[row[cut]]
    owner = found.begin[cut] >> BITS
    found.begin[cut] = np.maximum(found.begin[cut], at(owner, days.begins[day[cut]]))
    found.end[cut] = np.minimum(found.end[cut], at(owner, days.begins[day[cut] + 1]))
    return found, day


class Lookup:
    """How much of some disjoint spans lies in other spans, as a difference of two running sums."""

    def __init__(self, of: Spans, inside: Spans) -> None:
        self._of = of
        self._places = [_place(of, end) for end in (inside.begin, inside.end)]
        self._reach = [
            np.clip(end - of.begin[place], 0, of.end[place] - of.begin[place]) if len(of.begin) else end * 0
            for place, end in zip(self._places, (inside.begin, inside.end), strict=True)
        ]

    def seconds(self, ranks: tuple[int, ...] | None = None) -> Whole:
        """For each span looked in, the seconds of the spans with one of some ranks that lie in it."""
        of = self._of
        if not len(of.begin):
            return self._reach[0]
        counts = np.ones(len(of.rank), bool) if ranks is None else np.isin(of.rank, ranks)
        lengths = np.where(counts, of.end - of.begin, 0)
        before = np.cumsum(lengths) - lengths
        until = [
            before[place] + np.where(counts[place], reach, 0)
            for place, reach in zip(self._places, self._reach, strict=True)
        ]
        found: Whole = until[1] - until[0]
        return found


def _place(of: Spans, instants: Whole) -> Whole:
    """The last span that begins by each instant; the first one where there is none."""
    found: Whole = np.maximum(np.searchsorted(of.begin, instants, side="right") - 1, 0)
    return found
