"""What was done after customers had answered: each answered survey, and when somebody came back to its customer.

Grain: one survey that was answered. Coming back is the first public message by a person on its case, or the first
outbound call about it, after the answer and at most thirty days later.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.facts.closure import Tied
from tallystick.facts.stream import INSTANT, ONE_AGENT, SECOND_US, TWO_OWNERS, Given, Rows, Stream, within
from tallystick.facts.surveys import COLUMNS, REACH_S, TABLE, with_case
from tallystick.facts.visits import Integers
from tallystick.vocabulary.clock_terms import ClockTerms

CALLS, EVENTS = "call", "case_event"


def _derive(given: Given) -> Mapping[str, Any]:
    surveys = given.rows[TABLE].filter(given.rows[TABLE].column("answered_at").is_valid())
    if not surveys.num_rows:
        return {}
    found = with_case(surveys, given.case)
    found["followed_at"] = _followed(surveys, given.rows)
    return found


def _approaches(rows: Rows) -> tuple[Integers, Integers]:
    """(case, microsecond) of everything by which a person of ours turned to a customer."""
    calls, events = rows[CALLS], rows[EVENTS]
    out = calls.filter(
        pc.fill_null(
            pc.and_(pc.equal(calls.column("direction"), "outbound"), pc.equal(calls.column("kind"), "talk")),
            fill_value=False,
        )
    )
    said = pc.and_(pc.equal(events.column("kind"), "message"), pc.equal(events.column("actor"), "agent"))
    said = events.filter(pc.fill_null(pc.and_(said, pc.equal(events.column("value"), "public")), fill_value=False))
    both = pa.concat_tables(
        [
            pa.table({"case_key": out.column("case_key"), "at": out.column("started_at").cast(pa.int64())}),
            pa.table({"case_key": said.column("case_key"), "at": said.column("event_at").cast(pa.int64())}),
        ]
    ).drop_null()
    return np.asarray(both.column("case_key"), dtype=np.int64), np.asarray(both.column("at"), dtype=np.int64)


def _followed(surveys: pa.Table, rows: Rows) -> pa.Array:
    """For each survey the first approach after its answer; empty where there was none in time."""
    case, at = _approaches(rows)
    known = np.asarray(surveys.column("case_key").is_valid(), dtype=np.bool_)
    asked = np.asarray(pc.fill_null(surveys.column("case_key"), 0), dtype=np.int64)
    answered = np.asarray(surveys.column("answered_at").cast(pa.int64()), dtype=np.int64)
    # Answers and approaches in one order of case and time; the next approach of the same case is the one meant.
    size = len(asked)
    whose, when = np.concatenate([asked, case]), np.concatenate([answered, at])
    is_approach = np.arange(len(whose)) >= size
    order = np.lexsort((~is_approach, when, whose))
    place = np.where(is_approach[order], np.arange(len(order)), len(order))
    following = np.minimum.accumulate(place[::-1])[::-1]
    inside = order[np.minimum(following, len(order) - 1)]
    found = np.zeros(len(order), np.int64)
    good = (
        (following < len(order)) & (whose[inside] == whose[order]) & (when[inside] - when[order] <= REACH_S * SECOND_US)
    )
    found[order] = np.where(good, when[inside], 0)
    there = np.zeros(len(order), np.bool_)
    there[order] = good
    return pa.array(found[:size], mask=~(there[:size] & known)).view(INSTANT)


def _of_period(rows: Rows, start_s: int, end_s: int, _terms: ClockTerms) -> Rows:
    """Surveys answered in the period, and outbound calls until thirty days after it; events come with their cases."""
    calls = rows[CALLS].filter(pc.fill_null(pc.equal(rows[CALLS].column("direction"), "outbound"), fill_value=False))
    calls = calls.filter(calls.column("case_key").is_valid())
    return {
        TABLE: within(rows[TABLE], ("answered_at",), start_s, end_s),
        CALLS: within(calls, ("started_at",), start_s, end_s + REACH_S + 1),
    }


def _ordinary(place: int, row: Mapping[str, Any]) -> Mapping[str, Any]:
    answered: datetime = row["answered_at"]
    return {
        "response_key": place + 1,
        "case_key": place + 1,
        "kind": "csat",
        "owner_start": "aurora",
        "owner_stop": "aurora",
        "sent_at": answered - timedelta(days=1),
        "followed_at": answered + timedelta(hours=4),
        "scale_min": 1,
        "scale_max": 5,
        "score": 1,
        "higher_is_better": True,
    }


STREAM = Stream(
    module=__name__,
    reads=(TABLE, CALLS, EVENTS),
    derive=_derive,
    of_period=_of_period,
    closure=Tied(
        {TABLE: {"response_key": "survey", "case_key": "case"}, CALLS: {"case_key": "case"}},
        ("response_key", "survey"),
        events=(EVENTS,),
    ),
    columns={
        **COLUMNS,
        "followed_at": INSTANT,
    },
    key=("response_key",),
    carried=("case_key",),
    begins="answered_at",
    ends=("followed_at",),
    dated={"answered": "answered_at"},
    moments={"measured-in": ("answered",)},
    owners=TWO_OWNERS,
    agents=ONE_AGENT,
    row="answered survey",
    occasions={"measured-in": "it was answered"},
    ordinary=_ordinary,
    of_cases=True,
    shown=("answered_at", "followed_at", "score"),
)
