"""Agents' output: the contacts that an agent handled on one local day, and the time that was there for them.

Grain: of kind `contacts` one agent, local day, queue, channel and language, with the number of contacts `handled` (each
once for each agent who talked in it, on the day of the first word); of kind `time` one agent and local day, with the
productive seconds: on contacts, ringing or available, several channels at once counted once. `tenure_days` are those
since the agent's first day at the partner, `live_days` since the first day with customers, both by the list of people.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.facts.agent_states import CODE, ON_CONTACT, StateDays, states_of, touching_states
from tallystick.facts.daily import Daily, WithCalls
from tallystick.facts.handled import WORDS, cells_of, first_talks, talks
from tallystick.facts.people import People, identities_of, people_of
from tallystick.facts.spans import SECOND, Days, Spans, Whole, cut_by_day, days_between, disjoint, seconds_of
from tallystick.facts.stream import INSTANT, SECOND_US, Given, Rows, Stream
from tallystick.facts.told import programmes_told
from tallystick.vocabulary.clock_terms import ClockTerms
from tallystick.vocabulary.opening import DAY_S, zone_arrays

PRODUCTIVE = tuple(CODE[name] for name in (*ON_CONTACT, "ring", "available"))
CONTACTS, TIME = "contacts", "time"
_NUMBERS = ("handled", "productive_s", "tenure_days", "live_days")


def _derive(given: Given) -> Mapping[str, Any]:
    segments = talks(given.rows["call"])
    rows = {**given.rows, "call": segments}
    people = people_of(rows, ("call", "agent_state", "agent"))
    states, _, _ = states_of(rows["agent_state"], people.codes["agent_state"])
    spans = disjoint(states)
    spans = spans.only(np.isin(spans.rank, PRODUCTIVE))
    contacts = first_talks(segments, people.codes["call"])
    begins = seconds_of(segments.column("started_at"))[contacts]
    instants = [part for part in (spans.begin & SECOND, spans.end & SECOND, begins) if len(part)]
    if not instants:
        return {name: pa.array([], kind) for name, kind in _COLUMNS.items()}
    zone = zone_arrays(given.terms.zone)
    days = days_between(zone, min(int(part.min()) for part in instants), max(int(part.max()) for part in instants))
    talked = _contacts(segments, people, contacts, days.of(begins))
    spent = _time(spans, days)
    owner = np.concatenate([talked.pop("owner"), spent.pop("owner")])
    day = np.concatenate([talked.pop("day"), spent.pop("day")])
    found: dict[str, Any] = {name: pa.concat_arrays([talked[name], spent[name]]) for name in talked}
    found |= _tenures(rows["agent"], people, owner, day + days.first)
    agent = people.person.take(pa.array(owner))
    on = pa.array((day + days.first).astype(np.int32)).view(pa.date32()).cast(pa.string())
    return found | {
        "partner": people.partner.take(pa.array(owner)),
        "agent": agent,
        "case_id": pc.binary_join_element_wise(agent, on, "@"),
        "day_at": pa.array(days.begins[day] * SECOND_US).cast(INSTANT),
        "until_at": pa.array(days.begins[day + 1] * SECOND_US).cast(INSTANT),
        "programme": programmes_told(pa.table({name: found[name] for name in WORDS}), given.terms),
    }


def _contacts(segments: pa.Table, people: People, contacts: Whole, day: Whole) -> dict[str, Any]:
    cells = cells_of(segments.select(WORDS).take(pa.array(contacts)), people.codes["call"][contacts], day)
    count = len(cells.owner)
    return {
        "owner": cells.owner,
        "day": cells.day,
        **cells.words,
        "kind": pa.repeat(CONTACTS, count),
        "handled": pa.array(cells.contacts()),
        "productive_s": pa.array(np.zeros(count, np.int64)),
    }


def _time(spans: Spans, days: Days) -> dict[str, Any]:
    count = len(days.begins) - 1
    spans, day = cut_by_day(spans, days)
    every, of = np.unique(spans.owner * count + day, return_inverse=True)
    owner, on = np.divmod(every, count)
    spent = np.bincount(of, weights=spans.end - spans.begin, minlength=len(every)).astype(np.int64)
    return {
        "owner": owner,
        "day": on,
        **{name: pa.nulls(len(every), pa.string()) for name in WORDS},
        "kind": pa.repeat(TIME, len(every)),
        "handled": pa.array(np.zeros(len(every), np.int64)),
        "productive_s": pa.array(spent),
    }


def _tenures(agents: pa.Table, people: People, owner: Whole, day: Whole) -> dict[str, pa.Array]:
    """Days since the first day and since the first day live; empty before it and where the list does not tell."""
    found = {}
    for name, column in (("tenure_days", "started_on"), ("live_days", "live_on")):
        since = np.full(len(people) + 1, np.iinfo(np.int64).max // 2, np.int64)
        told = agents.column(column).combine_chunks()
        known = np.asarray(told.is_valid()) & (people.codes["agent"] >= 0)
        dates = np.asarray(told.cast(pa.int32()).fill_null(0), np.int64)
        since[people.codes["agent"][known]] = dates[known]
        passed = day - since[owner]
        found[name] = pa.array(passed, mask=passed < 0)
    return found


def _of_period(rows: Rows, start_s: int, end_s: int, _terms: ClockTerms) -> Rows:
    """Contacts of which a segment begins in the period, whole; states that touch it; all people of those."""
    calls = rows["call"]
    begin = seconds_of(calls.column("started_at"))
    inside = calls.filter(pa.array((begin >= start_s) & (begin < end_s)))
    kept = {
        "call": calls.filter(pc.is_in(calls.column("call_key"), value_set=inside.column("call_key").combine_chunks())),
        "agent_state": touching_states(rows["agent_state"], start_s, end_s),
    }
    identity = identities_of(rows, kept)
    names = [table.column("agent").combine_chunks().cast(pa.string()) for table in kept.values()]
    named = pa.concat_arrays([*names, identity.column("person").combine_chunks().cast(pa.string())])
    people = rows["agent"].filter(pc.is_in(rows["agent"].column("agent_id"), value_set=named))
    return kept | {"identity": identity, "agent": people}


def _ordinary(_place: int, row: Mapping[str, Any]) -> Mapping[str, Any]:
    begin: datetime = row["day_at"]
    return {"until_at": begin + timedelta(seconds=DAY_S), "tenure_days": 400, "live_days": 380}


_COLUMNS: Mapping[str, pa.DataType] = {
    "kind": pa.string(),
    "day_at": INSTANT,
    "until_at": INSTANT,
    **dict.fromkeys(_NUMBERS, pa.int64()),
}

STREAM = Stream(
    module=__name__,
    reads=("call", "agent_state", "agent", "identity"),
    derive=_derive,
    of_period=_of_period,
    closure=Daily({"call": WithCalls(), "agent_state": StateDays()}, beside=("agent", "identity")),
    columns=_COLUMNS,
    key=("partner", "agent", "day_on", "kind", "queue", "channel", "language"),
    begins="day_at",
    ends=("until_at",),
    dated={"day": "day_at"},
    moments={"measured-in": ("day",)},
    owners={"owner-at-start": ("partner",)},
    agents={"owner-at-start": ("agent",)},
    row="day of an agent",
    occasions={"measured-in": "it lies"},
    ordinary=_ordinary,
    shown=("day_at", "agent", "handled", "productive_s", "tenure_days"),
)
