"""Open past due (K11).

Definition: The number of clock instances that were open and past their due instant at the snapshot.
Formula: count of open instances with due instant before the snapshot; or a statistic of how long they are overdue.
Unit: clocks, or seconds overdue; lower is better.
Counted: Every instance of the clock that `clock` names which had begun by the snapshot, with a target in force; n
    counts them all, so a count of 0 among 500 differs from no data. The snapshot is the end of the period, or `as_of`
    if that comes first. With a statistic other than count, n is the overdue ones and the rest is left out, with its
    count.
Variants: Count (default), or median, mean, max or a percentile of the age overdue in calendar seconds. Hourly
    snapshots are the same figure at more instants. Clocks that were paused only after breaching are included.
Confused with: Missed instances (K10), which include those answered late; backlog (K12), which includes all open
    cases.
Edge cases: A clock paused before its target was used up is not past due, however long it rests. What was answered
    after the snapshot was open at the snapshot.
Source: KPI dictionary K11, R3; Zendesk, ticket status and SLA badges [z-stat].
"""

from collections.abc import Mapping
from fractions import Fraction

import narwhals as nw

from tallystick.measures import clock_rows
from tallystick.measures.measure import (
    AT_DUE,
    AT_START,
    AT_STOP,
    LOWER,
    MEASURED_IN,
    At,
    Counting,
    Example,
    Measure,
    Param,
    Setting,
)
from tallystick.measures.quantile import STATISTIC


def _kind(params: Mapping[str, Setting]) -> str:
    return "count" if params["statistic"] == "count" else clock_rows.kind_by_statistic(params)


def _unit(params: Mapping[str, Setting]) -> str:
    return "clocks" if params["statistic"] == "count" else "s"


def _not_past_due(at: At) -> nw.Expr:
    return at.never() if at.text("statistic") == "count" else ~clock_rows.late(at)


def _overdue(at: At) -> nw.Expr:
    if at.text("statistic") == "count":
        return clock_rows.late(at)
    return nw.lit(at.as_of_second) - at.second("due_at")


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Open past due",
    source="K11",
    unit="clocks",
    better=LOWER,
    kind="count",
    fact="clock",
    counting=Counting(
        clock=clock_rows.named_clock,
        snapshot=True,
        left_out=(
            ("cancelled", clock_rows.cancelled),
            ("no target", clock_rows.without_target),
            ("not past due", _not_past_due),
        ),
        numerator=_overdue,
    ),
    period_rules=(MEASURED_IN,),
    attributions=(AT_STOP, AT_DUE, AT_START),
    params={
        "clock": clock_rows.CLOCK,
        "statistic": Param("count", "count, or a statistic of the age overdue", pattern=f"count|{STATISTIC}"),
        "method": clock_rows.METHOD,
    },
    kind_of=_kind,
    unit_of=_unit,
)

EXAMPLE = Example(
    rows=(
        {"stop_at": "2026-03-02T10:00:00Z", "due_at": "2026-03-02T12:00:00Z"},
        {"stop_at": "2026-04-02T10:00:00Z", "due_at": "2026-03-30T12:00:00Z"},
        {"state": "running", "due_at": "2026-03-05T12:00:00Z"},
        {"state": "running", "due_at": "2026-04-05T12:00:00Z"},
        {"state": "running", "due_at": None, "running_since": None, "business_s": 20000},
    ),
    value=Fraction(3),
    n=5,
)
