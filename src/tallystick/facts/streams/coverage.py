"""Coverage facts: which of the contracted hours of a programme somebody who can serve it was there.

Grain: one partner, programme and quarter of an hour on the UTC clock with contracted time in it. Contracted are the
opening hours of the programme under the terms, in the customers' zone, holidays and changes of clocks included; a
quarter fits the offset of every zone. A programme without words of its own, which takes what is left over, is none
unless there is no other. Quarters are looked at on the local days from the first to the last row of any
kind; a partner of whom no state is known has none at all.

`staffed_s` are the contracted seconds in which at least one agent served or waited to serve, and was able to: the time
is for the programme, or roster and languages leave it open (`facts.at_work`). Who is on another queue's contact and
able counts, who is on a break or in training does not. `zone` is the customers', for local hours on a page.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.facts.agent_states import StateDays
from tallystick.facts.at_work import CARRIED, AtWork, Work, own_programmes
from tallystick.facts.daily import Daily, WithCalls
from tallystick.facts.people import identities_of
from tallystick.facts.rosters import ShiftDays
from tallystick.facts.slots import cut
from tallystick.facts.spans import Lookup, Spans, Whole, at, disjoint, midnights, seconds_of
from tallystick.facts.stream import INSTANT, SECOND_US, Given, Rows, Stream, touching
from tallystick.facts.term_tables import programme_hours
from tallystick.records.keys import mixed
from tallystick.vocabulary.clock_terms import ANY, ClockTerms
from tallystick.vocabulary.opening import DAY_S, ZoneTable, local_day_many, zone_arrays

QUARTER_S = 900
NEAR_S = 2 * DAY_S
SEEN = ("agent_state", "shift", "call", "forecast")


def _derive(given: Given) -> Mapping[str, Any]:
    rows, terms = given.rows, given.terms
    zone = zone_arrays(terms.zone)
    agents = AtWork(rows, terms, zone)
    states = {word for word in pc.unique(rows["agent_state"].column("partner")).to_pylist() if word}
    partners = sorted(states if terms.partner == ANY else states & {terms.partner})
    first_s, until_s = _days_seen(rows, zone)
    work = agents.work()
    parts = [
        (place, programme, *_covered(agents, work, place, programme, terms, first_s, until_s))
        for programme in own_programmes(terms)
        for place in (agents.partners.index(name) for name in partners)
    ]
    return _columns(parts, agents.partners, terms)


def _days_seen(rows: Rows, zone: ZoneTable) -> tuple[int, int]:
    """The beginning of the first and the end of the last local day that a row touches."""
    seconds = [seconds_of(rows[name].column(column)) for name in SEEN for column in ("started_at", "ended_at")]
    known = np.concatenate([one[one >= 0] for one in seconds])
    if not len(known):
        return 0, 0
    # What ends at midnight does not touch the day that begins there.
    days = local_day_many(zone, np.array([known.min(), max(known.min(), known.max() - 1)]))
    first, last = midnights(zone, np.array([days[0], days[1] + 1])).tolist()
    return int(first), int(last)


def _covered(
    agents: AtWork, work: Work, partner: int, programme: int, terms: ClockTerms, first_s: int, until_s: int
) -> tuple[Whole, Whole, Whole]:
    """Quarters of contracted time, its seconds, and those in which somebody able was there."""
    hours = programme_hours(terms.programmes[programme], terms.hours).intervals
    open_ = np.array([(a, b) for a, b in hours if b > first_s and a < until_s], np.int64).reshape(-1, 2)
    pieces = cut(np.maximum(open_[:, 0], first_s), np.minimum(open_[:, 1], until_s), QUARTER_S)
    able = np.array([*(programme in one for one in work.sets), False], bool)[work.able]
    mine = np.flatnonzero(able & (agents.partner[work.owner] == partner))
    none = np.zeros(len(mine), np.int64)
    there = disjoint(Spans(at(none, work.begin[mine]), at(none, work.end[mine]), none))
    zero = np.zeros(len(pieces.slot), np.int64)
    inside = Lookup(there, Spans(pieces.begin, pieces.end, zero)).seconds()
    slot, place = np.unique(pieces.slot, return_inverse=True)
    whole = [np.bincount(place, weights=one, minlength=len(slot)).astype(np.int64)
             for one in (pieces.end - pieces.begin, inside)]  # fmt: skip
    return slot, whole[0], whole[1]


def _columns(
    parts: list[tuple[int, int, Whole, Whole, Whole]], partners: list[str], terms: ClockTerms
) -> dict[str, Any]:
    sizes = [len(part[2]) for part in parts]
    none = np.zeros(0, np.int64)

    def joined(place: int) -> Whole:
        return np.concatenate([none, *(part[place] for part in parts)])

    def worded(words: list[str | None], codes: list[int]) -> pa.Array:
        return pa.array([*words, None], pa.string()).take(pa.array(np.repeat(np.array(codes, np.int64), sizes)))

    def only(words: frozenset[str]) -> str | None:
        return next(iter(words)) if len(words) == 1 else None

    at_programme = [part[1] for part in parts]
    terms_of = terms.programmes
    slot = joined(2)
    started = pa.array(slot * QUARTER_S * SECOND_US).cast(INSTANT)
    partner = worded([*partners], [part[0] for part in parts])
    programme = worded([one.programme for one in terms_of], at_programme)
    said = pc.strftime(started.cast(pa.timestamp("s", "UTC")), format="%Y-%m-%dT%H:%MZ")
    return {
        "quarter_key": mixed(partner, programme, started),
        "case_id": pc.binary_join_element_wise(programme, said, "@"),
        "partner": partner,
        "programme": programme,
        "queue": worded([only(one.queues) for one in terms_of], at_programme),
        "channel": worded([only(one.channels) for one in terms_of], at_programme),
        "language": worded([only(one.languages) for one in terms_of], at_programme),
        "zone": worded([programme_hours(one, terms.hours).zone for one in terms_of], at_programme),
        "started_at": started,
        "ended_at": pa.array((slot + 1) * QUARTER_S * SECOND_US).cast(INSTANT),
        "contracted_s": pa.array(joined(3)),
        "staffed_s": pa.array(joined(4)),
    }


def _of_period(rows: Rows, start_s: int, end_s: int, _terms: ClockTerms) -> Rows:
    """Rows of the period; those of two days before it too, because a night belongs to its evening."""
    near = {
        name: touching(rows[name], "started_at", "ended_at", start_s - NEAR_S, end_s + DAY_S)
        for name in ("call", "agent_state", "shift")
    }
    forecast = touching(rows["forecast"], "started_at", "ended_at", start_s, end_s)
    return near | {"forecast": forecast, "agent": rows["agent"], "identity": identities_of(rows, near)}


def _ordinary(place: int, row: Mapping[str, Any]) -> Mapping[str, Any]:
    begun: datetime = row["started_at"]
    return {
        "quarter_key": place + 1,
        "case_id": f"german-phone@{begun:%Y-%m-%dT%H:%MZ}",
        "agent": None,
        "ended_at": begun + timedelta(seconds=QUARTER_S),
        "zone": "Europe/Berlin",
        "contracted_s": QUARTER_S,
        "staffed_s": QUARTER_S,
    }


STREAM = Stream(
    module=__name__,
    reads=("agent_state", "shift", "call", "forecast", "agent", "identity"),
    derive=_derive,
    of_period=_of_period,
    closure=Daily(
        {"call": WithCalls(), "agent_state": StateDays(), "shift": ShiftDays()},
        begins="started_at",
        beside=("agent", "identity"),
        slot_s=QUARTER_S,
        carried=CARRIED,
        known={"agent_state": ("partner",)},
        extent=SEEN,
    ),
    columns={
        "quarter_key": pa.int64(),
        "started_at": INSTANT,
        "ended_at": INSTANT,
        "zone": pa.string(),
        "contracted_s": pa.int64(),
        "staffed_s": pa.int64(),
    },
    key=("quarter_key",),
    begins="started_at",
    ends=("ended_at",),
    dated={"started": "started_at"},
    moments={"created-in": ("started",), "measured-in": ("started",)},
    owners={"owner-at-start": ("partner",)},
    agents={"owner-at-start": ("agent",)},
    row="quarter",
    occasions={"created-in": "it begins", "measured-in": "it begins"},
    ordinary=_ordinary,
)
