"""Public reviews: each with what it says of the service, and how long it waited for an answer in public.

Grain: one review or post. Business seconds are those in the opening hours of the programme that its language and the
channel `review` belong to; without one, or without an answer, there are none.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.facts.beside import beside
from tallystick.facts.closure import Tied
from tallystick.facts.open_time import open_seconds
from tallystick.facts.stream import INSTANT, Given, Rows, Stream, programmes_of, within
from tallystick.facts.visits import MISSING, SECOND_US, as_keys, micros
from tallystick.vocabulary.clock_terms import ClockTerms

TABLE = "review"
CHANNEL = "review"
KEPT = ("review_key", "case_key", "posted_at", "replied_at", "rating", "rating_min", "rating_max", "about_service")


def _derive(given: Given) -> Mapping[str, Any]:
    rows = given.rows[TABLE]
    count = rows.num_rows
    if not count:
        return {}
    joined = beside(rows.select(["case_key"]), given.case, ["case_key"], ["case_id", "queue", "reason", "partner_last"])
    owner = pc.coalesce(rows.column("partner"), joined.column("partner_last"))
    found: dict[str, Any] = {name: rows.column(name) for name in KEPT}
    found |= {
        "case_id": pc.coalesce(joined.column("case_id"), rows.column("review_key").cast(pa.string())),
        "partner": owner,
        "owner_start": owner,
        "queue": joined.column("queue"),
        "reason": joined.column("reason"),
        "language": rows.column("language"),
        "channel": pa.array([CHANNEL] * count, pa.string()),
        "initiated_by": pa.array(["customer"] * count, pa.string()),
        "country": rows.column("country"),
        "platform": rows.column("source"),
    }
    found["programme"] = programmes_of(
        pa.table({name: found[name] for name in ("queue", "channel", "language")}), given.terms
    )
    posted, replied = micros(rows.column("posted_at")), micros(rows.column("replied_at"))
    begin_s, stop_s = (
        posted // SECOND_US,
        np.where(replied == MISSING, posted, np.maximum(replied, posted)) // SECOND_US,
    )
    opened, known = open_seconds(found["programme"], begin_s, stop_s, given.terms)
    found["calendar_s"] = as_keys(np.where(replied == MISSING, MISSING, np.maximum(replied - posted, 0) // SECOND_US))
    found["business_s"] = as_keys(np.where(known & (replied != MISSING), opened, MISSING))
    return found


def _of_period(rows: Rows, start_s: int, end_s: int, _terms: ClockTerms) -> Rows:
    """Reviews posted in the period."""
    return {TABLE: within(rows[TABLE], ("posted_at",), start_s, end_s)}


def _ordinary(place: int, row: Mapping[str, Any]) -> Mapping[str, Any]:
    posted: datetime = row["posted_at"]
    return {
        "review_key": place + 1,
        "case_key": place + 1,
        "owner_start": "aurora",
        "channel": CHANNEL,
        "replied_at": posted + timedelta(hours=4),
        "calendar_s": 14_400,
        "business_s": 7_200,
        "rating": 4,
        "rating_min": 1,
        "rating_max": 5,
        "about_service": False,
    }


STREAM = Stream(
    module=__name__,
    reads=(TABLE,),
    derive=_derive,
    of_period=_of_period,
    closure=Tied({TABLE: {"review_key": "review"}}, ("review_key", "review"), of_case={TABLE: "case_key"}),
    columns={
        "review_key": pa.int64(),
        "case_key": pa.int64(),
        "owner_start": pa.string(),
        "platform": pa.string(),
        "country": pa.string(),
        "posted_at": INSTANT,
        "replied_at": INSTANT,
        "calendar_s": pa.int64(),
        "business_s": pa.int64(),
        "rating": pa.int32(),
        "rating_min": pa.int32(),
        "rating_max": pa.int32(),
        "about_service": pa.bool_(),
    },
    key=("review_key",),
    carried=("case_key",),
    begins="posted_at",
    ends=("replied_at",),
    dated={"posted": "posted_at"},
    moments={"created-in": ("posted",), "measured-in": ("posted",)},
    owners={"owner-at-start": ("owner_start",)},
    agents={"owner-at-start": ("agent",)},
    row="review",
    occasions={"created-in": "it was posted", "measured-in": "it was posted"},
    ordinary=_ordinary,
    shown=("posted_at", "replied_at", "rating", "about_service"),
)
