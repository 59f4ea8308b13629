"""Calls, one row each, out of their segments: how long before the queue, in it, talking, holding, and after."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.facts.coded import Coded, Integers, coded, integers
from tallystick.facts.fold.layout import NONE
from tallystick.records.tables.call import ENDED_BY, RESULTS, SEGMENTS
from tallystick.signals.columns import instants
from tallystick.vocabulary.opening import ZoneTable, local_day_many

INTERVAL_S = 1800


@dataclass(frozen=True)
class Calls:
    """Inbound calls that began in the period, by key. Seconds of each kind of segment; `agent` is the last who talked.

    `abandoned` in the queue or before it; `talk_ended_by` and `queue_ended_by` are codes of ENDED_BY; `refusals` are
    rings that the agent let pass, with their call and agent in `rings`.
    """

    key: Integers
    id: pa.Array
    began_s: Integers
    day: Integers
    slot: Integers
    ivr_s: Integers
    queue_s: Integers
    talk_s: Integers
    hold_s: Integers
    wrap_s: Integers
    queued: Any
    answered: Any
    abandoned: Any
    transferred: Any
    talk_ended_by: Integers
    agent: Integers
    agents: list[str]
    queue: Coded
    ring_call: Integers
    ring_agent: Integers
    ring_missed: Any

    @classmethod
    def of(cls, rows: pa.Table, start_s: int, end_s: int, zone: ZoneTable) -> Calls:
        """The calls of the rows that began in [start_s, end_s)."""
        known = pc.and_(
            pc.is_valid(rows.column("started_at")),
            pc.equal(pc.fill_null(rows.column("direction"), "inbound"), "inbound"),
        )
        rows = rows.filter(known).sort_by(
            [("call_key", "ascending"), ("started_at", "ascending"), ("seq", "ascending"), ("segment_key", "ascending")]
        )
        rows = rows.combine_chunks()
        key = integers(rows.column("call_key"))
        began = instants(rows.column("started_at"))
        fresh = np.append(True, key[1:] != key[:-1]) if len(key) else np.zeros(0, bool)
        first = np.flatnonzero(fresh)
        call = np.cumsum(fresh) - 1
        inside = (began[first] >= start_s) & (began[first] < end_s)
        kind = coded(rows.column("kind"), SEGMENTS).codes
        result = coded(rows.column("result"), RESULTS).codes
        ended_by = coded(rows.column("ended_by"), ENDED_BY).codes
        agent = coded(rows.column("agent"))
        ended = instants(rows.column("ended_at"), NONE)
        length = np.where(ended == NONE, 0, np.maximum(ended - began, 0))
        count = len(first)

        def total(word: str) -> Integers:
            here = kind == SEGMENTS.index(word)
            return np.bincount(call[here], weights=length[here], minlength=count).astype(np.int64)

        def any_of(mask: Any) -> Any:
            return np.bincount(call[mask], minlength=count) > 0

        def last_of(values: Integers, mask: Any) -> Integers:
            found = np.full(count, NONE)
            found[call[mask]] = values[mask]  # of several, the last one stands
            return found

        is_queue, is_talk = kind == SEGMENTS.index("queue"), kind == SEGMENTS.index("talk")
        is_ivr, is_ring = kind == SEGMENTS.index("ivr"), kind == SEGMENTS.index("ring")
        gave_up = result == RESULTS.index("abandoned")
        missed = (result == RESULTS.index("no_answer")) | (result == RESULTS.index("refused"))
        place = np.full(count, NONE)
        place[inside] = np.arange(int(inside.sum()))
        rings = np.flatnonzero(is_ring & (place[call] != NONE) & (agent.codes != NONE))
        day = np.asarray(local_day_many(zone, began[first]), np.int64)
        offset = day * 86_400
        local = began[first] + _ahead(zone, began[first])
        return cls(
            key=key[first][inside],
            id=rows.column("call_id").combine_chunks().take(pa.array(first[inside]))
            if count
            else pa.array([], pa.string()),
            began_s=began[first][inside],
            day=day[inside],
            slot=((local - offset) // INTERVAL_S)[inside],
            ivr_s=total("ivr")[inside],
            queue_s=total("queue")[inside],
            talk_s=total("talk")[inside],
            hold_s=total("hold")[inside],
            wrap_s=total("wrap")[inside],
            queued=any_of(is_queue)[inside],
            answered=any_of(is_talk)[inside],
            abandoned=any_of((is_queue | is_ivr) & gave_up)[inside] & ~any_of(is_talk)[inside],
            transferred=any_of(is_talk & (result == RESULTS.index("transferred")))[inside],
            talk_ended_by=last_of(ended_by, is_talk)[inside],
            agent=last_of(agent.codes, is_talk)[inside],
            agents=agent.words,
            queue=coded(rows.column("queue").take(pa.array(first))).at(inside)
            if count
            else Coded(np.zeros(0, np.int64), []),
            ring_call=place[call[rings]],
            ring_agent=agent.codes[rings],
            ring_missed=missed[rings],
        )

    @cached_property
    def handle_s(self) -> Integers:
        """Talk, hold and after-work together."""
        return self.talk_s + self.hold_s + self.wrap_s


def _ahead(zone: ZoneTable, at_s: Integers) -> Integers:
    since, offset = np.asarray(zone.since_s), np.asarray(zone.offset_s)
    found: Integers = offset[np.maximum(np.searchsorted(since, at_s, side="right") - 1, 0)]
    return found
