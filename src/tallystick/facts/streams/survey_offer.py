"""Whether each solved case was surveyed: the cases that a customer could have been asked about, and when one was.

Grain: one case that was solved. A survey counts as its own where it was sent at most thirty days before or after the
first solving; the first one sent decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tallystick.facts.closure import Tied
from tallystick.facts.stream import INSTANT, ONE_AGENT, TWO_OWNERS, Given, Rows, Stream, within
from tallystick.facts.surveys import REACH_S, TABLE, first_sent
from tallystick.vocabulary.clock_terms import ClockTerms

FROM_CASE = (
    "case_key",
    "case_id",
    "programme",
    "queue",
    "channel",
    "language",
    "priority",
    "reason",
    "initiated_by",
    "excluded",
    "partner",
    "created_at",
    "first_solved_at",
)


def _derive(given: Given) -> Mapping[str, Any]:
    case = given.case.filter(given.case.column("first_solved_at").is_valid())
    if not case.num_rows:
        return {}
    found: dict[str, Any] = {name: case.column(name) for name in FROM_CASE}
    found["agent"] = pc.coalesce(case.column("agent_last"), case.column("agent"))
    found["owner_start"] = case.column("partner")
    found["owner_stop"] = pc.coalesce(case.column("partner_last"), case.column("partner"))
    found["surveyed_at"] = first_sent(
        given.rows[TABLE], case, "case_key", "first_solved_at", before_s=REACH_S, after_s=REACH_S
    )
    return found


def _of_period(rows: Rows, start_s: int, end_s: int, _terms: ClockTerms) -> Rows:
    """Surveys that can belong to a case that was solved in the period."""
    return {TABLE: within(rows[TABLE], ("sent_at",), start_s - REACH_S, end_s + REACH_S + 1)}


def _ordinary(place: int, row: Mapping[str, Any]) -> Mapping[str, Any]:
    solved = row["first_solved_at"]
    return {
        "case_key": place + 1,
        "created_at": solved - timedelta(hours=5),
        "surveyed_at": solved + timedelta(hours=1),
        "owner_start": "aurora",
        "owner_stop": "aurora",
    }


STREAM = Stream(
    module=__name__,
    reads=(TABLE,),
    derive=_derive,
    of_period=_of_period,
    closure=Tied({TABLE: {"case_key": "case"}}, ("case_key", "case")),
    columns={
        "case_key": pa.int64(),
        "created_at": INSTANT,
        "first_solved_at": INSTANT,
        "surveyed_at": INSTANT,
        "owner_start": pa.string(),
        "owner_stop": pa.string(),
    },
    key=("case_key",),
    begins="first_solved_at",
    ends=("surveyed_at",),
    dated={"solved": "first_solved_at"},
    moments={"measured-in": ("solved",)},
    owners=TWO_OWNERS,
    agents=ONE_AGENT,
    row="case",
    occasions={"measured-in": "it was first solved"},
    ordinary=_ordinary,
    of_cases=True,
    shown=("first_solved_at", "surveyed_at"),
)
