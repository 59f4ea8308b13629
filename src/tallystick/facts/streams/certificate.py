"""Certificates on contacts: how many contacts agents handled on one local day with and without a valid one.

Grain: one course (`kind`), agent, local day, queue, channel and language. Every contact counts under every course that
the partner's records knew by the end of its day; a measure names the course that the contacts need. A contact is
`valid` where the agent had completed or passed the course by its first word and the certificate had not run out then;
without an end it holds for ever.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.facts.daily import Daily, FromThenOn, WithCalls
from tallystick.facts.handled import WORDS, cells_of, first_talks, talks
from tallystick.facts.people import identities_of, people_of
from tallystick.facts.spans import SECOND, Spans, Whole, at, days_between, disjoint, seconds_of
from tallystick.facts.stream import INSTANT, SECOND_US, Given, Rows, Stream, programmes_of
from tallystick.vocabulary.clock_terms import ClockTerms
from tallystick.vocabulary.opening import zone_arrays

HOLDING = ("completed", "passed")


def _derive(given: Given) -> Mapping[str, Any]:
    segments, trained = talks(given.rows["call"]), _held(given.rows["training"])
    rows = {**given.rows, "call": segments, "training": trained}
    people = people_of(rows, ("call", "training"), {"training": "happened_at"})
    contacts = first_talks(segments, people.codes["call"])
    courses = sorted(set(given.rows["training"].column("course").unique().to_pylist()) - {None})
    if not len(contacts) or not courses:
        return {name: pa.array([], kind) for name, kind in _COLUMNS.items()}
    begins, owner = seconds_of(segments.column("started_at"))[contacts], people.codes["call"][contacts]
    days = days_between(zone_arrays(given.terms.zone), int(begins.min()), int(begins.max()))
    cells = cells_of(segments.select(WORDS).take(pa.array(contacts)), owner, days.of(begins))
    held = _validity(trained, people.codes["training"], courses)
    many = len(courses)
    valid = [cells.contacts(_holds(held, owner * many + place, begins)) for place in range(many)]
    agent = pc.coalesce(people.person.take(pa.array(cells.owner)), "")
    on = pa.array((cells.day + days.first).astype(np.int32)).view(pa.date32()).cast(pa.string())
    once: dict[str, Any] = {
        **cells.words,
        "partner": people.partner.take(pa.array(cells.owner)),
        "agent": agent,
        "case_id": pc.binary_join_element_wise(agent, on, "@"),
        "day_at": pa.array(days.begins[cells.day] * SECOND_US).cast(INSTANT),
        "until_at": pa.array(days.begins[cells.day + 1] * SECOND_US).cast(INSTANT),
        "handled": pa.array(cells.contacts()),
        "programme": programmes_of(pa.table(dict(cells.words)), given.terms),
    }
    known = _known_since(given.rows["training"], courses)
    kept = [np.flatnonzero(days.begins[cells.day + 1] > since) for since in known]
    every = pa.array(np.concatenate(kept))
    return {name: column.take(every) for name, column in once.items()} | {
        "kind": pa.array(courses).take(pa.array(np.repeat(np.arange(many), [len(one) for one in kept]))),
        "valid": pa.array(np.concatenate([one[place] for one, place in zip(valid, kept, strict=True)])),
    }


def _known_since(rows: pa.Table, courses: list[str]) -> Whole:
    """The instant of the first row of each course: before it nobody could have been asked for it."""
    course = np.asarray(pc.fill_null(pc.index_in(rows.column("course"), value_set=pa.array(courses)), -1), np.int64)
    found = np.full(len(courses), SECOND, np.int64)
    np.minimum.at(found, course[course >= 0], seconds_of(rows.column("happened_at"))[course >= 0])
    return found


def _held(rows: pa.Table) -> pa.Table:
    return rows.filter(pc.fill_null(pc.is_in(rows.column("result"), value_set=pa.array(HOLDING)), fill_value=False))


def _validity(rows: pa.Table, owner: Whole, courses: list[str]) -> Spans:
    """When each agent held each course, as disjoint spans of person x courses + course."""
    course = np.asarray(pc.fill_null(pc.index_in(rows.column("course"), value_set=pa.array(courses)), -1), np.int64)
    begin, end = seconds_of(rows.column("happened_at")), seconds_of(rows.column("valid_until"), SECOND)
    holder = owner * len(courses) + course
    kept = (owner >= 0) & (course >= 0) & (end > begin)
    return disjoint(Spans(at(holder, begin)[kept], at(holder, end)[kept], np.zeros(int(kept.sum()), np.int64)))


def _holds(held: Spans, holder: Whole, second: Whole) -> Any:
    if not len(held.begin):
        return np.zeros(len(holder), bool)
    asked = at(holder, second)
    place = np.searchsorted(held.begin, asked, side="right") - 1
    return (place >= 0) & (asked < held.end[np.maximum(place, 0)])


def _of_period(rows: Rows, start_s: int, end_s: int, _terms: ClockTerms) -> Rows:
    """Contacts of which a segment begins in the period, whole, and every training: it may hold for years."""
    calls = rows["call"]
    begin = seconds_of(calls.column("started_at"))
    inside = calls.filter(pa.array((begin >= start_s) & (begin < end_s)))
    keys = inside.column("call_key").combine_chunks()
    trained = seconds_of(rows["training"].column("happened_at")) < end_s
    kept = {
        "call": calls.filter(pc.is_in(calls.column("call_key"), value_set=keys)),
        "training": rows["training"].filter(pa.array(trained)),
    }
    return kept | {"identity": identities_of(rows, kept)}


def _ordinary(_place: int, row: Mapping[str, Any]) -> Mapping[str, Any]:
    begin: datetime = row["day_at"]
    return {"until_at": begin + timedelta(days=1), "kind": "refunds"}


_COLUMNS: Mapping[str, pa.DataType] = {
    "kind": pa.string(),
    "day_at": INSTANT,
    "until_at": INSTANT,
    "handled": pa.int64(),
    "valid": pa.int64(),
}

STREAM = Stream(
    module=__name__,
    reads=("call", "training", "identity"),
    derive=_derive,
    of_period=_of_period,
    closure=Daily({"call": WithCalls(), "training": FromThenOn("training", "happened_at")}, beside=("identity",)),
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
    shown=("day_at", "agent", "handled", "valid"),
)
