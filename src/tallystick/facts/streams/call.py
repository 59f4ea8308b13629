"""Call facts: each visit of a contact to a queue, with its wait, its handling and what came of it.

Grain: one visit of one contact to one queue. Overflow or transfer to another queue makes another visit; a contact that
rings at several agents, or waits on at the same queue, is one. A contact that never saw a queue is visit 0 (`direct`),
a session with a machine that reached nobody too (`ivr`, `bot`), so that those who give up there stand apart.

Wait runs from the entry into the queue to the beginning of talk, ringing included; time in an IVR is none. Seconds are
whole, rounded down per segment. Contacts are the same customer's about the same reason (none is a reason of its own),
by the order in which they came; `repeated` says that another came within the repeat window, answered or not;
`contact_no` and `since_previous_s` look at answered ones alone, because a second try after nobody answered is none.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.facts.beside import beside
from tallystick.facts.closure import Chained
from tallystick.facts.contact import chained
from tallystick.facts.near_calls import NearCalls, calls_of_period
from tallystick.facts.open_time import open_seconds
from tallystick.facts.stream import INSTANT, ONE_AGENT, TWO_OWNERS, Finder, Given, Rows, Stream, programmes_of
from tallystick.facts.visits import (
    ANSWERED,
    DIRECT,
    HOLD,
    KINDS,
    LOST,
    MISSING,
    QUEUE,
    RING,
    SECOND_US,
    SELF_SERVED,
    TALK,
    UNKNOWN,
    WAITING,
    WRAP,
    Grouped,
    Integers,
    Segments,
    Truths,
    Words,
    as_instants,
    as_keys,
    picked,
)
from tallystick.records.keys import numbered, ordered
from tallystick.vocabulary.clock_terms import ClockTerms

TABLE = "call"
OUTCOMES = (ANSWERED, *LOST, SELF_SERVED, "no_answer", WAITING, UNKNOWN)
TRANSFERS = ("none", "warm", "blind", UNKNOWN)
ROW_KINDS = (*KINDS, DIRECT)
QUARTER_US = 900 * SECOND_US
FROM_CASE = ("priority", "reason")
# A call hangs on its segments, and on its customer's other calls that are near.
CLOSURE = Chained(TABLE, key="call_key", whose="requester_key", moment="started_at", of_case="case_key")


def visits_of(given: Given) -> dict[str, Any]:
    """The columns of the call facts, by name."""
    seg = Segments(given.rows[TABLE])
    visits, starts = seg.visits, seg.visits.starts
    if not seg.size:
        return {}
    led_by_queue = seg.kind[starts] == QUEUE
    working = (seg.kind == RING) | (seg.kind == TALK) | (seg.kind == HOLD) | (seg.kind == WRAP)
    contact = visits.any(working)
    of_call = Grouped.by(np.r_[True, np.diff(seg.calls.of[starts]) > 0])
    several = np.diff(np.r_[of_call.starts, len(starts)])[of_call.of] > 1
    kept = led_by_queue | contact | ~several
    first = of_call.starts[of_call.of]
    number = np.arange(len(starts)) - first + led_by_queue[first]

    last = np.r_[starts[1:], seg.size] - 1
    kind = np.where(led_by_queue, QUEUE, np.where(contact, len(KINDS), seg.kind[last]))
    opened = np.where(led_by_queue | ~contact, starts, visits.first(working))
    offered = seg.begin[opened]
    spoken = visits.first(seg.kind == TALK)
    waited = np.where(led_by_queue, visits.last(seg.kind == QUEUE), last)
    answered, outcome = _outcomes(seg, spoken, waited, kind)
    ended_wait = seg.end[waited]
    answered_at = np.where(spoken >= 0, seg.begin[np.maximum(spoken, 0)], np.where(answered, ended_wait, MISSING))
    ended = np.where(answered, seg.latest_end(), ended_wait)
    ended = np.where(
        outcome == OUTCOMES.index(WAITING), MISSING, np.where(ended == MISSING, ended, np.maximum(ended, offered))
    )
    over = np.where(answered, answered_at, ended)
    machine = (kind != QUEUE) & (kind != len(KINDS))
    wait = np.where((over == MISSING) | machine, MISSING, np.maximum(over - offered, 0) // SECOND_US)
    followed = np.r_[kept[1:] & (of_call.of[1:] == of_call.of[:-1]), False]
    moved = visits.last((seg.kind == TALK) & seg.result.among("transferred"))

    rows = np.flatnonzero(kept)
    partner = seg.words("partner")
    owner = picked(partner, opened)
    found: dict[str, Any] = {
        "call_key": pa.array(seg.call[starts][rows]),
        "visit": pa.array(number[rows].astype(np.int32)),
        "kind": Words(kind[rows].astype(np.int32), ROW_KINDS).array(),
        "case_id": seg.texts("call_id", starts[rows]),
        "partner": owner[rows].array(),
        "owner_start": owner[rows].array(),
        "owner_stop": Words(np.where(spoken >= 0, partner.codes[spoken], owner.codes), partner.words)[rows].array(),
        "queue": picked(seg.queue, np.where(led_by_queue, starts, visits.last(~seg.queue.among(""))))[rows].array(),
        "agent": picked(seg.agent, spoken)[rows].array(),
        "channel": picked(seg.words("channel"), opened)[rows].array(),
        "language": _said(seg, visits, seg.words("language"), newest=False)[rows].array(),
        "direction": picked(seg.words("direction"), opened)[rows].array(),
        "outcome": Words(outcome[rows].astype(np.int32), OUTCOMES).array(),
        "ended_by": _ended_by(seg, visits)[rows].array(),
        "transfer": Words(_transfers(seg, moved, answered & followed)[rows], TRANSFERS).array(),
        "transferred_to": seg.texts("transferred_to", moved[rows]),
        "offered_at": as_instants(offered[rows]),
        "answered_at": as_instants(answered_at[rows]),
        "ended_at": as_instants(ended[rows]),
        "interval_at": as_instants((offered - offered % QUARTER_US)[rows]),
        "handled": pa.array((spoken >= 0)[rows]),
        "unfinished": pa.array(seg.open_work()[rows]),
        "wait_s": as_keys(wait[rows]),
        "ring_s": pa.array(seg.ringing()[rows]),
        "talk_s": pa.array(seg.total(TALK)[rows]),
        "hold_s": pa.array(seg.total(HOLD)[rows]),
        "wrap_s": pa.array(seg.total(WRAP)[rows]),
        "rings_unanswered": pa.array(_unanswered(seg, visits)[rows]),
    }
    reason = _said(seg, visits, seg.words("reason"), newest=True)[rows]
    call = seg.calls.of[starts[rows]]
    found |= {"case_key": as_keys(seg.key_of_call("case_key")[call]), "reason": reason.array()}
    found |= _of_customer(found, _reason_of_call(seg)[rows], seg.key_of_call("requester_key")[call], given.terms)
    return found | _from_terms(found, offered[rows] // SECOND_US, wait[rows], given)


def _outcomes(seg: Segments, spoken: Integers, waited: Integers, kind: Integers) -> tuple[Truths, Integers]:
    """(whether each visit was answered, the number of its outcome): talk decides, then what its wait ended with."""
    result, open_yet = seg.result[waited], seg.end[waited] == MISSING
    answered = (spoken >= 0) | (result.among(ANSWERED) & (kind == QUEUE))
    said = np.array([*(OUTCOMES.index(word) if word in OUTCOMES else -1 for word in result.words), -1], np.int64)[
        result.codes
    ]
    said = np.where((said == OUTCOMES.index(ANSWERED)) | (result.among("no_answer") & (kind == QUEUE)), -1, said)
    unsaid = np.where(open_yet, OUTCOMES.index(WAITING), OUTCOMES.index(UNKNOWN))
    said = np.where((said < 0) | ((said == OUTCOMES.index(UNKNOWN)) & open_yet), unsaid, said)
    return answered, np.where(answered, OUTCOMES.index(ANSWERED), said)


def _said(seg: Segments, visits: Grouped, words: Words, *, newest: bool) -> Words:
    """A word that some segment of each visit says, or else one of its call; the first said, or the newest."""
    told = ~words.among("")
    if newest:
        own, whole = visits.last(told), seg.calls.last(told)
    else:
        own, whole = visits.first(told), seg.calls.first(told)
    return picked(words, np.where(own < 0, whole[seg.calls.of[visits.starts]], own))


def _ended_by(seg: Segments, visits: Grouped) -> Words:
    words = seg.words("ended_by")
    return picked(words, visits.last(~words.among("") & (seg.kind != RING) & (seg.kind != WRAP)))


def _transfers(seg: Segments, moved: Integers, went_on: Truths) -> Any:
    """How each visit was handed on: as its talk says; unknown where the contact went on and nothing says how."""
    words = picked(seg.words("transfer"), moved)
    told = np.array([*(TRANSFERS.index(word) if word in TRANSFERS else 3 for word in words.words), 3], np.int32)
    return np.where(moved >= 0, told[words.codes], np.where(went_on, 3, 0)).astype(np.int32)


def _unanswered(seg: Segments, visits: Grouped) -> Integers:
    """How often each visit rang at an agent who did not take it."""
    total = np.zeros(len(visits.starts), np.int64)
    np.add.at(total, visits.of[(seg.kind == RING) & seg.result.among("no_answer", "refused")], 1)
    return total


def _reason_of_call(seg: Segments) -> Words:
    """The newest reason that each visit's call was given."""
    words = seg.words("reason")
    return picked(words, seg.calls.last(~words.among(""))[seg.calls.of[seg.visits.starts]])


def _of_customer(found: Mapping[str, Any], reason: Words, requester: Integers, terms: ClockTerms) -> dict[str, Any]:
    """What each visit's call is in the chain of its customer's calls: see the file's beginning."""
    call = np.asarray(found["call_key"])
    of_call = Grouped.by(np.r_[True, call[1:] != call[:-1]])
    inbound = np.asarray(pc.equal(found["direction"].cast(pa.string()), "inbound").fill_null(False), dtype=np.bool_)
    people = np.asarray(
        pc.is_in(found["kind"].cast(pa.string()), value_set=pa.array(["queue", DIRECT])), dtype=np.bool_
    )
    served = of_call.any(np.asarray(found["answered_at"].is_valid(), dtype=np.bool_) & people)
    head = of_call.first(inbound & people)
    offered = np.asarray(found["offered_at"].cast(pa.int64()))
    known = np.flatnonzero((head >= 0) & (requester[of_call.starts] != MISSING))
    at = head[known]
    who, why, when = numbered(requester[at])[1], reason.codes[at].astype(np.int64), offered[at] // SECOND_US
    # Calls lie by their keys, which break ties; what is left of an order is in order.
    order = ordered(who, why, when)
    number, gap = np.zeros(len(head), np.int32), np.full(len(head), MISSING, np.int64)
    repeated = np.zeros(len(head), np.bool_)
    repeated[known[order]] = chained(who[order], why[order], when[order], terms.repeat_window_s)[1]
    taken = order[served[known[order]]]
    nth, _, since = chained(who[taken], why[taken], when[taken], terms.repeat_window_s)
    number[known[taken]] = nth
    gap[known[taken]] = np.where(nth > 1, since, MISSING)
    place = np.arange(len(call))
    return {
        "requester_key": as_keys(requester),
        "first_visit": pa.array(place == of_call.starts[of_call.of]),
        "last_visit": pa.array(place == (np.r_[of_call.starts[1:], len(call)] - 1)[of_call.of]),
        "contact_no": pa.array(number[of_call.of], mask=(number == 0)[of_call.of]),
        "repeated": pa.array(repeated[of_call.of]),
        "since_previous_s": as_keys(gap[of_call.of]),
    }


def _from_terms(found: Mapping[str, Any], offered_s: Integers, wait: Integers, given: Given) -> dict[str, Any]:
    """What follows from terms and cases: programme, wait outside opening hours, exclusions, the case's dimensions."""
    cells = pa.table({name: found[name] for name in ("queue", "channel", "language")})
    programme = programmes_of(cells, given.terms)
    opened, known = open_seconds(programme, offered_s, offered_s + np.maximum(wait, 0), given.terms)
    closed = np.where(known & (wait != MISSING), wait - opened, MISSING)
    inside = pc.equal(found["direction"].cast(pa.string()), "internal").fill_null(False)
    barred = "internal" in given.terms.excluded_kinds
    joined = beside(pa.table({"case_key": found["case_key"]}), given.case, ["case_key"], FROM_CASE)
    return {
        "programme": programme,
        "wait_closed_s": as_keys(closed),
        "excluded": pc.if_else(inside, pa.scalar("internal" if barred else None, pa.string()), None),
        "initiated_by": pc.if_else(
            pc.equal(found["direction"].cast(pa.string()), "outbound").fill_null(False), "agent", "customer"
        ),
        "priority": joined.column("priority"),
        "reason": pc.coalesce(found["reason"].cast(pa.string()), joined.column("reason").cast(pa.string())),
    }


def _of_period(rows: Rows, start_s: int, end_s: int, terms: ClockTerms) -> Rows:
    return {TABLE: calls_of_period(rows[TABLE], start_s, end_s, terms.repeat_window_s)}


def nearby(rows: Rows, terms: ClockTerms) -> Finder:
    """From a period to the segments that decide it: what hangs together is found once for all periods."""
    near = NearCalls(rows[TABLE], terms.repeat_window_s)
    return lambda start_s, end_s: {TABLE: near.places(start_s, end_s)}


def _ordinary(place: int, row: Mapping[str, Any]) -> Mapping[str, Any]:
    """A call that was answered after 15 seconds, spoken for four minutes and written up in one."""
    offered: datetime = row["offered_at"]
    outcome = row.get("outcome", ANSWERED)
    wait = row.get("wait_s", 15)
    met = outcome == ANSWERED
    over = None if outcome == WAITING or wait is None else offered + timedelta(seconds=wait)
    talk = row.get("talk_s", 240 if met else 0)
    return {
        "call_key": place + 1,
        "visit": 1,
        "case_key": place + 1,
        "requester_key": place + 1,
        "kind": "queue",
        "channel": "phone",
        "direction": "inbound",
        "outcome": outcome,
        "owner_start": "aurora",
        "owner_stop": "aurora",
        "answered_at": over if met else None,
        "ended_at": over + timedelta(seconds=talk) if met and over is not None else over,
        "wait_s": None if outcome == WAITING else wait,
        "talk_s": talk,
        "wrap_s": 60 if met else 0,
        "handled": met,
        "unfinished": False,
        "transfer": "none",
        "first_visit": True,
        "last_visit": True,
        "contact_no": 1 if met else None,
        "repeated": False,
        "wait_closed_s": 0,
        "since_previous_s": None,
    }


STREAM = Stream(
    module=__name__,
    reads=(TABLE,),
    derive=visits_of,
    of_period=_of_period,
    finder=nearby,
    knot="call_key",
    closure=CLOSURE,
    columns={
        "call_key": pa.int64(),
        "visit": pa.int32(),
        "kind": pa.string(),
        "case_key": pa.int64(),
        "requester_key": pa.int64(),
        "direction": pa.string(),
        "offered_at": INSTANT,
        "answered_at": INSTANT,
        "ended_at": INSTANT,
        "interval_at": INSTANT,
        "outcome": pa.string(),
        "ended_by": pa.string(),
        "transfer": pa.string(),
        "transferred_to": pa.string(),
        "owner_start": pa.string(),
        "owner_stop": pa.string(),
        "handled": pa.bool_(),
        "unfinished": pa.bool_(),
        "wait_s": pa.int64(),
        "wait_closed_s": pa.int64(),
        "ring_s": pa.int64(),
        "talk_s": pa.int64(),
        "hold_s": pa.int64(),
        "wrap_s": pa.int64(),
        "rings_unanswered": pa.int64(),
        "first_visit": pa.bool_(),
        "last_visit": pa.bool_(),
        "contact_no": pa.int32(),
        "repeated": pa.bool_(),
        "since_previous_s": pa.int64(),
    },
    key=("call_key", "visit"),
    carried=("case_key",),
    begins="offered_at",
    ends=("answered_at", "ended_at"),
    dated={"offered": "offered_at", "ended": "ended_at"},
    moments={"created-in": ("offered",), "measured-in": ("ended", "offered")},
    owners=TWO_OWNERS,
    agents=ONE_AGENT,
    row="call",
    occasions={"created-in": "it was offered", "measured-in": "it ended (without an end, was offered)"},
    ordinary=_ordinary,
    shown=("offered_at", "answered_at", "ended_at", "outcome", "wait_s", "talk_s", "hold_s", "wrap_s"),
)
