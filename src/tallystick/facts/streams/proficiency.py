"""Beginners on their way to the level of tenured colleagues: when each began a run of weeks at that level.

Grain: one person of the list of people, with the first day with customers (without one, the first day at the partner).
Weeks are local, from Monday, and looked at for `HORIZON` days. Tenured is a colleague of the same partner whose first
day with customers was `TENURED` days ago or more by that Monday. A week is compared where the person handled at least
`CONTACTS` contacts in queues and channels in which tenured colleagues had `LEVEL` or more in that week:

- handling: talk, hold and after-work of these contacts took at most 11/10 of what the colleagues take for as many of
  each queue and channel, so that the mix does not count;
- output: those contacts, at the colleagues' pace, fill at least 9/10 of the part of productive time that the
  colleagues' contacts fill of theirs; not compared where less than 9/10 of the person's contacts are;
- both: handling and output, in weeks in which both are compared.

`reached_at_...` is the Monday (or the first day) on which the first `RUN` compared weeks in a row at the level begin,
`known_at_...` the end of the last of them, `days_...` the days from the first day until then. `weeks_...` counts the
weeks compared. A later relapse takes nothing back.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.facts.agent_states import CODE, ON_CONTACT, states_of, touching_states
from tallystick.facts.closure import Anew
from tallystick.facts.handled import first_talks
from tallystick.facts.people import identities_of, people_of
from tallystick.facts.spans import SECOND, Whole, cut_by_day, days_between, disjoint, midnights, seconds_of
from tallystick.facts.stream import INSTANT, SECOND_US, Given, Rows, Stream
from tallystick.vocabulary.clock_terms import ClockTerms
from tallystick.vocabulary.opening import DAY_S, ZoneTable, local_day_many, zone_arrays

METRICS = ("handling", "output", "both")
RUN, CONTACTS, LEVEL = 4, 20, 50
TENURED, HORIZON = 180, 182
SLOWER, EMPTIER = (11, 10), (9, 10)
PRODUCTIVE = tuple(CODE[name] for name in (*ON_CONTACT, "ring", "available"))
WORK = ("talk", "hold", "wrap")
NEVER = np.iinfo(np.int64).max // 4
_TEXTS = ("role", "site", "team_leader")


class _Contacts(NamedTuple):
    """Contacts by person: who, the local week, a code of queue and channel, and the seconds they took."""

    owner: Whole
    week: Whole
    cell: Whole
    seconds: Whole


def _derive(given: Given) -> Mapping[str, Any]:
    listed = given.rows["agent"]
    listed = listed.filter(pc.is_valid(_first_day(listed)))
    if not listed.num_rows:
        return {}
    # Of somebody who is listed twice the later stay is meant, in whatever order the rows come.
    stays = [
        np.asarray(listed.column("agent_key"), np.int64),
        np.asarray(_first_day(listed).cast(pa.int32()), np.int64),
    ]
    listed = listed.take(pa.array(np.lexsort(stays)))
    rows = {**given.rows, "call": _work(given.rows["call"]), "agent": listed}
    people = people_of(rows, ("call", "agent_state", "agent"))
    zone = zone_arrays(given.terms.zone)
    first = np.full(len(people) + 1, NEVER, np.int64)
    first[people.codes["agent"]] = np.asarray(_first_day(listed).cast(pa.int32()), np.int64)
    partner = _numbered(people.partner)
    contacts = _contacts(rows["call"], people.codes["call"], zone)
    spent = _productive(rows["agent_state"], people.codes["agent_state"], zone)
    weeks = _compared(contacts, spent, partner, first)
    own = people.codes["agent"]
    last = len(own) - 1 - np.unique(own[::-1], return_index=True)[1]
    begins = first[own[last]]
    at = pa.array(last)
    found: dict[str, Any] = {name: listed.column(name).take(at) for name in (*_TEXTS, "partner")}
    left = listed.column("left_on").take(at).combine_chunks()
    gone = np.asarray(left.is_valid())
    found |= {
        "agent": listed.column("agent_id").take(at),
        "case_id": listed.column("agent_id").take(at),
        "live_at": _instants(zone, begins),
        "left_at": _instants(zone, np.asarray(left.cast(pa.int32()).fill_null(0), np.int64) + 1, ~gone),
    }
    for name in METRICS:
        found |= _reached(name, weeks[name], own[last], begins, zone)
    return found


def _first_day(agents: pa.Table) -> pa.ChunkedArray:
    return pc.coalesce(agents.column("live_on"), agents.column("started_on"))


def _work(calls: pa.Table) -> pa.Table:
    """The segments in which somebody worked on a contact from outside."""
    kinds = pc.is_in(calls.column("kind").cast(pa.string()), value_set=pa.array(WORK))
    outside = pc.fill_null(pc.not_equal(calls.column("direction"), "internal"), fill_value=True)
    return calls.filter(pc.and_(pc.and_(kinds, pc.is_valid(calls.column("agent"))), outside))


def _numbered(words: pa.Array) -> Whole:
    coded = words.dictionary_encode()
    found: Whole = np.asarray(coded.indices.fill_null(len(coded.dictionary)), np.int64)
    return found


def _week_of(zone: ZoneTable, second: Whole) -> Whole:
    """The number of the local week of instants; the Monday of week 0 is 29 December 1969."""
    found: Whole = (np.asarray(local_day_many(zone, second), np.int64) + 3) // 7
    return found


def _monday(week: Whole) -> Whole:
    return week * 7 - 3


def _contacts(segments: pa.Table, owner: Whole, zone: ZoneTable) -> _Contacts:
    """Each contact once for each person who talked in it, in the week of the first word, with all their work on it."""
    begin, end = seconds_of(segments.column("started_at")), seconds_of(segments.column("ended_at"))
    call = np.unique(np.asarray(segments.column("call_key"), np.int64), return_inverse=True)[1]
    pair = np.unique(call * (int(owner.max(initial=0)) + 2) + owner, return_inverse=True)[1]
    seconds = np.bincount(pair, weights=np.maximum(end - begin, 0)).astype(np.int64)
    # Work of which nobody knows the end has no length.
    endless = np.bincount(pair, weights=end < 0).astype(np.int64) > 0
    talk = np.flatnonzero(np.asarray(pc.equal(segments.column("kind").cast(pa.string()), "talk"), np.bool_))
    first = talk[first_talks(segments.take(pa.array(talk)), owner[talk])] if len(talk) else talk
    first = first[~endless[pair[first]]]
    queue, channel = (
        _numbered(segments.column(name).combine_chunks().cast(pa.string())) for name in ("queue", "channel")
    )
    cell = queue * (int(channel.max(initial=0)) + 1) + channel
    return _Contacts(owner[first], _week_of(zone, begin[first]), cell[first], seconds[pair[first]])


def _productive(states: pa.Table, owner: Whole, zone: ZoneTable) -> tuple[Whole, Whole, Whole]:
    """(person, week, seconds) of productive time, some of them several times."""
    spans, _, _ = states_of(states, owner)
    spans = disjoint(spans)
    spans = spans.only(np.isin(spans.rank, PRODUCTIVE))
    if not len(spans.begin):
        nothing = np.zeros(0, np.int64)
        return nothing, nothing, nothing
    days = days_between(zone, int((spans.begin & SECOND).min()), int((spans.end & SECOND).max()))
    spans, day = cut_by_day(spans, days)
    return spans.owner, (day + days.first + 3) // 7, spans.end - spans.begin


class _Weeks(NamedTuple):
    """Compared weeks by person and in order: who, which, and whether it was at the level."""

    owner: Whole
    week: Whole
    good: Any


def _compared(
    contacts: _Contacts, spent: tuple[Whole, Whole, Whole], partner: Whole, first: Whole
) -> dict[str, _Weeks]:
    """The weeks of beginners that are compared, by metric."""
    owner, week, cell, seconds = contacts
    tenure = _monday(week) - first[owner]
    old = tenure >= TENURED
    where = _codes(partner[owner], week, cell)
    count, took = (np.bincount(where[old], weights=part, minlength=int(where.max(initial=-1)) + 1).astype(np.int64)
                   for part in (np.ones(int(old.sum())), seconds[old]))  # fmt: skip
    # Negative until the week in which the person begins; the week of the first day counts.
    new = ~old & (tenure > -7) & (_monday(week) + 7 - first[owner] <= HORIZON)
    level = count[where] >= LEVEL
    pace = took[where] // np.maximum(count[where], 1)
    mine = np.flatnonzero(new)
    person, row = _grouped(owner[mine], week[mine])
    rows = len(person[0])

    def total(values: Any) -> Whole:
        return np.bincount(row, weights=values[mine], minlength=rows).astype(np.int64)

    handled, compared = total(np.ones(len(owner))), total(level)
    own, expected = total(np.where(level, seconds, 0)), total(np.where(level, pace, 0))
    known = compared >= CONTACTS
    quick = own * SLOWER[1] <= expected * SLOWER[0]
    full, measured = _filled(expected, person, spent, partner, first, contacts, old)
    measured &= known & (compared * EMPTIER[1] >= handled * EMPTIER[0])
    return {
        "handling": _Weeks(person[0][known], person[1][known], quick[known]),
        "output": _Weeks(person[0][measured], person[1][measured], full[measured]),
        "both": _Weeks(person[0][measured], person[1][measured], (quick & full)[measured]),
    }


def _filled(
    expected: Whole, person: tuple[Whole, Whole], spent: tuple[Whole, Whole, Whole], partner: Whole, first: Whole,
    contacts: _Contacts, old: Any,
) -> tuple[Any, Any]:  # fmt: skip
    """Whether each beginner's week is as full as the colleagues' is, and whether both are known."""
    owner, week, seconds = spent
    veteran = _monday(week) - first[owner] >= TENURED
    base = int(max(week.max(initial=0), contacts.week.max(initial=0))) + 1
    colleagues = _sums(partner[owner[veteran]] * base + week[veteran], seconds[veteran])
    handling = _sums(partner[contacts.owner[old]] * base + contacts.week[old], contacts.seconds[old])
    own = _sums(owner * base + week, seconds)
    team = partner[person[0]] * base + person[1]
    theirs, work, mine = (_looked_up(*sums, key) for sums, key in (
        (colleagues, team), (handling, team), (own, person[0] * base + person[1])))  # fmt: skip
    # expected / mine >= 9/10 of work / theirs, in whole numbers; seconds of a team's week fit into 28 bits.
    full = expected * EMPTIER[1] * theirs >= mine * EMPTIER[0] * work
    return full, (mine > 0) & (theirs > 0) & (work > 0)


def _codes(*columns: Whole) -> Whole:
    """One small number for each different combination."""
    code = np.zeros(len(columns[0]), np.int64)
    for column in columns:
        code = code * (int(column.max(initial=0)) + 1) + column
        code = np.unique(code, return_inverse=True)[1]
    return code


def _grouped(owner: Whole, week: Whole) -> tuple[tuple[Whole, Whole], Whole]:
    """The different pairs of person and week in order, and the place of each row's pair."""
    base = int(week.max(initial=0)) + 1
    every, of = np.unique(owner * base + week, return_inverse=True)
    return (every // base, every % base), of


def _sums(key: Whole, seconds: Whole) -> tuple[Whole, Whole]:
    every, of = np.unique(key, return_inverse=True)
    return every, np.bincount(of, weights=seconds, minlength=len(every)).astype(np.int64)


def _looked_up(keys: Whole, values: Whole, asked: Whole) -> Whole:
    if not len(keys):
        return np.zeros(len(asked), np.int64)
    place = np.minimum(np.searchsorted(keys, asked), len(keys) - 1)
    found: Whole = np.where(keys[place] == asked, values[place], 0)
    return found


def _reached(name: str, weeks: _Weeks, owner: Whole, first: Whole, zone: ZoneTable) -> dict[str, Any]:
    """When each person's first run at the level began and when it was known; and how many weeks were compared."""
    place = np.arange(len(weeks.owner))
    begins = np.r_[True, weeks.owner[1:] != weeks.owner[:-1]][: len(place)]
    broken = np.maximum.accumulate(np.where(~weeks.good, place, -1)) if len(place) else place
    started = np.maximum.accumulate(np.where(begins, place, 0)) if len(place) else place
    run = np.minimum(place - broken, place - started + 1)
    done = np.flatnonzero(run >= RUN)
    whose, at = np.unique(weeks.owner[done], return_index=True)
    ends = done[at]
    start = _looked_up(whose, _monday(weeks.week[ends - (RUN - 1)]), owner)
    known = _looked_up(whose, _monday(weeks.week[ends]) + 7, owner)
    never = ~np.isin(owner, whose)
    start = np.maximum(start, first)
    return {
        f"reached_at_{name}": _instants(zone, np.where(never, first, start), never),
        f"known_at_{name}": _instants(zone, np.where(never, first, known), never),
        f"days_{name}": pa.array(start - first, mask=never),
        f"weeks_{name}": pa.array(_looked_up(*_sums(weeks.owner, np.ones(len(place), np.int64)), owner)),
    }


def _instants(zone: ZoneTable, day: Whole, missing: Any = None) -> pa.Array:
    return pa.array(midnights(zone, day) * SECOND_US, mask=missing).cast(INSTANT)


def _of_period(rows: Rows, start_s: int, end_s: int, terms: ClockTerms) -> Rows:
    """Those who began in the period, and everybody's work from the Monday before it until the last one's horizon."""
    agents = rows["agent"]
    zone = zone_arrays(terms.zone)
    first, last = local_day_many(zone, np.array([start_s, end_s - 1])).tolist()
    day = _first_day(agents).cast(pa.int32())
    inside = pc.fill_null(pc.and_(pc.greater_equal(day, first), pc.less_equal(day, last)), fill_value=False)
    beginners = agents.filter(inside)
    from_s, until_s = start_s - 7 * DAY_S, end_s + (HORIZON + 7) * DAY_S
    if not beginners.num_rows:
        until_s = from_s
    begin = seconds_of(rows["call"].column("started_at"))
    calls = rows["call"].filter(pa.array((begin >= from_s) & (begin < until_s)))
    kept = {"call": _work(calls), "agent_state": touching_states(rows["agent_state"], from_s, until_s)}
    identity = identities_of(rows, kept)
    names = [table.column("agent").combine_chunks().cast(pa.string()) for table in kept.values()]
    named = pa.concat_arrays([*names, identity.column("person").combine_chunks().cast(pa.string())])
    known = pc.or_(inside, pc.is_in(agents.column("agent_id"), value_set=named))
    return kept | {"identity": identity, "agent": agents.filter(known)}


def _ordinary(_place: int, row: Mapping[str, Any]) -> Mapping[str, Any]:
    live: datetime = row["live_at"]
    found: dict[str, Any] = {"role": "agent"}
    for name in METRICS:
        days = row.get(f"days_{name}", 42)
        found[f"days_{name}"] = days
        found[f"weeks_{name}"] = 20
        if days is not None:
            found[f"reached_at_{name}"] = live + timedelta(days=days)
            found[f"known_at_{name}"] = live + timedelta(days=days + 7 * RUN)
    return found


STREAM = Stream(
    module=__name__,
    reads=("call", "agent_state", "agent", "identity"),
    derive=_derive,
    of_period=_of_period,
    # A week of a colleague may move the level of every beginner of that week.
    closure=Anew(),
    columns={
        "live_at": INSTANT,
        "left_at": INSTANT,
        **dict.fromkeys(_TEXTS, pa.string()),
        **{f"{part}_at_{name}": INSTANT for name in METRICS for part in ("reached", "known")},
        **{f"{part}_{name}": pa.int64() for name in METRICS for part in ("days", "weeks")},
    },
    key=("partner", "agent"),
    begins="live_at",
    dated={"live": "live_at"},
    moments={"created-in": ("live",), "measured-in": ("live",)},
    owners={"owner-at-start": ("partner",)},
    agents={"owner-at-start": ("agent",)},
    row="beginner",
    occasions={"created-in": "the first day with customers lay", "measured-in": "the first day with customers lay"},
    ordinary=_ordinary,
    shown=("live_at", "agent", "reached_at_both", "days_both", "weeks_both", "left_at"),
    after_s=(HORIZON + 7) * DAY_S,
)
