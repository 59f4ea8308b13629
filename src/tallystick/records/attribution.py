"""Whose case is it: the partner that holds a case at each of its events, from queue, owner and what the source says.

An event names its holder when the source gave a partner, when it puts the case into a mapped queue, or to a mapped
agent. It holds until the next event that names one. Before the first, the holder is the case's own: what the source
(or the feed) gave, the partner of its queue at creation, else the first holder that its events name.

The result is a function of the newest rows and the mapping alone, so it is worked out again for every touched case,
and rows whose holder changed get a newer revision: neither late events nor a corrected mapping leave a trace of order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.records.keys import distinct
from tallystick.records.ordering import natural_keys, ordered, starts
from tallystick.records.tables.case_event import TABLE as _EVENTS
from tallystick.records.word_columns import encoded
from tallystick.vocabulary.scope import Scope

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tallystick.records.lake import Lake

UNASSIGNED = "unassigned"

History = tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class Holders:
    """Which partner a queue or an agent belongs to: word -> ((from, partner), ...), sorted; UTC microseconds."""

    queues: Mapping[str, History] = field(default_factory=dict)
    agents: Mapping[str, History] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.queues or self.agents)

    @classmethod
    def of_rows(cls, rows: pa.Table, source: str) -> Holders:
        """From the canonical rows of table `mapping`, for one source."""
        found: dict[str, dict[str, list[tuple[int, str]]]] = {"queue": {}, "agent": {}}
        for row in rows.select(["source", "kind", "raw", "meaning", "valid_from"]).to_pylist():
            if row["source"] == source and row["kind"] in found and row["meaning"]:
                since = row["valid_from"]
                instant = -(2**62) if since is None else int(since.timestamp()) * 1_000_000 + since.microsecond
                found[row["kind"]].setdefault(row["raw"], []).append((instant, row["meaning"]))
        return cls(
            {word: tuple(sorted(since)) for word, since in found["queue"].items()},
            {word: tuple(sorted(since)) for word, since in found["agent"].items()},
        )


def holders_by_source(lake: Lake | None) -> dict[str, Holders]:
    """What the lake knows of the queues and agents of every source."""
    if lake is None:
        return {}
    rows = lake.read(Scope.of_client(lake.client), "mapping")
    return {source: Holders.of_rows(rows, source) for source in rows.column("source").unique().to_pylist()}


def held_at(words: pa.ChunkedArray, instants: pa.ChunkedArray, held: Mapping[str, History]) -> pa.Array:
    """The partner that each queue or agent belongs to at its instant, null where it is not known."""
    codes = _Codes()
    found = codes.held(words, _micro(instants), held)
    return pa.array(codes.names, pa.string()).take(pa.array(found, mask=found < 0))


class _Codes:
    """Partners as small numbers while they are worked out; -1 is nobody known."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self._code: dict[str, int] = {}

    def of(self, name: str) -> int:
        if name not in self._code:
            self._code[name] = len(self.names)
            self.names.append(name)
        return self._code[name]

    def column(self, column: pa.ChunkedArray) -> NDArray[np.int64]:
        """A column of partner names as codes."""
        words, codes = encoded(column)
        lookup = np.array([*(self.of(word) for word in words), -1], dtype=np.int64)
        return lookup[codes]

    def held(
        self, column: pa.ChunkedArray, instants: NDArray[np.int64], held: Mapping[str, History]
    ) -> NDArray[np.int64]:
        """The partner of each queue or agent at its instant."""
        words, codes = encoded(column)
        lookup = np.full(len(words) + 1, -1, dtype=np.int64)
        moving = []
        for position, word in enumerate(words):
            history = held.get(word, ())
            if len(history) == 1 and history[0][0] <= -(2**61):
                lookup[position] = self.of(history[0][1])
            elif history:
                moving.append((position, history))
        found = lookup[codes]
        for position, history in moving:
            rows = np.flatnonzero(codes == position)
            since = np.array([start for start, _ in history], dtype=np.int64)
            partners = np.array([-1, *(self.of(partner) for _, partner in history)], dtype=np.int64)
            found[rows] = partners[np.searchsorted(since, instants[rows], side="right")]
        return found


def _micro(column: pa.ChunkedArray) -> NDArray[np.int64]:
    found: NDArray[np.int64] = column.cast(pa.int64()).fill_null(2**62).to_numpy()
    return found


def attribute(cases: pa.Table, events: pa.Table, holders: Holders) -> tuple[pa.Array, pa.Array]:
    """The partner of each row of `cases` and of `events` (newest versions, any order), as two string columns."""
    codes = _Codes()
    start, anchor = _case_start(cases, holders, codes), _event_anchor(events, holders, codes)
    own_key, case_key = cases.column("case_key").to_numpy(), events.column("case_key").to_numpy()
    keys = distinct(np.concatenate([own_key, case_key]))
    of_case, of_event = np.searchsorted(keys, own_key), np.searchsorted(keys, case_key)
    sole, several = _sole_holders(len(keys), (of_case, start), (of_event, anchor))
    own, held = sole[of_case], sole[of_event]
    if several.any():
        # Only where a case has had several holders does the order of its events matter.
        mine, theirs = np.flatnonzero(several[of_case]), np.flatnonzero(several[of_event])
        moving = events.take(pa.array(theirs))
        own[mine], held[theirs] = _followed(own_key[mine], start[mine], moving, anchor[theirs])
    nobody = codes.of(UNASSIGNED)
    names = pa.array(codes.names, pa.string())
    own, held = (np.where(found >= 0, found, nobody) for found in (own, held))
    return names.take(pa.array(own)), names.take(pa.array(held))


def _sole_holders(
    cases: int, *said: tuple[NDArray[np.int64], NDArray[np.int64]]
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Per case its only holder (-1: nobody known), and whether it has several. `said` are pairs of (case, holder)."""
    highest, lowest = np.full(cases, -1, dtype=np.int64), np.full(cases, 2**62, dtype=np.int64)
    for case, holder in said:
        named = np.flatnonzero(holder >= 0)
        np.maximum.at(highest, case[named], holder[named])
        np.minimum.at(lowest, case[named], holder[named])
    return highest, lowest < highest


def _followed(
    keys: NDArray[np.int64], start: NDArray[np.int64], events: pa.Table, anchor: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The holders of cases (`keys`, `start`) and of their events, by following the events in their order.

    `start` is the case's own holder, `anchor` the one that an event names; -1 is nobody known.
    """
    order = ordered(natural_keys(_EVENTS, events))
    anchor = anchor[order]
    case_key = events.column("case_key").to_numpy()[order]
    position = np.arange(len(order))
    fresh = starts(case_key)
    first = position[fresh]
    group = np.cumsum(fresh) - 1
    # The last event with a holder up to here, if it lies in the same case.
    latest = np.maximum.accumulate(np.where(anchor >= 0, position, -1))
    held = np.where(latest >= first[group], anchor[np.maximum(latest, 0)], -1)

    by_key = np.argsort(keys, kind="stable")
    group_keys = case_key[first]
    at = np.searchsorted(keys[by_key], group_keys)
    hit = at < len(keys)
    hit[hit] = keys[by_key[at[hit]]] == group_keys[hit]
    opening = np.full(len(first), -1, dtype=np.int64)
    opening[hit] = start[by_key[at[hit]]]
    # The first holder that any event of the case names, for cases that say nothing themselves.
    named = np.full(len(first), -1, dtype=np.int64)
    speaking = np.flatnonzero(anchor >= 0)
    np.put(named, group[speaking[::-1]], anchor[speaking[::-1]])
    opening = np.where(opening >= 0, opening, named)
    # A case with several holders has at least one event that names one, so it is among the groups.
    own = np.where(start >= 0, start, named[np.searchsorted(group_keys, keys)])
    unsorted = np.empty(len(order), dtype=np.int64)
    unsorted[order] = np.where(held >= 0, held, opening[group])
    return own, unsorted


def _case_start(cases: pa.Table, holders: Holders, codes: _Codes) -> NDArray[np.int64]:
    given = codes.column(cases.column("partner_given"))
    queue = codes.held(cases.column("queue"), _micro(cases.column("created_at")), holders.queues)
    return np.where(given >= 0, given, queue)


def _event_anchor(events: pa.Table, holders: Holders, codes: _Codes) -> NDArray[np.int64]:
    found = codes.column(events.column("partner_given"))
    instants = _micro(events.column("event_at"))
    retracted = instants == 2**62
    for kind, held in (("queue", holders.queues), ("owner", holders.agents)):
        mask = pc.equal(events.column("kind"), kind).fill_null(False).to_numpy()
        rows = np.flatnonzero(mask & (found < 0))
        if len(rows) and held:
            value = events.column("value").take(pa.array(rows))
            found[rows] = codes.held(value, instants[rows], held)
    found[retracted] = -1
    return found


def moved(rows: pa.Table, partner: pa.Array, load_id: str) -> pa.Table:
    """The rows whose partner differs from `partner`, as newer revisions that hold it."""
    changed = pc.fill_null(pc.not_equal(rows.column("partner"), partner), True)
    found = rows.filter(changed)
    if not found.num_rows:
        return found
    names = found.schema.names
    new = {
        "partner": partner.filter(changed.combine_chunks() if isinstance(changed, pa.ChunkedArray) else changed),
        "revision": pc.add(found.column("revision"), pa.scalar(1, pa.int32())),
        "load_id": pa.array([load_id] * found.num_rows, pa.string()),
    }
    return pa.table({name: new.get(name, found.column(name)) for name in names}, schema=found.schema)


def cases_with(lake: Lake, source: str, kind: str, words: list[str]) -> pa.Array:
    """Keys of the cases of a source that were ever in one of these queues, or owned by one of these agents.

    A case that is known by events only may be of any source, so it is among them.
    """
    everyone = Scope.of_client(lake.client)
    wanted = pa.array(words, pa.string())
    cases = lake.read(everyone, "case", columns=["case_key", "source", "queue"])
    ours = pc.equal(cases.column("source"), source)
    others = cases.filter(pc.invert(ours)).column("case_key")
    events = lake.read(everyone, "case_event", columns=["case_key", "kind", "value"])
    named = pc.and_(pc.equal(events.column("kind"), kind), pc.is_in(events.column("value"), value_set=wanted))
    found = events.column("case_key").filter(named)
    keys = [found.filter(pc.invert(pc.is_in(found, value_set=others)))]
    if kind == "queue":
        mine = cases.filter(ours)
        keys.append(mine.column("case_key").filter(pc.is_in(mine.column("queue"), value_set=wanted)))
    return pc.unique(pa.chunked_array([chunk for part in keys for chunk in part.chunks], pa.int64()))
