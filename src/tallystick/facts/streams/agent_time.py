"""Agents' time: what an agent did and was scheduled for on one local day, in seconds.

Grain: one agent and local day in the zone of the terms, for whom there is a state or an activity. Spans are cut at
local midnight, so a night shift lies on two days and a day on which clocks change has 23 or 25 hours. States do not
count twice (`facts.agent_states`), and the schedule is the one in force at each moment (`facts.rosters`). Queue,
channel and language are told where all activities (else all states) of the day name one and the same.

`planned_<activity>_s` are seconds of each activity of the schedule, exceptions included. Of those in which the agent
was due (all but leave, sickness and absence), `adherent_s` are those in a state that fits: work and overtime want a
contact, waiting for one, or a system that is down; break and meal want anything but work, being logged out included;
training, coaching and meeting want the state of that name; a project may also be work on cases. What stands under an
exception that nobody approved is told apart (`unapproved_...`). `unseen_s` are due seconds of training, coaching,
meetings and projects in which no system saw the agent. `seen` is whether any state of the partner's agents
is known on the day: without it nobody can tell who was there. `no_show_s` is work scheduled on a seen day on which the
agent has no state; `lost_s` is other scheduled work of seen days that no fitting state covers.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.facts import agent_states, rosters
from tallystick.facts.agent_states import AT_WORK, OFF_PHONE, PAUSES, STATES, StateDays, states_of, touching_states
from tallystick.facts.daily import Daily
from tallystick.facts.people import People, identities_of, people_of
from tallystick.facts.rosters import AWAY, LAYERS, SCHEDULED, UNAPPROVED, WIDE, WORKING, ShiftDays, schedule_of
from tallystick.facts.spans import SECOND, Days, Lookup, Spans, Whole, cut_by_day, days_between, disjoint, seconds_of
from tallystick.facts.stream import INSTANT, SECOND_US, Given, Rows, Stream
from tallystick.facts.told import programmes_told
from tallystick.vocabulary.clock_terms import ClockTerms
from tallystick.vocabulary.opening import DAY_S, zone_arrays

TABLES = ("agent_state", "shift")
# Rows that may lie in one working day with those of the period.
NEAR_S = 2 * DAY_S
FITTING: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(WORKING, AT_WORK),
    **dict.fromkeys(PAUSES, PAUSES),
    **{name: (name,) for name in OFF_PHONE},
    "project": ("project", "case_work"),
}
TOLD = (
    *("logged_s", "scheduled_s", "due_s", "adherent_s"),
    *("unapproved_s", "unapproved_due_s", "unapproved_adherent_s", "unseen_s", "no_show_s", "lost_s", "unclear"),
)
SECONDS = (*(f"{name}_s" for name in STATES), *(f"planned_{name}_s" for name in SCHEDULED), *TOLD)


def _derive(given: Given) -> Mapping[str, Any]:
    states, shifts = (given.rows[name] for name in TABLES)
    zone = zone_arrays(given.terms.zone)
    people = people_of(given.rows, TABLES)
    overlapping, lost_owner, lost_second = states_of(states, people.codes["agent_state"])
    actual = disjoint(overlapping)
    schedule = schedule_of(shifts, people.codes["shift"], zone)
    instants = [part & SECOND for spans in (actual, schedule) for part in (spans.begin, spans.end)] + [lost_second]
    instants = [part for part in instants if len(part)]
    if not instants:
        return {name: pa.array([], kind) for name, kind in _COLUMNS.items()}
    days = days_between(zone, min(int(part.min()) for part in instants), max(int(part.max()) for part in instants))
    count = len(days.begins) - 1
    actual, actual_day = cut_by_day(actual, days)
    schedule, schedule_day = cut_by_day(schedule, days)
    of_actual, of_schedule = actual.owner * count + actual_day, schedule.owner * count + schedule_day
    of_lost = lost_owner * count + days.of(lost_second)
    present = np.zeros(len(people) * count, bool)
    for cells in (of_actual, of_schedule, of_lost):
        present[cells] = True
    kept = np.flatnonzero(present)
    place = np.cumsum(present) - 1
    found = _seconds(actual, place[of_actual], schedule, place[of_schedule], len(kept))
    found["unclear"] = np.bincount(place[of_lost], minlength=len(kept))
    owner, day = np.divmod(kept, count)
    seen, there = _known(found, people, owner, day, count)
    working = found["planned_work_s"] + found["planned_overtime_s"]
    found["no_show_s"] = np.where(seen & ~there, working, 0)
    found["lost_s"] = np.where(seen & there, found["lost_s"], 0)
    named = _named(found, people, owner, day, days) | {"seen": pa.array(seen)}
    return named | _told_once(given, people, days, present, place, len(kept))


def _seconds(actual: Spans, of_actual: Whole, schedule: Spans, of_schedule: Whole, cells: int) -> dict[str, Whole]:
    """Every column of seconds but `no_show_s`; `lost_s` as if every state were known."""
    done = _by_cell(of_actual, actual.rank, actual.end - actual.begin, cells, len(STATES))
    length = schedule.end - schedule.begin
    planned = _by_cell(of_schedule, schedule.rank, length, cells, LAYERS * WIDE)
    layer, activity = np.divmod(schedule.rank, WIDE)
    lookup = Lookup(actual, schedule)
    seen = lookup.seconds()
    fits = np.zeros(len(length), np.int64)
    for name in (name for name in SCHEDULED if name not in AWAY):
        here = activity == rosters.CODE[name]
        if here.any():
            fitting = lookup.seconds(tuple(agent_states.CODE[state] for state in FITTING[name]))
            fits = np.where(here, fitting + (length - seen if name in PAUSES else 0), fits)
    due = ~np.isin(activity, [rosters.CODE[name] for name in AWAY])
    plan, works = layer != UNAPPROVED, np.isin(activity, [rosters.CODE[name] for name in WORKING])
    unseen = np.isin(activity, [rosters.CODE[name] for name in OFF_PHONE])

    def total(values: Whole, which: Any) -> Whole:
        return _summed(of_schedule, np.where(which, values, 0), cells)

    by_activity = planned.reshape(cells, LAYERS, WIDE).sum(axis=1)
    return {
        **{f"{name}_s": done[:, code] for code, name in enumerate(STATES)},
        **{f"planned_{name}_s": by_activity[:, rosters.CODE[name]] for name in SCHEDULED},
        "logged_s": done.sum(axis=1),
        "scheduled_s": _summed(of_schedule, length, cells),
        "due_s": total(length, due & plan),
        "adherent_s": total(fits, due & plan),
        "unapproved_s": total(length, ~plan),
        "unapproved_due_s": total(length, due & ~plan),
        "unapproved_adherent_s": total(fits, due & ~plan),
        "unseen_s": total(length - seen, unseen),
        "lost_s": total(length - fits, works),
    }


def _by_cell(cell: Whole, rank: Whole, length: Whole, cells: int, ranks: int) -> Any:
    return _summed(cell * ranks + rank, length, cells * ranks).reshape(cells, ranks)


def _summed(place: Whole, values: Whole, size: int) -> Whole:
    """Whole sums by place: floats hold whole numbers exactly up to 2 ** 53 seconds."""
    return np.bincount(place, weights=values, minlength=size).astype(np.int64)


def _known(found: Mapping[str, Whole], people: People, owner: Whole, day: Whole, count: int) -> tuple[Any, Any]:
    """Whether any state of the partner is known on each day, and whether one of the agent is."""
    coded = pc.dictionary_encode(people.partner)
    partner = np.asarray(coded.indices.fill_null(len(coded.dictionary)), np.int64)[owner]
    known = np.zeros((len(coded.dictionary) + 1) * count, bool)
    there = (found["logged_s"] > 0) | (found["unclear"] > 0)
    known[(partner * count + day)[there]] = True
    return known[partner * count + day], there


def _named(found: Mapping[str, Whole], people: People, owner: Whole, day: Whole, days: Days) -> dict[str, Any]:
    agent = people.person.take(pa.array(owner))
    on = pa.array((day + days.first).astype(np.int32)).view(pa.date32())
    return {
        **{name: pa.array(found[name]) for name in SECONDS},
        "partner": people.partner.take(pa.array(owner)),
        "agent": agent,
        "case_id": pc.binary_join_element_wise(agent, on.cast(pa.string()), "@"),
        "day_at": _instants(days.begins[day]),
        "until_at": _instants(days.begins[day + 1]),
    }


def _instants(second: Whole) -> pa.Array:
    return pa.array(second * SECOND_US).cast(INSTANT)


def _told_once(given: Given, people: People, days: Days, present: Any, place: Whole, cells: int) -> dict[str, Any]:
    """Queue, channel, language and programme of the cells of which all activities, else all states, name the same."""
    found: dict[str, Any] = {}
    for name in ("queue", "channel", "language"):
        told = [
            _single(given.rows[table], people.codes[table], name, days, present, place, cells)
            for table in ("shift", "agent_state")
            if name in given.rows[table].column_names
        ]
        found[name] = pc.coalesce(*told)
    return found | {"programme": programmes_told(pa.table(found), given.terms)}


def _single(rows: pa.Table, owner: Whole, name: str, days: Days, present: Any, place: Whole, cells: int) -> pa.Array:
    """The word of each cell whose rows name no other; a row belongs to the day on which it begins."""
    column = rows.column(name).combine_chunks().cast(pa.string())
    if column.null_count == len(column):
        return pa.nulls(cells, pa.string())
    coded = pc.dictionary_encode(column)
    count = len(days.begins) - 1
    second = seconds_of(rows.column("started_at"))
    inside = (second >= days.begins[0]) & (second < days.begins[-1]) & (owner >= 0)
    kept = np.flatnonzero(inside & np.asarray(column.is_valid()))
    cell = owner[kept] * count + days.of(second[kept])
    here = present[cell]
    code = np.asarray(coded.indices.fill_null(0), np.int64)[kept][here]
    cell = place[cell[here]]
    low, high = np.full(cells, len(coded.dictionary), np.int64), np.full(cells, -1, np.int64)
    np.minimum.at(low, cell, code)
    np.maximum.at(high, cell, code)
    return coded.dictionary.take(pa.array(low, mask=low != high))


def _of_period(rows: Rows, start_s: int, end_s: int, _terms: ClockTerms) -> Rows:
    """States that touch the period and those that end them; activities of working days that may reach into it."""
    begin = seconds_of(rows["shift"].column("started_at"))
    near = (begin >= start_s - NEAR_S) & (begin < end_s + NEAR_S)
    kept = {
        "agent_state": touching_states(rows["agent_state"], start_s, end_s),
        "shift": rows["shift"].filter(pa.array(near)),
    }
    return kept | {"identity": identities_of(rows, kept)}


def _ordinary(_place: int, row: Mapping[str, Any]) -> Mapping[str, Any]:
    begin: datetime = row["day_at"]
    return {"until_at": begin + timedelta(days=1), "seen": True}


_COLUMNS: Mapping[str, pa.DataType] = {
    "day_at": INSTANT,
    "until_at": INSTANT,
    "seen": pa.bool_(),
    **dict.fromkeys(SECONDS, pa.int64()),
}

STREAM = Stream(
    module=__name__,
    reads=("agent_state", "shift", "identity"),
    derive=_derive,
    of_period=_of_period,
    closure=Daily({"agent_state": StateDays(), "shift": ShiftDays()}, beside=("identity",)),
    columns=_COLUMNS,
    key=("partner", "agent", "day_on"),
    begins="day_at",
    ends=("until_at",),
    dated={"day": "day_at"},
    moments={"measured-in": ("day",)},
    owners={"owner-at-start": ("partner",)},
    agents={"owner-at-start": ("agent",)},
    row="day of an agent",
    occasions={"measured-in": "it lies"},
    ordinary=_ordinary,
    shown=("day_at", "agent", "scheduled_s", "due_s", "adherent_s", "logged_s"),
)
