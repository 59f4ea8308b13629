"""Staffing facts: what one programme of a partner needed, planned and had in one half hour.

Grain: one partner, programme and half hour on the UTC clock in which anything is known; zones off by a quarter of an
hour share a slot with their neighbours. Contacts that belong to no programme are a row of their own.

Demand. `offered` are inbound contacts that came to the programme for the first time in the slot, `handled` those of
them that were talked to, `handle_s` their talk, hold and after-work whenever it was. What a system counted itself
stands in where no single contact is known. All are empty where nothing is known of any contact of the programme.

Forecast. `forecast_...` are the newest version in force at the lock date, so long before the slot as the terms say (14
days where they say nothing); `latest_...` the newest one that was handed over before the slot. A version without its
date counts as handed over in time. `late_s` is how long after the lock date the first version came, where none was in
force.

Agents. `scheduled_s` is planned work and overtime, less what the plan puts into it (breaks, training); what came
unplanned is no part of a plan. `worked_s` is time on contacts of the programme or waiting for them. Each agent's second
counts once, in the programme that `facts.at_work` finds. Empty where no roster, no state of the partner is known.

Need, in seconds of agents: `required_s` of the locked forecast, `needed_s` of what really came. `required_s` is the
number of agents that the forecast itself asks for; where it names none, and for `needed_s`, Erlang C for 80 % within 20
seconds and at most 85 % occupied, two chats at once, and for written channels the work itself at that occupation.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.facts import rosters
from tallystick.facts.agent_states import StateDays
from tallystick.facts.at_work import CARRIED, HANDLING, AtWork, programme_codes, told
from tallystick.facts.daily import Daily, InSlots, WithCalls
from tallystick.facts.fold.layout import NONE
from tallystick.facts.people import identities_of
from tallystick.facts.rosters import WIDE, WORKING, ShiftDays, schedule_of
from tallystick.facts.slots import HALF_HOUR_S, Sums, cut, shared_out
from tallystick.facts.spans import BITS, SECOND, Spans, Whole, at, disjoint, seconds_of
from tallystick.facts.stream import INSTANT, SECOND_US, Given, Rows, Stream, touching
from tallystick.records.keys import mixed
from tallystick.staffing.erlang import required
from tallystick.vocabulary.clock_terms import ClockTerms, ProgrammeTerms
from tallystick.vocabulary.opening import DAY_S, zone_arrays

SHARE, WITHIN_S, MOST_OCCUPIED, CHATS_AT_ONCE = 0.8, 20, 0.85, 2
# 100 / 85 of the work, in whole numbers.
OCCUPIED_PER_MILLE = 850
LIVE = frozenset({"phone", "voice", "chat", "messaging", "video"})
CHATS = frozenset({"chat", "messaging"})
CONTACT = ("queue", "ring", "talk")
NEAR_S = 2 * DAY_S
NUMBERS = (
    *("offered", "handled", "handle_s"),
    *("forecast_milli", "forecast_handle_ms", "latest_milli", "latest_handle_ms", "late_s"),
    *("scheduled_s", "worked_s", "required_s", "needed_s"),
)
SUMMED = (*NUMBERS[:8], "scheduled_s", "worked_s", "asked", "asked_known", "forecasts", "latests", "contacts_known")


class _Cells:
    """Partner, programme and slot as one number; the last programme is none."""

    def __init__(self, rows: Rows, programmes: int) -> None:
        words = [
            rows[name].column("partner").combine_chunks().cast(pa.string()) for name in READS if name != "identity"
        ]
        self.partners = sorted(word for word in pc.unique(pa.chunked_array(words, pa.string())).to_pylist() if word)
        self.wide = programmes + 1

    def partner(self, rows: pa.Table) -> Whole:
        """The place of each row's partner; past the last one where there is none."""
        found = pc.index_in(rows.column("partner").cast(pa.string()), value_set=pa.array(self.partners, pa.string()))
        return np.asarray(pc.fill_null(found, len(self.partners)), np.int64)

    def of(self, partner: Whole, programme: Whole, slot: Whole) -> Whole:
        """The cell of each row."""
        own = np.where(programme == NONE, self.wide - 1, programme)
        return ((partner * self.wide + own) << BITS) | slot


def _derive(given: Given) -> Mapping[str, Any]:
    rows, terms = given.rows, given.terms
    cells, sums = _Cells(rows, len(terms.programmes)), Sums()
    agents = AtWork(rows, terms, zone_arrays(terms.zone))
    _contacts(agents, cells, sums)
    _counted_intervals(rows["call_interval"], cells, sums, terms)
    _forecasts(rows["forecast"], cells, sums, terms)
    _scheduled(rows["shift"], agents, cells, sums)
    _worked(agents, cells, sums)
    cell, found = sums.whole(*SUMMED)
    group, slot = cell >> BITS, cell & SECOND
    partner, programme = np.divmod(group, cells.wide)
    known = {
        "contacts": np.isin(group, group[found["contacts_known"] > 0]),
        "forecast": found["forecasts"] > 0,
        "latest": found["latests"] > 0,
        "roster": np.isin(partner, cells.partner(rows["shift"])),
        "states": np.isin(partner, cells.partner(rows["agent_state"])),
    }
    late = ~known["forecast"] & (found["late_s"] > 0)
    kinds = _kinds(terms.programmes)[programme]
    forecast_aht = _ratio(found["forecast_handle_ms"], found["forecast_milli"])
    by_forecast = _needed(found["forecast_milli"], forecast_aht, kinds)
    asked = found["asked_known"] > 0
    required_s = np.where(asked, found["asked"] // 1000, by_forecast)
    aht = _ratio(found["handle_s"] * 1000, found["handled"] * 1000)
    aht = np.where(aht > 0, aht, forecast_aht)
    needed_s = _needed(found["offered"] * 1000, aht, kinds)
    has_aht = (found["offered"] == 0) | (aht > 0)
    has_need = asked | (found["forecast_milli"] == 0) | (forecast_aht > 0)
    columns = {
        "offered": (found["offered"], known["contacts"]),
        "handled": (found["handled"], known["contacts"]),
        "handle_s": (found["handle_s"], known["contacts"]),
        "forecast_milli": (found["forecast_milli"], known["forecast"]),
        "forecast_handle_ms": (found["forecast_handle_ms"], known["forecast"]),
        "latest_milli": (found["latest_milli"], known["latest"]),
        "latest_handle_ms": (found["latest_handle_ms"], known["latest"]),
        "late_s": (found["late_s"], late),
        "scheduled_s": (found["scheduled_s"], known["roster"]),
        "worked_s": (found["worked_s"], known["states"]),
        "required_s": (required_s, known["forecast"] & has_need),
        "needed_s": (needed_s, known["contacts"] & has_aht),
    }
    numbers = {name: pa.array(values, mask=~there) for name, (values, there) in columns.items()}
    return numbers | _named(cells, terms, partner, programme, slot)


def _contacts(agents: AtWork, cells: _Cells, sums: Sums) -> None:
    """Contacts by the slot in which they first came to a programme."""
    rows = agents.rows["call"]
    coded = told(rows, ("kind", "direction"))
    kind = np.array([*(said[0] in CONTACT for said in coded.said), False], bool)[coded.code]
    handles = np.array([*(said[0] in HANDLING for said in coded.said), False], bool)[coded.code]
    inbound = np.array([*(said[1] == "inbound" for said in coded.said), False], bool)[coded.code]
    kept = np.flatnonzero((kind | handles) & inbound)
    if not len(kept):
        return
    kind, handles = kind[kept], handles[kept]
    begin, end = seconds_of(rows.column("started_at"))[kept], seconds_of(rows.column("ended_at"))[kept]
    talked = np.array([*(said[0] == "talk" for said in coded.said), False], bool)[coded.code[kept]]
    group = cells.of(cells.partner(rows)[kept], agents.programme_of_calls[kept], np.zeros(len(kept), np.int64)) >> BITS
    call = np.asarray(rows.column("call_key"), np.int64)[kept]
    order = np.lexsort((begin, group, call))
    new = np.flatnonzero(np.r_[True, (np.diff(call[order]) != 0) | (np.diff(group[order]) != 0)])
    late = np.iinfo(np.int64).max
    first = np.minimum.reduceat(np.where(kind, begin, late)[order], new)
    took = np.add.reduceat(np.where(handles & (end > begin), end - begin, 0)[order], new)
    spoken = np.maximum.reduceat(talked[order].astype(np.int64), new)
    came = first < late
    cell = (group[order][new][came] << BITS) | (first[came] // HALF_HOUR_S)
    sums.add("offered", cell, np.ones(len(cell)))
    sums.add("handled", cell, spoken[came])
    sums.add("handle_s", cell, took[came])
    sums.add("contacts_known", cell, np.ones(len(cell)))


def _counted_intervals(rows: pa.Table, cells: _Cells, sums: Sums, terms: ClockTerms) -> None:
    """What a system counted itself, in cells of which no single contact is known."""
    group = cells.of(cells.partner(rows), programme_codes(rows, terms), np.zeros(rows.num_rows, np.int64)) >> BITS
    begin, end = _interval(rows)
    pieces = cut(begin, end)
    cell = (group[pieces.row] << BITS) | pieces.slot
    kept = ~np.isin(cell, sums.cells())
    numbers = {name: _number(rows, name) for name in ("offered", "answered", "talk_s", "hold_s", "wrap_s")}
    handle = numbers["talk_s"] + numbers["hold_s"] + numbers["wrap_s"]
    for name, amount in (("offered", numbers["offered"]), ("handled", numbers["answered"]), ("handle_s", handle)):
        sums.add(name, cell[kept], shared_out(pieces, begin, end, amount)[kept])
    sums.add("contacts_known", cell[kept], np.ones(int(kept.sum())))


def _forecasts(rows: pa.Table, cells: _Cells, sums: Sums, terms: ClockTerms) -> None:
    """The versions in force at the lock date and at the slot itself, shared out over the slots."""
    if not rows.num_rows:
        return
    begin, end = _interval(rows)
    issued = seconds_of(rows.column("issued_at"), 0)
    cell_partner = cells.partner(rows)
    series = told(rows, ("queue", "channel", "language")).code * (len(cells.partners) + 1) + cell_partner
    order = np.lexsort((np.asarray(rows.column("forecast_key"), np.int64), issued, begin, series))
    new = np.flatnonzero(np.r_[True, (np.diff(series[order]) != 0) | (np.diff(begin[order]) != 0)])
    place = np.arange(len(order))
    programme = programme_codes(rows, terms)
    group = cells.of(cell_partner, programme, np.zeros(len(order), np.int64)) >> BITS
    milli, aht, agents = (_number(rows, name) for name in ("contacts_milli", "aht_ms", "agents_milli"))
    tells = np.asarray(rows.column("agents_milli").combine_chunks().is_valid())
    for name, by in (("forecast", terms.forecast_lock_s), ("latest", 0)):
        in_time = issued[order] <= begin[order] - by
        last = np.maximum.reduceat(np.where(in_time, place, -1), new)
        chosen = order[last[last >= 0]]
        pieces = cut(begin[chosen], end[chosen])
        row = chosen[pieces.row]
        cell = (group[row] << BITS) | pieces.slot
        ends = begin[chosen], end[chosen]
        sums.add(f"{name}_milli", cell, shared_out(pieces, *ends, milli[chosen]))
        sums.add(f"{name}_handle_ms", cell, shared_out(pieces, *ends, milli[chosen] * aht[chosen] // 1000))
        sums.add(f"{name}s", cell, np.ones(len(cell)))
        if name == "forecast":
            sums.add("asked", cell, np.where(tells, agents, 0)[row] * (pieces.end - pieces.begin))
            sums.add("asked_known", cell, tells[row])
            late = order[new[last < 0]]
            sums.add(
                "late_s",
                (group[late] << BITS) | (begin[late] // HALF_HOUR_S),
                np.maximum(issued[late] - (begin[late] - by), 0),
            )


def _scheduled(rows: pa.Table, agents: AtWork, cells: _Cells, sums: Sums) -> None:
    """Planned work less what the plan puts into it, by the programme of the activity it belongs to."""
    plan = np.asarray(pc.fill_null(pc.not_equal(rows.column("planned"), "unplanned"), fill_value=True))
    owner = np.where(plan, agents.people.codes["shift"], -1)
    spans = schedule_of(rows, owner, agents.zone)
    spans = spans.only(np.isin(spans.rank % WIDE, [rosters.CODE[name] for name in WORKING]))
    if not len(spans.begin):
        return
    works = np.asarray(pc.fill_null(pc.is_in(rows.column("activity"), value_set=pa.array(WORKING)), fill_value=False))
    kept = np.flatnonzero(works & (owner >= 0))
    begin = at(owner[kept], seconds_of(rows.column("started_at"))[kept])
    order = np.lexsort((np.asarray(rows.column("shift_key"), np.int64)[kept], begin))
    row = kept[order[np.searchsorted(begin[order], spans.begin, side="right") - 1]]
    _add_spans("scheduled_s", spans, agents.shifts()[row], agents, cells, sums)


def _worked(agents: AtWork, cells: _Cells, sums: Sums) -> None:
    """Serving, each second of an agent once: on a contact before waiting, then by the order of programmes."""
    work = agents.work()
    own = np.where(work.programme == NONE, cells.wide - 1, work.programme)
    rank = np.where(work.busy, 0, cells.wide) + own
    spans = disjoint(Spans(at(work.owner, work.begin), at(work.owner, work.end), rank))
    programme = spans.rank % cells.wide
    _add_spans("worked_s", spans, np.where(programme == cells.wide - 1, NONE, programme), agents, cells, sums)


def _add_spans(name: str, spans: Spans, programme: Whole, agents: AtWork, cells: _Cells, sums: Sums) -> None:
    pieces = cut(spans.begin & SECOND, spans.end & SECOND)
    names = pa.array([*agents.partners, None], pa.string())
    place = pc.fill_null(pc.index_in(names, value_set=pa.array(cells.partners, pa.string())), len(cells.partners))
    partner = np.asarray(place, np.int64)[agents.partner][spans.owner]
    sums.add(name, cells.of(partner[pieces.row], programme[pieces.row], pieces.slot), pieces.end - pieces.begin)


def _interval(rows: pa.Table) -> tuple[Whole, Whole]:
    """Begin and end of rows of intervals; one without an end lasts half an hour."""
    begin = seconds_of(rows.column("started_at"))
    end = seconds_of(rows.column("ended_at"))
    return begin, np.where(end > begin, end, begin + HALF_HOUR_S)


def _number(rows: pa.Table, name: str) -> Whole:
    return np.asarray(pc.fill_null(rows.column(name), 0), np.int64)


def _ratio(above: Whole, below: Whole) -> Any:
    """Seconds each; 0 where there is nothing to share."""
    return np.where(below > 0, above / np.maximum(below, 1), 0.0)


DEFERRED, LIVE_CALLS, LIVE_CHATS = 0, 1, 2


def _kinds(programmes: tuple[ProgrammeTerms, ...]) -> Whole:
    """How each programme's customers wait; one without channels is taken to be live."""
    kinds = [
        LIVE_CALLS
        if not one.channels or one.channels & (LIVE - CHATS)
        else LIVE_CHATS
        if one.channels & CHATS
        else DEFERRED
        for one in programmes
    ]
    return np.array([*kinds, LIVE_CALLS], np.int64)


def _needed(milli: Whole, aht_s: Any, kinds: Whole) -> Whole:
    """Seconds of agents that contacts (in thousandths) of a mean handling time need in a slot."""
    seconds = np.where(aht_s > 0, milli * aht_s / 1000, 0.0)
    found = np.ceil(seconds * 1000 / OCCUPIED_PER_MILLE - 1e-6).astype(np.int64)
    for kind, at_once in ((LIVE_CALLS, 1), (LIVE_CHATS, CHATS_AT_ONCE)):
        here = np.flatnonzero((kinds == kind) & (seconds > 0))
        if len(here):
            load = seconds[here] / HALF_HOUR_S
            agents = required(
                load, aht_s[here], within_s=WITHIN_S, share=SHARE, most_occupied=MOST_OCCUPIED, at_once=at_once
            )
            found[here] = agents.present * HALF_HOUR_S
    return found


def _named(cells: _Cells, terms: ClockTerms, partner: Whole, programme: Whole, slot: Whole) -> dict[str, Any]:
    def worded(words: list[str | None], place: Whole) -> pa.Array:
        return pa.array([*words, None], pa.string()).take(pa.array(place))

    def only(words: frozenset[str]) -> str | None:
        return next(iter(words)) if len(words) == 1 else None

    started = pa.array(slot * HALF_HOUR_S * SECOND_US).cast(INSTANT)
    name = worded([one.programme for one in terms.programmes], programme)
    partners = worded([*cells.partners], partner)
    said = pc.strftime(started.cast(pa.timestamp("s", "UTC")), format="%Y-%m-%dT%H:%MZ")
    return {
        "interval_key": mixed(partners, name, started),
        "case_id": pc.binary_join_element_wise(pc.fill_null(name, "none"), said, "@"),
        "partner": partners,
        "programme": name,
        "queue": worded([only(one.queues) for one in terms.programmes], programme),
        "channel": worded([only(one.channels) for one in terms.programmes], programme),
        "language": worded([only(one.languages) for one in terms.programmes], programme),
        "started_at": started,
        "ended_at": pa.array((slot + 1) * HALF_HOUR_S * SECOND_US).cast(INSTANT),
    }


def _of_period(rows: Rows, start_s: int, end_s: int, _terms: ClockTerms) -> Rows:
    """Intervals of the period; agents' rows of two days before it too, because a night belongs to its evening."""
    own = {
        name: touching(rows[name], "started_at", "ended_at", start_s, end_s) for name in ("call_interval", "forecast")
    }
    near = {
        name: touching(rows[name], "started_at", "ended_at", start_s - NEAR_S, end_s + DAY_S)
        for name in ("call", "agent_state", "shift")
    }
    return own | near | {"agent": rows["agent"], "identity": identities_of(rows, near)}


def _ordinary(place: int, row: Mapping[str, Any]) -> Mapping[str, Any]:
    begun: datetime = row["started_at"]
    return {
        "interval_key": place + 1,
        "case_id": f"german-phone@{begun:%Y-%m-%dT%H:%MZ}",
        "agent": None,
        "offered": 10,
        "handled": 10,
        "handle_s": 3000,
        "forecast_milli": 10_000,
        "forecast_handle_ms": 3_000_000,
        "latest_milli": 10_000,
        "scheduled_s": 7200,
        "worked_s": 7200,
        "required_s": 7200,
        "needed_s": 7200,
    }


READS = ("call", "call_interval", "forecast", "agent_state", "shift", "agent", "identity")

STREAM = Stream(
    module=__name__,
    reads=READS,
    derive=_derive,
    of_period=_of_period,
    closure=Daily(
        {
            "call": WithCalls(),
            "call_interval": InSlots("call_interval"),
            "forecast": InSlots("forecast"),
            "agent_state": StateDays(),
            "shift": ShiftDays(),
        },
        begins="started_at",
        beside=("agent", "identity"),
        slot_s=HALF_HOUR_S,
        carried=CARRIED,
        known={
            "call": ("partner", "queue", "channel", "language", "kind", "direction"),
            "call_interval": ("partner", "queue", "channel", "language"),
            "shift": ("partner",),
            "agent_state": ("partner",),
        },
    ),
    columns={
        "interval_key": pa.int64(),
        "started_at": INSTANT,
        "ended_at": INSTANT,
        **dict.fromkeys(NUMBERS, pa.int64()),
    },
    key=("interval_key",),
    begins="started_at",
    ends=("ended_at",),
    dated={"started": "started_at"},
    moments={"created-in": ("started",), "measured-in": ("started",)},
    owners={"owner-at-start": ("partner",)},
    agents={"owner-at-start": ("agent",)},
    row="interval",
    occasions={"created-in": "it begins", "measured-in": "it begins"},
    ordinary=_ordinary,
)
