"""Cost lines: one amount that the service cost, as the books say, in ten-thousandths of its currency.

Grain: one amount of table `cost`. It belongs to the local day on which its time begins, in the zone of the terms.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.facts.closure import Tied
from tallystick.facts.spans import midnights
from tallystick.facts.stream import INSTANT, SECOND_US, Given, Rows, Stream
from tallystick.vocabulary.clock_terms import ClockTerms
from tallystick.vocabulary.opening import ZoneTable, local_day_many, zone_arrays

TABLE = "cost"
DECIMALS = 4
_TAKEN = ("programme", "queue", "currency", "borne_by")


def _derive(given: Given) -> Mapping[str, Any]:
    rows = given.rows[TABLE]
    rows = rows.filter(pc.and_(pc.is_valid(rows.column("period_from")), pc.is_valid(rows.column("amount"))))
    if not rows.num_rows:
        return {}
    zone = zone_arrays(given.terms.zone)
    whole = pc.multiply(rows.column("amount"), pa.scalar(10**DECIMALS, pa.int64()))
    return {
        **{name: rows.column(name) for name in _TAKEN},
        "cost_key": rows.column("cost_key"),
        "cost": rows.column("kind"),
        "partner": rows.column("partner"),
        "case_id": rows.column("cost_key").cast(pa.string()),
        "on_rate_card": rows.column("on_rate_card"),
        "amount_e4": pc.round(whole).cast(pa.int64()),
        "from_at": _midnight(zone, rows.column("period_from")),
        "until_at": _midnight(zone, pc.coalesce(rows.column("period_to"), rows.column("period_from"))),
    }


def _midnight(zone: ZoneTable, days: Any) -> pa.Array:
    day = np.asarray(days.combine_chunks().cast(pa.int32()), np.int64)
    return pa.array(midnights(zone, day) * SECOND_US).cast(INSTANT)


def _of_period(rows: Rows, start_s: int, end_s: int, terms: ClockTerms) -> Rows:
    """Amounts whose first day lies in the period."""
    costs = rows[TABLE]
    first, last = local_day_many(zone_arrays(terms.zone), np.array([start_s, end_s - 1])).tolist()
    day = costs.column("period_from").cast(pa.int32())
    inside = pc.and_(pc.greater_equal(day, first), pc.less_equal(day, last))
    return {TABLE: costs.filter(pc.fill_null(inside, fill_value=False))}


def _ordinary(place: int, row: Mapping[str, Any]) -> Mapping[str, Any]:
    begin: datetime = row["from_at"]
    return {
        "cost_key": place + 1,
        "cost": "travel",
        "currency": "EUR",
        "borne_by": "client",
        "until_at": begin + timedelta(days=1),
    }


STREAM = Stream(
    module=__name__,
    reads=(TABLE,),
    derive=_derive,
    of_period=_of_period,
    closure=Tied({TABLE: {"cost_key": "cost"}}, ("cost_key", "cost")),
    columns={
        "cost_key": pa.int64(),
        "cost": pa.string(),
        "currency": pa.string(),
        "borne_by": pa.string(),
        "on_rate_card": pa.bool_(),
        "amount_e4": pa.int64(),
        "from_at": INSTANT,
        "until_at": INSTANT,
    },
    key=("cost_key",),
    begins="from_at",
    ends=("until_at",),
    dated={"from": "from_at"},
    moments={"measured-in": ("from",)},
    owners={"owner-at-start": ("partner",)},
    agents={"owner-at-start": ("agent",)},
    row="amount of the books",
    occasions={"measured-in": "its time begins"},
    ordinary=_ordinary,
    shown=("from_at", "cost", "amount_e4", "currency", "borne_by"),
    untold=frozenset({"language", "channel", "priority", "reason", "initiated_by"}),
)
