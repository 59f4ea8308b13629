"""Whether each answered call was surveyed: the callers who could have been asked, and when one was.

Grain: one answered call from outside, at its last answered visit. A survey is the call's own where it names the call
and was sent after it was answered, at most thirty days later; the first one sent decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.facts.closure import Tied
from tallystick.facts.stream import INSTANT, ONE_AGENT, TWO_OWNERS, Given, Rows, Stream, within
from tallystick.facts.streams import call
from tallystick.facts.surveys import REACH_S, TABLE, first_sent
from tallystick.vocabulary.clock_terms import ClockTerms

FROM_CALL = (
    "case_id",
    "partner",
    "programme",
    "queue",
    "agent",
    "channel",
    "language",
    "priority",
    "reason",
    "initiated_by",
    "excluded",
    "call_key",
    "answered_at",
    "ended_at",
    "owner_start",
    "owner_stop",
)


def _derive(given: Given) -> Mapping[str, Any]:
    visits = call.STREAM.table(given)
    answered = pc.and_(pc.is_valid(visits.column("answered_at")), pc.equal(visits.column("direction"), "inbound"))
    visits = visits.filter(pc.fill_null(answered, fill_value=False))
    if not visits.num_rows:
        return {}
    # Rows lie by call and visit, so the last one of each call stands before the next call.
    keys = np.asarray(visits.column("call_key"), dtype=np.int64)
    last = visits.filter(pa.array(np.append(keys[1:] != keys[:-1], True)))
    found: dict[str, Any] = {name: last.column(name) for name in FROM_CALL}
    found["surveyed_at"] = first_sent(given.rows[TABLE], last, "call_key", "answered_at", before_s=0, after_s=REACH_S)
    return found


def _of_period(rows: Rows, start_s: int, end_s: int, terms: ClockTerms) -> Rows:
    """The calls that decide the period, and the surveys that can belong to them."""
    calls = call.STREAM.of_period(rows, start_s, end_s, terms)
    return {**calls, TABLE: within(rows[TABLE], ("sent_at",), start_s - 86_400, end_s + REACH_S + 1)}


def _ordinary(place: int, row: Mapping[str, Any]) -> Mapping[str, Any]:
    answered = row["answered_at"]
    return {
        "call_key": place + 1,
        "ended_at": answered + timedelta(minutes=5),
        "surveyed_at": answered + timedelta(minutes=10),
        "owner_start": "aurora",
        "owner_stop": "aurora",
    }


STREAM = Stream(
    module=__name__,
    reads=(call.TABLE, TABLE),
    derive=_derive,
    of_period=_of_period,
    closure=Tied(
        {call.TABLE: {"call_key": "call"}, TABLE: {"case_key": "call"}},
        ("call_key", "call"),
        of_case={call.TABLE: "case_key"},
    ),
    columns={
        "call_key": pa.int64(),
        "answered_at": INSTANT,
        "ended_at": INSTANT,
        "surveyed_at": INSTANT,
        "owner_start": pa.string(),
        "owner_stop": pa.string(),
    },
    key=("call_key",),
    begins="answered_at",
    ends=("surveyed_at",),
    dated={"answered": "answered_at"},
    moments={"measured-in": ("answered",)},
    owners=TWO_OWNERS,
    agents=ONE_AGENT,
    row="call",
    occasions={"measured-in": "it was answered"},
    ordinary=_ordinary,
    shown=("answered_at", "surveyed_at"),
)
