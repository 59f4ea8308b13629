"""Backlog (K12).

Definition: The number of cases that were open at the snapshot, or the days it would take to resolve them.
Formula: open at the snapshot; in days: open / (resolved in the 28 days before it / 28).
Unit: cases, or days by `measured` days; lower is better.
Counted: Cases created by the snapshot and not at rest by then; n counts all cases looked at, so 0 open among 500
    differs from no data. The snapshot is the end of the period, or `as_of` if that comes first. Merged and excluded
    cases are left out, with counts.
Variants: Number (default) or days at the pace of the last 28 days. Snapshots taken once a day at a fixed hour, as
    some tools do, miss what the day brought; this reads the instant itself.
Confused with: Open past due (K11), which is the part of the backlog that is late; work in progress of agents.
Edge cases: A case that was solved and is open again now counts as open for the whole time since its last but one
    solving, because facts keep the first and the last. Nothing resolved in 28 days gives no number of days.
Source: KPI dictionary K12; dbt_zendesk DECISIONLOG on daily backlog snapshots.
"""

from collections.abc import Mapping
from datetime import timedelta
from fractions import Fraction

import narwhals as nw

from tallystick.measures import case_rows
from tallystick.measures.measure import LOWER, MEASURED_IN, At, Counting, Example, Measure, Param, Setting

DAYS = 28


def _kind(params: Mapping[str, Setting]) -> str:
    return "rate" if params["measured"] == "days" else "count"


def _unit(params: Mapping[str, Setting]) -> str:
    return str(params["measured"])


def _resolved_lately(at: At) -> nw.Expr:
    if at.text("measured") != "days":
        return at.never()
    since = at.as_of - timedelta(days=DAYS)
    return (at.col("first_solved_at") >= since) & (at.col("first_solved_at") < at.as_of)


def _nothing(at: At) -> nw.Expr:
    return at.never()


def _one(at: At) -> nw.Expr:
    return at.every()


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Backlog",
    source="K12",
    unit="cases",
    better=LOWER,
    kind="count",
    fact="case",
    counting=Counting(
        snapshot=True,
        left_out=(case_rows.MERGED,),
        numerator=case_rows.open_then,
        denominator=_nothing,
    ),
    beside=(
        Counting(
            snapshot=True,
            rows=_resolved_lately,
            left_out=(case_rows.MERGED,),
            numerator=_nothing,
            denominator=_one,
            silent=True,
        ),
    ),
    period_rules=(MEASURED_IN,),
    attributions=case_rows.BY_LAST_OWNER,
    params={"measured": Param("cases", "cases, or days of work at the recent pace", choices=("cases", "days"))},
    scale=DAYS,
    kind_of=_kind,
    unit_of=_unit,
)

EXAMPLE = Example(
    rows=(
        {},
        {"first_solved_at": "2026-03-20T10:00:00Z", "last_solved_at": "2026-04-03T10:00:00Z"},
        {"first_solved_at": None, "last_solved_at": None, "status": "open"},
        {"first_solved_at": None, "last_solved_at": None, "status": "pending"},
        {"excluded": "spam"},
    ),
    value=Fraction(3),
    n=4,
    excluded=(("spam", 1),),
)
