"""Employment: each month in which somebody was with the partner, as the list of people says.

Grain: one person and calendar month, from the month of the first day to that of the last; who has not left has a row
for every month until the opening hours of the terms end (without any, for ten years), and a measure looks only at
months that have begun by its instant. `left_on` is the last day: on the day after, somebody is gone. A
person without a first day has no row.

`opens` is whether the person was there when the month began and `closes` whether when it ended, so that opening
headcount + `began` - `ended` is the closing one. `days` of the month's `month_days` were employed. `stay_days` are the
days from the first to the last, empty for those who have not left; `tenure_days` those by the end of the month.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.facts.closure import Anew
from tallystick.facts.spans import Whole, midnights
from tallystick.facts.stream import INSTANT, SECOND_US, Given, Rows, Stream
from tallystick.vocabulary.clock_terms import ClockTerms
from tallystick.vocabulary.opening import ZoneTable, local_day_many, month_of, zone_arrays

TABLE = "agent"
MONTHS = 12
TEN_YEARS = 3653
_TEXTS = ("role", "site", "team_leader", "left_as")
_FLAGS = ("opens", "closes", "began", "ended")
_DAYS = ("days", "month_days", "tenure_days")


def _derive(given: Given) -> Mapping[str, Any]:
    rows = given.rows[TABLE]
    rows = rows.filter(pc.is_valid(rows.column("started_on")))
    zone = zone_arrays(given.terms.zone)
    started, left = _days(rows.column("started_on")), _days(rows.column("left_on"))
    gone = np.asarray(rows.column("left_on").combine_chunks().is_valid()) & (left >= started)
    last = np.where(gone, left, horizon(given.terms, zone, started, left))
    first_month = _month_number(started)
    months = np.maximum(_month_number(last) - first_month + 1, 1) if len(started) else first_month
    row = np.repeat(np.arange(len(started)), months)
    month = first_month[row] + np.arange(len(row)) - np.repeat(np.cumsum(months) - months, months)
    first, following = _first_day(month), _first_day(month + 1)
    started, left, gone = started[row], left[row], gone[row]
    until = np.where(gone, np.minimum(left + 1, following), following)
    stay = pa.array(left - started, mask=~gone)
    found: dict[str, Any] = {name: rows.column(name).take(pa.array(row)) for name in (*_TEXTS, "partner")}
    found |= {
        "agent": rows.column("agent_id").take(pa.array(row)),
        "month_at": _instants(zone, first),
        "next_at": _instants(zone, following),
        "started_at": _instants(zone, started),
        "left_at": _instants(zone, left + 1, ~gone),
        "live_at": _instants(zone, *_known(rows.column("live_on").take(pa.array(row)))),
        "opens": pa.array(started < first),
        "closes": pa.array(~gone | (left >= following)),
        "began": pa.array(started >= first),
        "ended": pa.array(gone & (left < following)),
        "days": pa.array(until - np.maximum(started, first)),
        "month_days": pa.array(following - first),
        "stay_days": stay,
        "tenure_days": pa.array(np.minimum(np.where(gone, left, following - 1), following - 1) - started),
    }
    label: Any = month_of(cast("Any", first))
    named = pa.array(label).cast(pa.string())
    return found | {"case_id": pc.binary_join_element_wise(found["agent"], named, "@")}


def horizon(terms: ClockTerms, zone: ZoneTable, started: Whole, left: Whole) -> int:
    """The last day up to which somebody who has not left is followed, in days since 1970."""
    ends = [hours.until_s for hours in terms.hours.values()]
    latest: int = max([0, *started.tolist(), *left.tolist()])
    known = int(local_day_many(zone, np.array([max(ends) - 1]))[0]) if ends else latest + TEN_YEARS
    return max(known, latest)


def _days(column: pa.ChunkedArray) -> Whole:
    return np.asarray(column.combine_chunks().cast(pa.int32()).fill_null(0), np.int64)


def _known(column: pa.ChunkedArray) -> tuple[Whole, Any]:
    return _days(column), np.asarray(column.combine_chunks().is_null())


def _month_number(day: Whole) -> Whole:
    """Months since the year 0."""
    label: Any = month_of(cast("Any", day))
    found: Whole = label // 100 * MONTHS + label % 100 - 1
    return found


def _first_day(month: Whole) -> Whole:
    """The first day of a month, as days since 1970."""
    since = month - 1970 * MONTHS
    return since.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)


def _instants(zone: ZoneTable, day: Whole, missing: Any = None) -> pa.Array:
    return pa.array(midnights(zone, day) * SECOND_US, mask=missing).cast(INSTANT)


def _of_period(rows: Rows, start_s: int, end_s: int, terms: ClockTerms) -> Rows:
    """People who were there on any day of the period, and those who left on the day before it began."""
    agents = rows[TABLE]
    first, last = local_day_many(zone_arrays(terms.zone), np.array([start_s, end_s - 1])).tolist()
    started, left = agents.column("started_on").cast(pa.int32()), agents.column("left_on").cast(pa.int32())
    there = pc.and_(pc.less_equal(started, last), pc.greater_equal(pc.coalesce(left, last), first - 1))
    return {TABLE: agents.filter(pc.fill_null(there, fill_value=False))}


def _ordinary(_place: int, row: Mapping[str, Any]) -> Mapping[str, Any]:
    month: datetime = row["month_at"]
    following = (month.replace(day=1) + timedelta(days=32)).replace(day=1)
    return {
        "next_at": following,
        "started_at": month - timedelta(days=400),
        "role": "agent",
        "opens": True,
        "closes": True,
        "began": False,
        "ended": False,
        "days": (following - month).days,
        "month_days": (following - month).days,
    }


STREAM = Stream(
    module=__name__,
    reads=(TABLE,),
    derive=_derive,
    of_period=_of_period,
    closure=Anew(),
    columns={
        **dict.fromkeys(("month_at", "next_at", "started_at", "left_at", "live_at"), INSTANT),
        **dict.fromkeys(_TEXTS, pa.string()),
        **dict.fromkeys(_FLAGS, pa.bool_()),
        **dict.fromkeys((*_DAYS, "stay_days"), pa.int64()),
    },
    key=("partner", "agent", "month_on"),
    begins="month_at",
    ends=("next_at",),
    dated={"month": "month_at"},
    moments={"measured-in": ("month",)},
    owners={"owner-at-start": ("partner",)},
    agents={"owner-at-start": ("agent",)},
    row="month of employment",
    occasions={"measured-in": "it began"},
    ordinary=_ordinary,
    shown=("month_at", "agent", "role", "opens", "closes", "left_at", "left_as"),
    untold=frozenset({"programme", "queue", "channel", "language", "priority", "reason", "initiated_by"}),
)
