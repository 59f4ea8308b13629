"""Briefings: each agent who was asked to confirm each announcement, and how that went.

Grain: one row of `acknowledgement`, with the instants of its announcement. `read_s` is the time for which it was open,
else the time from opening to confirming. `on_shift` tells whether the agent was scheduled for anything but leave,
sickness or absence between the asking and the moment from which the announcement holds; it is empty where the records
have no schedule of the agent at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.facts.beside import beside
from tallystick.facts.closure import Tied
from tallystick.facts.people import identities_of, people_of
from tallystick.facts.rosters import AWAY, CODE, WIDE, schedule_of
from tallystick.facts.spans import SECOND, Lookup, Spans, at, seconds_of
from tallystick.facts.stream import INSTANT, Given, Rows, Stream, within
from tallystick.vocabulary.clock_terms import ClockTerms
from tallystick.vocabulary.opening import DAY_S, zone_arrays

TABLE = "acknowledgement"
OF_ANNOUNCEMENT = ("announcement_id", "title", "topic", "published_at", "effective_at", "queue")
# How far before the asking a working day may begin that reaches into the time for reading.
NEAR_S = 2 * DAY_S


def _derive(given: Given) -> Mapping[str, Any]:
    asked = given.rows[TABLE]
    joined = beside(asked, given.rows["announcement"], ["announcement_key"], OF_ANNOUNCEMENT)
    rows = {**given.rows, TABLE: asked}
    people = people_of(rows, (TABLE, "shift"), {TABLE: "asked_at"})
    owner = people.codes[TABLE]
    schedule = schedule_of(given.rows["shift"], people.codes["shift"], zone_arrays(given.terms.zone))
    there = schedule.only(~np.isin(schedule.rank % WIDE, [CODE[name] for name in AWAY]))
    begin, end = seconds_of(joined.column("asked_at")), seconds_of(joined.column("effective_at"), SECOND)
    holder = np.maximum(owner, 0)
    window = Spans(at(holder, begin), at(holder, np.maximum(end, begin)), holder)
    on_shift = Lookup(there, window).seconds() > 0
    known = np.zeros(len(people) + 1, bool)
    known[schedule.owner] = True
    opened, confirmed = (joined.column(name).cast(pa.int64()) for name in ("opened_at", "acknowledged_at"))
    between = pc.divide(pc.subtract(confirmed, opened), 1_000_000)
    words = pa.array(owner, mask=owner < 0)
    agent = people.person.take(words)
    return {
        **{name: joined.column(name) for name in ("partner", "queue", *_KEPT)},
        "agent": agent,
        "case_id": pc.binary_join_element_wise(agent, joined.column("announcement_id").combine_chunks(), "@"),
        "reason": joined.column("topic"),
        "read_s": pc.coalesce(joined.column("reading_s"), between),
        "on_shift": pa.array(on_shift, mask=~known[holder] | (owner < 0)),
    }


def _of_period(rows: Rows, start_s: int, end_s: int, terms: ClockTerms) -> Rows:
    """Those asked in the period or about what begins to hold in it, and their shifts from the asking on."""
    told = within(rows["announcement"], ("effective_at",), start_s, end_s).column("announcement_key")
    asked = rows[TABLE]
    inside = within(asked, ("asked_at",), start_s, end_s).column("acknowledgement_key")
    kept = asked.filter(
        pc.or_(
            pc.is_in(asked.column("acknowledgement_key"), value_set=inside.combine_chunks()),
            pc.is_in(asked.column("announcement_key"), value_set=told.combine_chunks()),
        )
    )
    keys = kept.column("announcement_key").combine_chunks()
    announced = rows["announcement"].filter(pc.is_in(rows["announcement"].column("announcement_key"), value_set=keys))
    begins, ends = seconds_of(kept.column("asked_at")), seconds_of(announced.column("effective_at"))
    first = int(begins.min(initial=end_s)) - NEAR_S
    last = max(int(ends.max(initial=0)), end_s) + NEAR_S
    of_shift = seconds_of(rows["shift"].column("started_at"))
    cut = {
        TABLE: kept,
        "shift": rows["shift"].filter(pa.array((of_shift >= first) & (of_shift < last))),
    }
    del terms
    return cut | {"announcement": announced, "identity": identities_of(rows, cut)}


def _ordinary(place: int, row: Mapping[str, Any]) -> Mapping[str, Any]:
    asked: datetime = row["asked_at"]
    return {
        "acknowledgement_key": place + 1,
        "announcement_id": f"N-{place + 1}",
        "published_at": asked,
        "effective_at": asked + timedelta(days=2),
        "opened_at": asked + timedelta(hours=1),
        "acknowledged_at": asked + timedelta(hours=1, minutes=2),
        "read_s": 120,
        "on_shift": True,
    }


_KEPT = (
    *("acknowledgement_key", "announcement_id", "title"),
    *("asked_at", "published_at", "effective_at", "opened_at", "acknowledged_at"),
)

STREAM = Stream(
    module=__name__,
    reads=(TABLE, "announcement", "shift", "identity"),
    derive=_derive,
    of_period=_of_period,
    closure=Tied(
        {
            TABLE: {"acknowledgement_key": "request", "announcement_key": "announcement"},
            "announcement": {"announcement_key": "announcement"},
        },
        ("acknowledgement_key", "request"),
        beside=("shift", "identity"),
    ),
    columns={
        "acknowledgement_key": pa.int64(),
        "announcement_id": pa.string(),
        "title": pa.string(),
        **dict.fromkeys(("asked_at", "published_at", "effective_at", "opened_at", "acknowledged_at"), INSTANT),
        "read_s": pa.int64(),
        "on_shift": pa.bool_(),
    },
    key=("acknowledgement_key",),
    begins="asked_at",
    ends=("acknowledged_at",),
    dated={"asked": "asked_at", "effective": "effective_at"},
    moments={"due-in": ("effective", "asked"), "created-in": ("asked",)},
    owners={"owner-at-start": ("partner",)},
    agents={"owner-at-start": ("agent",)},
    row="request to confirm an announcement",
    occasions={"created-in": "it was made"},
    ordinary=_ordinary,
    shown=("asked_at", "agent", "title", "effective_at", "acknowledged_at", "read_s", "on_shift"),
)
