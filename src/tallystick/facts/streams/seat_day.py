"""Days of seats: each day on which somebody holds a seat, and the first days on which a seat lies vacant.

Grain: one seat and local day in the zone of the terms; its language is the person's, where the list names one alone. A
person holds a seat from the first day to the last. After the last day the seat is vacant until the next newcomer of the
same partner and role fills it, the oldest vacancy first; a newcomer for whom none waits opens a seat. `vacant_day`
counts the days of a vacancy from 1 on and is 0 while the seat is held; a vacancy is followed for 92 days. Who has not
left holds the seat until the opening hours of the terms end (without any, for ten years); a measure looks only at days
that have begun by its instant.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.facts.closure import Anew
from tallystick.facts.spans import Whole, midnights
from tallystick.facts.stream import INSTANT, SECOND_US, Given, Rows, Stream
from tallystick.facts.streams.employment import horizon
from tallystick.vocabulary.clock_terms import ClockTerms
from tallystick.vocabulary.opening import ZoneTable, zone_arrays

TABLE = "agent"
FOLLOWED = 92
_TEXTS = ("role", "site")


def _derive(given: Given) -> Mapping[str, Any]:
    rows = given.rows[TABLE]
    rows = rows.filter(pc.is_valid(rows.column("started_on")))
    if not rows.num_rows:
        return {}
    zone = zone_arrays(given.terms.zone)
    started, left = _days(rows.column("started_on")), _days(rows.column("left_on"))
    gone = np.asarray(rows.column("left_on").combine_chunks().is_valid()) & (left >= started)
    until = np.where(gone, left, horizon(given.terms, zone, started, left)) + 1
    role = pc.fill_null(rows.column("role").combine_chunks().cast(pa.string()), "agent")
    group = pc.binary_join_element_wise(rows.column("partner").combine_chunks().cast(pa.string()), role, "\x1f")
    person, filled = _vacancies(np.asarray(pc.dictionary_encode(group).indices), started, left, gone)
    held = np.maximum(until - started, 0)
    empty = np.clip(filled - (left[person] + 1), 0, FOLLOWED)
    row = np.r_[np.repeat(np.arange(len(started)), held), np.repeat(person, empty)]
    since = np.r_[np.repeat(started, held), np.repeat(left[person] + 1, empty)]
    count = np.r_[held, empty]
    place = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    vacant = np.r_[np.zeros(int(held.sum()), np.int64), place[int(held.sum()) :] + 1]
    day = since + place
    who = rows.column("agent_id").combine_chunks().cast(pa.string()).take(pa.array(row))
    on = pa.array(day.astype(np.int32)).view(pa.date32()).cast(pa.string())
    named = pc.binary_join_element_wise(who, on, "@")
    left_by = pc.binary_join_element_wise(pa.scalar("seat left by "), who, "")
    return {
        "partner": rows.column("partner").take(pa.array(row)),
        "agent": who,
        "role": role.take(pa.array(row)),
        "site": rows.column("site").take(pa.array(row)),
        "language": _only_language(rows.column("languages")).take(pa.array(row)),
        "vacant_day": pa.array(vacant),
        "case_id": pc.if_else(pa.array(vacant > 0), pc.binary_join_element_wise(left_by, on, "@"), named),
        "day_at": _instants(zone, day),
        "until_at": _instants(zone, day + 1),
    }


def _only_language(column: pa.ChunkedArray) -> pa.Array:
    """The language of who speaks one alone."""
    words = column.combine_chunks().cast(pa.string())
    several = pc.match_substring(words, " ")
    return pc.if_else(pc.fill_null(several, fill_value=False), None, words)


def _vacancies(group: Whole, started: Whole, left: Whole, gone: Any) -> tuple[Whole, Whole]:
    """(who left, day on which the seat is filled) of each vacancy; the horizon of days where it never is.

    Within a group, vacancies and newcomers meet in order. A newcomer finds none waiting where the count of vacancies
    less newcomers falls to a new low.
    """
    person = np.flatnonzero(gone)
    filled = np.full(len(person), np.iinfo(np.int32).max, np.int64)
    for one in np.unique(group[person]).tolist():
        leavers = np.flatnonzero(group[person] == one)
        leavers = leavers[np.argsort(left[person[leavers]], kind="stable")]
        begins = np.sort(started[group == one])
        days = np.r_[left[person[leavers]] + 1, begins]
        newcomer = np.r_[np.zeros(len(leavers), bool), np.ones(len(begins), bool)]
        order = np.lexsort((newcomer, days))
        waiting = np.cumsum(np.where(newcomer[order], -1, 1))
        lowest = np.minimum(np.minimum.accumulate(waiting), 0)
        opens = np.diff(np.r_[0, lowest]) < 0
        fills = days[order][newcomer[order] & ~opens]
        filled[leavers[: len(fills)]] = fills
    return person, filled


def _days(column: pa.ChunkedArray) -> Whole:
    return np.asarray(column.combine_chunks().cast(pa.int32()).fill_null(0), np.int64)


def _instants(zone: ZoneTable, day: Whole) -> pa.Array:
    known, at = np.unique(day, return_inverse=True)
    return pa.array((midnights(zone, known) * SECOND_US)[at]).cast(INSTANT)


def _of_period(rows: Rows, _start_s: int, _end_s: int, _terms: ClockTerms) -> Rows:
    """Everybody: who fills which vacancy follows from all who came and went before."""
    return {TABLE: rows[TABLE]}


def _ordinary(_place: int, row: Mapping[str, Any]) -> Mapping[str, Any]:
    begin: datetime = row["day_at"]
    return {"until_at": begin + timedelta(days=1), "role": "agent"}


STREAM = Stream(
    module=__name__,
    reads=(TABLE,),
    derive=_derive,
    of_period=_of_period,
    closure=Anew(),
    columns={
        **dict.fromkeys(("day_at", "until_at"), INSTANT),
        **dict.fromkeys(_TEXTS, pa.string()),
        "vacant_day": pa.int64(),
    },
    key=("partner", "agent", "day_on", "vacant_day"),
    begins="day_at",
    ends=("until_at",),
    dated={"day": "day_at"},
    moments={"measured-in": ("day",)},
    owners={"owner-at-start": ("partner",)},
    agents={"owner-at-start": ("agent",)},
    row="day of a seat",
    occasions={"measured-in": "it lies"},
    ordinary=_ordinary,
    shown=("day_at", "agent", "role", "vacant_day"),
    untold=frozenset({"programme", "queue", "channel", "priority", "reason", "initiated_by"}),
)
