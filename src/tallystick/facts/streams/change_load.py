"""Load of changes: how many announced changes were fresh for a group of agents on one local day.

Grain: one queue and local day on which a change that names the queue was fresh, with the changes for everybody counted
in; and one local day on which a change for everybody was fresh, without a queue. Days without a fresh change have no
row. A change is fresh from the moment from which it holds (else its publication) until it ends, at most for 14 days:
after that it is how things are done.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.facts.closure import Anew
from tallystick.facts.spans import Whole, days_between, seconds_of
from tallystick.facts.stream import INSTANT, SECOND_US, Given, Rows, Stream
from tallystick.facts.told import programmes_told
from tallystick.vocabulary.clock_terms import ClockTerms
from tallystick.vocabulary.opening import DAY_S, zone_arrays

TABLE = "announcement"
FRESH_S = 14 * DAY_S


def _derive(given: Given) -> Mapping[str, Any]:
    rows = given.rows[TABLE]
    begin, end = _fresh(rows)
    if not len(begin):
        return {name: pa.array([], kind) for name, kind in _COLUMNS.items()}
    days = days_between(zone_arrays(given.terms.zone), int(begin.min()), int(end.max()))
    groups = _groups(rows)
    found = [_loads(days.begins, begin, end, own, common) for _, _, own, common in groups]
    each = np.repeat(np.arange(len(groups)), [len(one[0]) for one in found])
    day, live, began = (np.concatenate(parts) for parts in zip(*found, strict=True))
    queue = pa.array([name for _, name, _, _ in groups], pa.string()).take(pa.array(each))
    on = pa.array((day + days.first).astype(np.int32)).view(pa.date32())
    words = {"queue": queue, "channel": pa.nulls(len(each), pa.string()), "language": pa.nulls(len(each), pa.string())}
    return {
        **words,
        "partner": pa.array([name for name, _, _, _ in groups], pa.string()).take(pa.array(each)),
        "case_id": pc.binary_join_element_wise(pc.coalesce(queue, "everybody"), on.cast(pa.string()), "@"),
        "day_at": pa.array(days.begins[day] * SECOND_US).cast(INSTANT),
        "until_at": pa.array(days.begins[day + 1] * SECOND_US).cast(INSTANT),
        "live": pa.array(live),
        "began": pa.array(began),
        "programme": programmes_told(pa.table(words), given.terms),
    }


def _fresh(rows: pa.Table) -> tuple[Whole, Whole]:
    published, effective = (seconds_of(rows.column(name)) for name in ("published_at", "effective_at"))
    ended = seconds_of(rows.column("ended_at"))
    begin = np.where(effective >= 0, effective, published)
    end = np.where(ended >= 0, np.minimum(ended, begin + FRESH_S), begin + FRESH_S)
    return begin, np.maximum(end, begin + 1)


def _groups(rows: pa.Table) -> list[tuple[str | None, str | None, Any, Any]]:
    """Partner and queue (None: everybody), the places of its own changes, and of those that it shares with others."""
    partner = np.array(rows.column("partner").to_pylist(), object)
    queue = np.array(rows.column("queue").to_pylist(), object)
    everybody = np.array([one is None for one in queue.tolist()], bool)
    found: list[tuple[str | None, str | None, Any, Any]] = []
    for holder in sorted(set(partner.tolist()), key=str):
        own = partner == holder
        common = np.flatnonzero(own & everybody)
        if len(common):
            found.append((holder, None, common, common[:0]))
        named = sorted(set(queue[own & ~everybody].tolist()))
        found += [(holder, name, np.flatnonzero(own & (queue == name)), common) for name in named]
    return found


def _loads(begins: Whole, begin: Whole, end: Whole, own: Any, common: Any) -> tuple[Whole, Whole, Whole]:
    """The days on which a change of its own is fresh, how many then are, and how many begin on them."""
    fresh = _live(begins, begin[own], end[own])
    days = np.flatnonzero(fresh)
    every = np.concatenate([own, common])
    starts = np.bincount(np.searchsorted(begins, begin[every], side="right") - 1, minlength=len(begins))
    return days, (fresh + _live(begins, begin[common], end[common]))[days], starts[days]


def _live(begins: Whole, begin: Whole, end: Whole) -> Whole:
    """For each day how many spans touch it."""
    started = np.searchsorted(np.sort(begin), begins[1:], side="left")
    over = np.searchsorted(np.sort(end), begins[:-1], side="right")
    found: Whole = started - over
    return found


def _of_period(rows: Rows, start_s: int, end_s: int, _terms: ClockTerms) -> Rows:
    """Changes that are fresh in the period."""
    begin, end = _fresh(rows[TABLE])
    return {TABLE: rows[TABLE].filter(pa.array((begin < end_s) & (end > start_s)))}


def _ordinary(_place: int, row: Mapping[str, Any]) -> Mapping[str, Any]:
    begin: datetime = row["day_at"]
    return {"until_at": begin + timedelta(days=1)}


_COLUMNS: Mapping[str, pa.DataType] = {
    "day_at": INSTANT,
    "until_at": INSTANT,
    "live": pa.int64(),
    "began": pa.int64(),
}

STREAM = Stream(
    module=__name__,
    reads=(TABLE,),
    derive=_derive,
    of_period=_of_period,
    closure=Anew(),
    columns=_COLUMNS,
    key=("partner", "queue", "day_on"),
    begins="day_at",
    ends=("until_at",),
    dated={"day": "day_at"},
    moments={"measured-in": ("day",)},
    owners={"owner-at-start": ("partner",)},
    agents={"owner-at-start": ("agent",)},
    row="day of a queue",
    occasions={"measured-in": "it lies"},
    ordinary=_ordinary,
    shown=("day_at", "live", "began"),
)
