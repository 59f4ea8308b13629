"""Which calls decide a period: those that touch it, and those near them in their customers' chains.

Gaps are taken between segments of any reason, so that no chain is cut; a call has one customer. What hangs together is
found once for all rows, so that each further period costs what lies in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.facts.visits import MISSING, SECOND_US, Integers, Segments, micros
from tallystick.records.keys import distinct, numbered, ordered

NOBODY = -1
NOWHERE: Integers = np.zeros(0, np.int64)


def calls_of_period(rows: pa.Table, start_s: int, end_s: int, window_s: int) -> pa.Table:
    """All segments of the calls that decide [start_s, end_s), UTC seconds, in the order of `rows`."""
    return rows.take(pa.array(NearCalls(rows, window_s).places(start_s, end_s)))


@dataclass(frozen=True)
class _Groups:
    """Places by the number of their group: those of group `n` lie from `starts[n]` to `starts[n + 1]`."""

    places: Integers
    starts: Integers

    @classmethod
    def of(cls, numbers: Integers, count: int) -> _Groups:
        order = np.arange(len(numbers)) if (numbers[1:] >= numbers[:-1]).all() else ordered(numbers)
        return cls(order, np.r_[0, np.cumsum(np.bincount(numbers, minlength=count))])

    def among(self, wanted: Integers) -> Integers:
        """The places in some groups."""
        begin, size = self.starts[wanted], self.starts[wanted + 1] - self.starts[wanted]
        ends = np.cumsum(size)
        step = np.arange(int(ends[-1]) if len(ends) else 0) - np.repeat(ends - size, size)
        found: Integers = self.places[np.repeat(begin, size) + step]
        return found


class NearCalls:
    """What hangs together among the segments of calls; `rows` are canonical `call` rows in any order."""

    def __init__(self, rows: pa.Table, window_s: int) -> None:
        """Rows of one customer are near while no gap is longer than `window_s`, counted in whole seconds like facts."""
        call = np.asarray(pc.fill_null(rows.column("call_key"), MISSING), dtype=np.int64)
        begin, end = micros(rows.column("started_at")), micros(rows.column("ended_at"))
        calls, self._call = numbered(call)
        self._rows_of_call = _Groups.of(self._call, calls)
        chain = self._chains(rows, begin, calls, window_s)
        held = np.flatnonzero(chain != NOBODY)
        self._chain = chain
        self._rows_of_chain = _Groups(*_held(chain, held))
        # By beginning, with the latest end so far: what touches a time lies between two places.
        started = np.flatnonzero(begin != MISSING)
        self._by_begin = started[ordered(begin[started])]
        self._begin = begin[self._by_begin]
        ends = end[self._by_begin]
        self._until = np.where(ends == MISSING, self._begin, np.maximum(ends, self._begin))
        self._latest = np.maximum.accumulate(self._until) if len(self._until) else self._until

    def places(self, start_s: int, end_s: int) -> Integers:
        """The places of all segments that decide [start_s, end_s), in order."""
        high = int(np.searchsorted(self._begin, end_s * SECOND_US, "left"))
        low = int(np.searchsorted(self._latest, start_s * SECOND_US, "left"))
        touching = self._by_begin[low:high][self._until[low:high] >= start_s * SECOND_US]
        calls, found = distinct(self._call[touching]), NOWHERE
        # A call that pauses for long is in two chains: each brings the other.
        while len(found) < len(mine := self._rows_of_call.among(calls)):
            found = mine
            chains = distinct(self._chain[found])
            near = self._rows_of_chain.among(chains[chains != NOBODY])
            calls = distinct(np.concatenate([calls, self._call[near]]))
        found.sort()
        return found

    def _settle(self, rows: pa.Table, of_call: Integers, other: Integers) -> None:
        """Whose a call is that names two customers: as facts say it, by the order of its segments."""
        doubtful = distinct(self._call[other])
        if not len(doubtful):
            return
        places = self._rows_of_call.among(doubtful)
        key = np.asarray(pc.fill_null(rows.column("call_key").take(pa.array(places)), MISSING), dtype=np.int64)
        places, key = places[key != MISSING], key[key != MISSING]
        segments = Segments(rows.take(pa.array(places)))
        _, first = np.unique(key, return_index=True)
        of_call[self._call[places[first]]] = segments.key_of_call("requester_key")

    def _chains(self, rows: pa.Table, begin: Integers, calls: int, window_s: int) -> Integers:
        """The number of each row's chain; `NOBODY` where its customer or its beginning is not known."""
        requester = np.asarray(pc.fill_null(rows.column("requester_key"), MISSING), dtype=np.int64)
        named = np.flatnonzero((requester != MISSING) & (begin != MISSING))
        of_call = np.full(calls, MISSING, np.int64)
        of_call[self._call[named]] = requester[named]
        self._settle(rows, of_call, named[of_call[self._call[named]] != requester[named]])
        known = of_call != MISSING
        of_call[known] = numbered(of_call[known])[1]
        customer = of_call[self._call]
        theirs = np.flatnonzero((customer != MISSING) & (begin != MISSING))
        found = np.full(len(begin), NOBODY, np.int64)
        if not len(theirs):
            return found
        who, second = customer[theirs], begin[theirs] // SECOND_US
        order = ordered(who, second)
        who, second = who[order], second[order]
        apart = (who[1:] != who[:-1]) | (second[1:] - second[:-1] > window_s)
        found[theirs[order]] = np.cumsum(np.r_[False, apart])
        return found


def _held(chain: Integers, held: Integers) -> tuple[Integers, Any]:
    count = int(chain[held].max()) + 1 if len(held) else 0
    groups = _Groups.of(chain[held], count)
    return held[groups.places], groups.starts
