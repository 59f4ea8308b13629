"""Intervals as a telephone system counted them, for systems that hand out no single calls.

Grain: one queue in one interval, with the counts and seconds of the source and the thresholds by which it counted.
What was counted by one threshold cannot be asked at another, so the thresholds stand beside the counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa

from tallystick.facts.closure import Tied
from tallystick.facts.stream import INSTANT, Given, Rows, Stream, programmes_of, within
from tallystick.vocabulary.clock_terms import ClockTerms

TABLE = "call_interval"
COUNTS = ("offered", "answered", "answered_in", "abandoned", "abandoned_in")
SECONDS = ("threshold_s", "short_s", "wait_s", "talk_s", "hold_s", "wrap_s")
KEPT = ("interval_key", "queue", "channel", "language", "partner", "started_at", "ended_at", *COUNTS, *SECONDS)


def _derive(given: Given) -> Mapping[str, Any]:
    rows = given.rows[TABLE]
    if not rows.num_rows:
        return {}
    found: dict[str, Any] = {name: rows.column(name) for name in KEPT}
    return found | {
        "case_id": rows.column("queue"),
        "owner_start": rows.column("partner"),
        "programme": programmes_of(rows, given.terms),
    }


def _of_period(rows: Rows, start_s: int, end_s: int, _terms: ClockTerms) -> Rows:
    """Intervals that begin in the period."""
    return {TABLE: within(rows[TABLE], ("started_at",), start_s, end_s)}


def _ordinary(place: int, row: Mapping[str, Any]) -> Mapping[str, Any]:
    started: datetime = row["started_at"]
    return {
        "interval_key": place + 1,
        "owner_start": "aurora",
        "channel": "phone",
        "ended_at": started + timedelta(minutes=30),
        "offered": 10,
        "answered": 9,
        "answered_in": 8,
        "abandoned": 1,
        "abandoned_in": 0,
        "threshold_s": 20,
        "short_s": 5,
        "wait_s": 90,
        "talk_s": 1800,
        "hold_s": 90,
        "wrap_s": 450,
    }


STREAM = Stream(
    module=__name__,
    reads=(TABLE,),
    derive=_derive,
    of_period=_of_period,
    closure=Tied({TABLE: {"interval_key": "interval"}}, ("interval_key", "interval")),
    columns={
        "interval_key": pa.int64(),
        "started_at": INSTANT,
        "ended_at": INSTANT,
        "owner_start": pa.string(),
        **{name: pa.int64() for name in (*COUNTS, *SECONDS)},
    },
    key=("interval_key",),
    begins="started_at",
    ends=("ended_at",),
    dated={"started": "started_at"},
    moments={"created-in": ("started",), "measured-in": ("started",)},
    owners={"owner-at-start": ("owner_start",)},
    agents={"owner-at-start": ("agent",)},
    row="interval",
    occasions={"created-in": "it began", "measured-in": "it began"},
    ordinary=_ordinary,
    shown=("started_at", "ended_at", "offered", "answered", "answered_in", "abandoned", "threshold_s"),
)
