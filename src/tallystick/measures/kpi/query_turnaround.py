"""Query turnaround (K96).

Definition: How long the answer to a partner's question took, from the question to an answer that can be used.
Formula: the chosen statistic, over questions, of closed - opened.
Unit: seconds; lower is better.
Counted: Actions of the kind query that are closed; n is their number. Open ones are pending; other actions are left
    out, with counts.
Variants: Median (default), mean, max or a percentile by `statistic`. By `side`, questions that the client owes an
    answer to, or those that the partner owes.
Confused with: First reply time (K5), which is about customers; action closure (K95).
Edge cases: Seconds run by the calendar: nights and weekends count, because the tables say nothing of the hours that
    both sides share. An answer that raised the question again is open again only where the source says so.
Source: KPI dictionary K96.
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import action_rows, clock_rows
from tallystick.measures.measure import CREATED_IN, LOWER, At, Counting, Example, Measure


def _no_query(at: At) -> nw.Expr:
    return ~at.word("kind", "query")


def _open(at: At) -> nw.Expr:
    return ~action_rows.closed(at)


def _whole(at: At) -> nw.Expr:
    return at.col("whole_s")


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Query turnaround",
    source="K96",
    unit="s",
    better=LOWER,
    kind="quantile",
    fact=action_rows.FACT,
    counting=Counting(
        left_out=(("actions that are no query", _no_query), action_rows.OTHER_SIDE),
        pending=_open,
        numerator=_whole,
    ),
    period_rules=(CREATED_IN,),
    attributions=action_rows.ATTRIBUTIONS,
    params={
        "statistic": clock_rows.STATISTIC_OF,
        "method": clock_rows.METHOD,
        "side": action_rows.SIDE,
    },
    kind_of=clock_rows.kind_by_statistic,
)

EXAMPLE = Example(
    rows=(
        {"kind": "query", "whole_s": 7200},
        {"kind": "query", "whole_s": 86400},
        {"kind": "query", "whole_s": 14400},
        {"kind": "query", "closed_at": None},
        {"kind": "meeting"},
    ),
    value=Fraction(14400),
    n=3,
    pending=1,
    excluded=(("actions that are no query", 1),),
)
