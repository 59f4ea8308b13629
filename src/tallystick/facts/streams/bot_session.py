"""Sessions with a machine: each stay of a contact in an IVR or with a bot, and whether a person was needed after all.

Grain: one session; a call that passes an IVR and then a bot has two. `escalated` says that a queue or an agent came
into the same contact afterwards. `next_contact_at` is when the same customer next began a contact in a live channel,
about whatever reason, within the repeat window of the terms; contacts by e-mail or ticket are not seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.facts.near_calls import calls_of_period
from tallystick.facts.stream import INSTANT, Given, Rows, Stream, programmes_of
from tallystick.facts.streams.call import CLOSURE, nearby
from tallystick.facts.visits import (
    BOT,
    IVR,
    KINDS,
    MISSING,
    SECOND_US,
    UNKNOWN,
    WAITING,
    Integers,
    Segments,
    Words,
    as_instants,
    as_keys,
    picked,
)
from tallystick.vocabulary.clock_terms import ClockTerms

TABLE = "call"
OUTCOMES = ("to_queue", "self_served", "abandoned", "refused", WAITING, UNKNOWN)


def _derive(given: Given) -> Mapping[str, Any]:
    seg = Segments(given.rows[TABLE])
    machine = (seg.kind == IVR) | (seg.kind == BOT)
    rows = np.flatnonzero(machine)
    if not len(rows):
        return {}
    result, call = seg.result[rows], seg.calls.of[rows]
    said = np.array([*(OUTCOMES.index(word) if word in OUTCOMES else -1 for word in result.words), -1])[result.codes]
    unsaid = np.where(seg.end[rows] == MISSING, OUTCOMES.index(WAITING), OUTCOMES.index(UNKNOWN))
    outcome = np.where(said < 0, unsaid, said).astype(np.int32)
    people_after = seg.calls.last(~machine)[call] > rows
    partner = seg.words("partner")[rows]
    reason, requester = seg.words("reason"), seg.key_of_call("requester_key")
    found: dict[str, Any] = {
        "segment_key": as_keys(seg.keys("segment_key")[rows]),
        "call_key": pa.array(seg.call[rows]),
        "case_id": seg.texts("call_id", rows),
        "case_key": as_keys(seg.key_of_call("case_key")[call]),
        "requester_key": as_keys(requester[call]),
        "kind": Words(seg.kind[rows].astype(np.int32), KINDS).array(),
        "partner": partner.array(),
        "owner_start": partner.array(),
        "queue": seg.queue[rows].array(),
        "agent": seg.agent[rows].array(),
        "channel": seg.words("channel")[rows].array(),
        "language": seg.words("language")[rows].array(),
        "reason": picked(reason, seg.calls.last(~reason.among(""))[call]).array(),
        "direction": seg.words("direction")[rows].array(),
        "started_at": as_instants(seg.begin[rows]),
        "ended_at": as_instants(seg.end[rows]),
        "session_s": as_keys(np.where(seg.end[rows] == MISSING, MISSING, seg.seconds[rows])),
        "outcome": Words(outcome, OUTCOMES).array(),
        "escalated": pa.array(people_after | result.among("to_queue")),
        "next_contact_at": as_instants(_next_contact(seg, requester, given.terms)[call]),
    }
    cells = pa.table({name: found[name] for name in ("queue", "channel", "language")})
    by_agent = pc.equal(found["direction"].cast(pa.string()), "outbound").fill_null(False)
    return found | {
        "programme": programmes_of(cells, given.terms),
        "initiated_by": pc.if_else(by_agent, "agent", "customer"),
    }


def _next_contact(seg: Segments, requester: Integers, terms: ClockTerms) -> Integers:
    """By call, when the same customer's next inbound contact began, within the repeat window; MISSING if none did."""
    found = np.full(len(requester), MISSING, np.int64)
    begin = seg.begin[seg.calls.starts]
    inbound = seg.words("direction").among("inbound")[seg.calls.starts]
    known = np.flatnonzero((requester != MISSING) & inbound)
    order = known[np.lexsort((seg.call[seg.calls.starts][known], begin[known], requester[known]))]
    here, there = order[:-1], order[1:]
    near = (requester[here] == requester[there]) & (begin[there] - begin[here] <= terms.repeat_window_s * SECOND_US)
    found[here[near]] = begin[there[near]]
    return found


def _of_period(rows: Rows, start_s: int, end_s: int, terms: ClockTerms) -> Rows:
    return {TABLE: calls_of_period(rows[TABLE], start_s, end_s, terms.repeat_window_s)}


def _ordinary(place: int, row: Mapping[str, Any]) -> Mapping[str, Any]:
    started: datetime = row["started_at"]
    return {
        "segment_key": place + 1,
        "call_key": place + 1,
        "case_key": place + 1,
        "requester_key": place + 1,
        "kind": "bot",
        "direction": "inbound",
        "channel": "chat",
        "ended_at": started + timedelta(minutes=2),
        "session_s": 120,
        "outcome": "self_served",
        "escalated": False,
        "owner_start": "aurora",
    }


STREAM = Stream(
    module=__name__,
    reads=(TABLE,),
    derive=_derive,
    of_period=_of_period,
    finder=nearby,
    knot="call_key",
    closure=CLOSURE,
    columns={
        "segment_key": pa.int64(),
        "call_key": pa.int64(),
        "case_key": pa.int64(),
        "requester_key": pa.int64(),
        "kind": pa.string(),
        "direction": pa.string(),
        "started_at": INSTANT,
        "ended_at": INSTANT,
        "session_s": pa.int64(),
        "outcome": pa.string(),
        "escalated": pa.bool_(),
        "next_contact_at": INSTANT,
        "owner_start": pa.string(),
    },
    key=("segment_key",),
    carried=("call_key", "case_key"),
    begins="started_at",
    ends=("ended_at",),
    dated={"started": "started_at"},
    moments={"created-in": ("started",), "measured-in": ("started",)},
    owners={"owner-at-start": ("owner_start",)},
    agents={"owner-at-start": ("agent",)},
    row="session with a machine",
    occasions={"created-in": "it began", "measured-in": "it began"},
    ordinary=_ordinary,
    shown=("started_at", "ended_at", "outcome", "escalated", "next_contact_at"),
)
