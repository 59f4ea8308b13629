"""From the segments of calls to visits: which segments belong together, and what each visit came to.

A *visit* is one stay of one contact at one queue, from its entry to its end there. Its number counts the visits of the
call from 1. What lies before the first queue is visit 0: a contact without a queue (`direct`: an outbound call, a
direct line), or a session with a machine that reached nobody (`ivr`, `bot`). A machine in front of a queue is no row.

Everything runs on whole columns that are sorted by call and time: numbers per visit are sums between boundaries.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Integers = npt.NDArray[np.int64]
Places = npt.NDArray[np.int32]
Truths = npt.NDArray[np.bool_]

SECOND_US = 1_000_000
MISSING = np.iinfo(np.int64).min

# In the order in which segments that begin together follow one another.
KINDS = ("ivr", "bot", "queue", "ring", "talk", "hold", "wrap")
IVR, BOT, QUEUE, RING, TALK, HOLD, WRAP = range(len(KINDS))
# How a visit ended where nobody answered it, as its queue (or machine) segment says.
LOST = ("abandoned", "overflow", "timeout", "callback", "refused")
ANSWERED, WAITING, UNKNOWN, SELF_SERVED = "answered", "waiting", "unknown", "self_served"
DIRECT = "direct"
# After these a segment at the same queue is the same wait that goes on, not another visit.
GOES_ON = ("", "unknown", "no_answer")


def micros(column: Any) -> Integers:
    """Instants as microseconds since 1970; MISSING where there is none."""
    whole = pc.fill_null(column.cast(pa.timestamp("us", tz="UTC")).cast(pa.int64()), MISSING)
    return np.asarray(whole, dtype=np.int64)


@dataclass(frozen=True)
class Words:
    """A column of words as codes of a list; -1 is none."""

    codes: npt.NDArray[np.int32]
    words: tuple[str, ...]

    @classmethod
    def of(cls, column: Any, order: Any) -> Words:
        """The words of a column in the order of some places."""
        coded = column if pa.types.is_dictionary(column.type) else pc.dictionary_encode(column)
        whole = coded.unify_dictionaries().combine_chunks() if isinstance(coded, pa.ChunkedArray) else coded
        if isinstance(whole, pa.ChunkedArray):  # no rows leave no chunk
            return cls(np.zeros(0, np.int32), ())
        codes = np.asarray(whole.indices.fill_null(-1), dtype=np.int32)
        return cls(codes if order is None else codes[order], tuple(whole.dictionary.to_pylist()))

    def __getitem__(self, places: Any) -> Words:
        return Words(self.codes[places], self.words)

    def among(self, *wanted: str) -> Truths:
        """Which rows hold one of some words; '' is none."""
        fits = np.array([*(word in wanted for word in self.words), "" in wanted], np.bool_)
        return fits[self.codes]

    def array(self) -> pa.Array:
        """The words as Arrow text in dictionary form."""
        none = self.codes < 0
        indices = pa.array(self.codes, mask=none if none.any() else None)
        return pa.DictionaryArray.from_arrays(indices, pa.array(list(self.words), pa.string()))


def picked(words: Words, places: Integers) -> Words:
    """The words at some places; none where a place is negative."""
    if not len(words.codes):
        return Words(np.full(len(places), -1, np.int32), words.words)
    return Words(np.where(places < 0, np.int32(-1), words.codes[np.maximum(places, 0)]), words.words)


@dataclass(frozen=True)
class Grouped:
    """Rows in groups that lie one after another: where each begins, and for each row its group.

    Places among all rows are 32 bits wide while they are many, which halves what is moved.
    """

    starts: Integers
    of: Places

    @classmethod
    def by(cls, begins: Truths) -> Grouped:
        """Groups by the rows with which one begins."""
        of = np.cumsum(begins, dtype=np.int32)
        of -= 1
        return cls(np.flatnonzero(begins), of)

    def first(self, fits: Truths) -> Integers:
        """For each group the first row that fits; -1 where there is none."""
        size = len(fits)
        if not size:
            return np.zeros(0, np.int64)
        place = np.where(fits, np.arange(size, dtype=np.int32), np.int32(size))
        found = np.minimum.reduceat(place, self.starts).astype(np.int64)
        return np.where(found == size, -1, found)

    def last(self, fits: Truths) -> Integers:
        """For each group the last row that fits; -1 where there is none."""
        if not len(fits):
            return np.zeros(0, np.int64)
        place = np.where(fits, np.arange(len(fits), dtype=np.int32), np.int32(-1))
        return np.maximum.reduceat(place, self.starts).astype(np.int64)

    def any(self, fits: Truths) -> Truths:
        """Whether some row of each group fits."""
        return np.logical_or.reduceat(fits, self.starts) if len(fits) else np.zeros(0, np.bool_)


def in_order(call: Integers, begin: Integers, tie: Any) -> Integers | None:
    """Places that sort segments by call and start, then by what `tie` gives for the few that begin together.

    None where they are in that order. Sorting by two columns and looking at the ties is three times as quick as
    sorting by five.
    """
    rises = (call[1:] > call[:-1]) | ((call[1:] == call[:-1]) & (begin[1:] >= begin[:-1]))
    order = None if rises.all() else np.lexsort((begin, call))
    at = call if order is None else call[order]
    when = begin if order is None else begin[order]
    equal = (at[1:] == at[:-1]) & (when[1:] == when[:-1])
    if not equal.any():
        return order
    tied = np.flatnonzero(np.r_[equal, False] | np.r_[False, equal])
    places = np.arange(len(call)) if order is None else order
    own = places[tied]
    further = tie(own)
    places = places.copy()
    places[tied] = own[np.lexsort((*further, begin[own], call[own]))]
    return places


class Segments:
    """The segments of calls, sorted, with the visit that each belongs to."""

    def __init__(self, rows: pa.Table) -> None:
        """`rows` are canonical `call` rows in any order; those without a start do not count."""
        if rows.column("started_at").null_count or rows.column("call_key").null_count:
            rows = rows.filter(pc.and_(rows.column("started_at").is_valid(), rows.column("call_key").is_valid()))
        call, begin = np.asarray(rows.column("call_key"), dtype=np.int64), micros(rows.column("started_at"))
        kind = Words.of(rows.column("kind"), None)
        rank = np.array([*(KINDS.index(word) for word in kind.words), QUEUE], np.int8)[kind.codes]
        seq = np.asarray(pc.fill_null(rows.column("seq"), 0), dtype=np.int64)
        key = np.asarray(rows.column("segment_key"), dtype=np.int64)
        order = in_order(call, begin, lambda own: (key[own], rank[own], seq[own]))
        self.rows = rows
        self.order = order
        self.call = call if order is None else call[order]
        self.begin = begin if order is None else begin[order]
        self.kind = rank if order is None else rank[order]
        self.size = len(call)

    def words(self, name: str) -> Words:
        """A column of words, sorted like the segments."""
        return Words.of(self.rows.column(name), self.order)

    def texts(self, name: str, places: Integers) -> Any:
        """Text of some segments, null where a place is negative: for a column with nearly a word of its own a row."""
        column = self.rows.column(name)
        if column.null_count == len(column):
            return pa.nulls(len(places), pa.string())
        chosen = places if self.order is None or not self.size else self.order[np.maximum(places, 0)]
        missing = places < 0
        found = column.take(pa.array(chosen, mask=missing if missing.any() else None))
        return found.cast(pa.string())

    def keys(self, name: str) -> Integers:
        """A column of keys, sorted like the segments; MISSING where there is none."""
        values = np.asarray(pc.fill_null(self.rows.column(name), MISSING), dtype=np.int64)
        return values if self.order is None else values[self.order]

    @cached_property
    def calls(self) -> Grouped:
        """The segments by call."""
        return Grouped.by(np.r_[True, self.call[1:] != self.call[:-1]][: self.size])

    def key_of_call(self, name: str) -> Integers:
        """By call, the key that the first segment to name one names; MISSING where none does."""
        values = self.keys(name)
        place = self.calls.first(values != MISSING)
        return np.where(place < 0, MISSING, values[np.maximum(place, 0)])

    @cached_property
    def result(self) -> Words:
        """How each ended."""
        return self.words("result")

    @cached_property
    def queue(self) -> Words:
        """Its queue."""
        return self.words("queue")

    @cached_property
    def agent(self) -> Words:
        """Its agent."""
        return self.words("agent")

    @cached_property
    def end(self) -> Integers:
        """When each ended; without an end, when the next one of its call that is no ring began; MISSING if none did.

        After-work may run beside what comes next, so without an end of its own it has none.
        """
        end = micros(self.rows.column("ended_at"))
        end = end if self.order is None else end[self.order]
        gaps = np.flatnonzero((end == MISSING) & (self.kind != WRAP))
        if len(gaps):
            solid = np.where(self.kind == RING, self.size, np.arange(self.size))
            following = np.minimum.accumulate(np.r_[solid[1:], self.size][::-1])[::-1][gaps]
            known = following < self.size
            inside = np.minimum(following, self.size - 1)
            known &= self.call[inside] == self.call[gaps]
            end = end.copy()
            end[gaps[known]] = self.begin[inside[known]]
        return end

    @cached_property
    def seconds(self) -> Integers:
        """How long each took, whole seconds; 0 where its end is not known or lies before its start."""
        span = np.where(self.end == MISSING, self.begin, self.end) - self.begin
        return np.maximum(span // SECOND_US, 0)

    @cached_property
    def visits(self) -> Grouped:
        """The segments by visit, in the order of time."""
        begins = np.zeros(self.size, np.bool_)
        begins[self.calls.starts] = True
        queue = np.flatnonzero(self.kind == QUEUE)
        if len(queue) > 1:
            talks = np.cumsum(self.kind == TALK)
            before, here = queue[:-1], queue[1:]
            same = (self.call[before] == self.call[here]) & (self.queue.codes[before] == self.queue.codes[here])
            same &= talks[before] == talks[here]
            same &= self.result[before].among(*GOES_ON)
            begins[np.r_[queue[:1], here[~same]]] = True
        else:
            begins[queue] = True
        return Grouped.by(begins)

    @cached_property
    def own_visit(self) -> Places:
        """The visit whose work each segment is: hold and after-work belong to where their agent spoke last.

        After a transfer the first agent still writes up the call while the customer waits in another queue.
        """
        found = self.visits.of
        late = np.flatnonzero((self.kind == HOLD) | (self.kind == WRAP))
        # Only where a call has several visits can the newest one be another than the agent's own.
        per_call = np.zeros(len(self.calls.starts), np.int64)
        np.add.at(per_call, self.calls.of[self.visits.starts], 1)
        late = late[per_call[self.calls.of[late]] > 1]
        if not len(late):
            return found
        talk = np.flatnonzero((self.kind == TALK) & (per_call[self.calls.of] > 1))
        both = np.concatenate([talk, late])
        by_agent = both[np.lexsort((both, self.agent.codes[both], self.call[both]))]
        spoke = np.maximum.accumulate(np.where(self.kind[by_agent] == TALK, np.arange(len(by_agent)), -1))
        at = by_agent[np.maximum(spoke, 0)]
        same = (spoke >= 0) & (self.call[at] == self.call[by_agent])
        same &= (self.agent.codes[at] == self.agent.codes[by_agent]) & (self.agent.codes[by_agent] >= 0)
        same &= self.kind[by_agent] != TALK
        found = found.copy()
        found[by_agent[same]] = self.visits.of[at[same]]
        return found

    def total(self, kind: int) -> Integers:
        """The seconds of one kind of segment in each visit."""
        mine = np.flatnonzero(self.kind == kind)
        total = np.zeros(len(self.visits.starts), np.int64)
        np.add.at(total, self.own_visit[mine], self.seconds[mine])
        return total

    def ringing(self) -> Integers:
        """The seconds in which each visit rang at any agent: two telephones that ring together count once."""
        total = np.zeros(len(self.visits.starts), np.int64)
        ring = np.flatnonzero((self.kind == RING) & (self.end != MISSING))
        if not len(ring):
            return total
        group = self.visits.of[ring]
        begin = self.begin[ring] - self.begin[ring].min()
        stop = np.maximum(self.end[ring] - self.begin[ring].min(), begin)
        first = np.r_[True, group[1:] != group[:-1]]
        if (first[1:] | (begin[1:] >= stop[:-1])).all():
            np.add.at(total, group, stop - begin)
            return total // SECOND_US
        # A running maximum within groups: each group is lifted above all that came before it.
        lift = np.cumsum(first) - 1
        rank = np.argsort(np.argsort(stop, kind="stable"), kind="stable")
        high = np.maximum.accumulate(rank + lift * len(ring)) - lift * len(ring)
        reached = np.sort(stop)[high]
        before = np.where(first, begin, np.r_[begin[:1], reached[:-1]])
        np.add.at(total, group, np.maximum(stop - np.maximum(begin, before), 0))
        return total // SECOND_US

    def open_work(self) -> Truths:
        """Whether some work of each visit has no end yet, or none that is known."""
        running = np.zeros(len(self.visits.starts), np.bool_)
        unended = (self.end == MISSING) & np.isin(self.kind, (TALK, HOLD, WRAP))
        running[self.own_visit[unended]] = True
        return running

    def latest_end(self) -> Integers:
        """When each visit's talking and holding ended; MISSING where there was none or it goes on."""
        latest = np.full(len(self.visits.starts), MISSING, np.int64)
        spoken = np.flatnonzero((self.kind == TALK) | (self.kind == HOLD))
        np.maximum.at(latest, self.own_visit[spoken], self.end[spoken])
        latest[self.own_visit[spoken[self.end[spoken] == MISSING]]] = MISSING
        return latest


def as_instants(values: Integers) -> pa.Array:
    """Microseconds as UTC instants; MISSING is null."""
    unknown = values == MISSING
    return pa.array(values, mask=unknown if unknown.any() else None).view(pa.timestamp("us", tz="UTC"))


def as_keys(values: Integers) -> pa.Array:
    """Keys or seconds; MISSING is null."""
    unknown = values == MISSING
    return pa.array(values, mask=unknown if unknown.any() else None)
