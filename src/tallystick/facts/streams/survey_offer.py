"""Whether each solved case was surveyed: the cases that a customer could have been asked about, and when one was.

Grain: one case that was solved. A survey counts as its own where it was sent at most thirty days before or after the
first solving; the first one sent decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.facts.beside import beside
from tallystick.facts.closure import Tied
from tallystick.facts.stream import INSTANT, SECOND_US, Given, Rows, Stream, within
from tallystick.vocabulary.clock_terms import ClockTerms

TABLE = "survey_response"
REACH_S = 30 * 86_400
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
    found["surveyed_at"] = _surveyed(given.rows[TABLE], case)
    return found


def _surveyed(surveys: pa.Table, case: pa.Table) -> Any:
    """For each case the first survey near its solving; empty where there is none."""
    sent = surveys.select(["case_key", "sent_at"]).drop_null()
    sent = beside(sent, case, ["case_key"], ["first_solved_at"])
    apart = pc.subtract(sent.column("sent_at").cast(pa.int64()), sent.column("first_solved_at").cast(pa.int64()))
    near = sent.filter(pc.less_equal(pc.abs(apart), REACH_S * SECOND_US)).sort_by("sent_at")
    keys, first = np.unique(np.asarray(near.column("case_key"), dtype=np.int64), return_index=True)
    firsts = pa.table(
        {"case_key": pa.array(keys, pa.int64()), "surveyed_at": near.column("sent_at").take(pa.array(first))}
    )
    return beside(case.select(["case_key"]), firsts, ["case_key"], ["surveyed_at"]).column("surveyed_at")


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
    owners={"owner-at-start": ("owner_start",), "owner-at-stop": ("owner_stop", "owner_start")},
    agents={"owner-at-start": ("agent",), "owner-at-stop": ("agent",)},
    row="case",
    occasions={"measured-in": "it was first solved"},
    ordinary=_ordinary,
    of_cases=True,
    shown=("first_solved_at", "surveyed_at"),
)
