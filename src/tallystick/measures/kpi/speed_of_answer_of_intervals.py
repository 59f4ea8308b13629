"""Average speed of answer of counted intervals (K2, from interval reports).

Definition: How long the answered contacts waited on average, from what a telephone system counted by interval.
Formula: seconds that answered contacts waited / answered contacts.
Unit: seconds; lower is better.
Counted: Intervals of queues with both counts; n counts intervals, the denominator contacts. Intervals without them are
    left out, with their number; one not over at `as_of` is pending.
Variants: The mean only: a median or percentile cannot be had from sums.
Confused with: Average speed of answer (K2) from single calls, which also gives p90 and the maximum.
Edge cases: Some sources count the wait of abandoned contacts too; then the figure is wrong and cannot be mended here.
    No answered contact gives no value.
Source: KPI dictionary K2; WFM Clubs [wfmclubs].
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import counted_interval_rows
from tallystick.measures.measure import LOWER, At, Counting, Example, Measure


def _counts_missing(at: At) -> nw.Expr:
    return at.col("wait_s").is_null() | at.col("answered").is_null()


def _wait(at: At) -> nw.Expr:
    return at.col("wait_s")


def _answered(at: At) -> nw.Expr:
    return at.col("answered")


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Average speed of answer of counted intervals",
    source="K2",
    unit="s",
    better=LOWER,
    kind="mean",
    fact="call_interval",
    counting=Counting(
        left_out=(("counts missing", _counts_missing),),
        pending=counted_interval_rows.running,
        numerator=_wait,
        denominator=_answered,
    ),
    period_rules=counted_interval_rows.RULES,
    attributions=counted_interval_rows.ATTRIBUTIONS,
)

EXAMPLE = Example(
    rows=(
        {},
        {"answered": 1, "wait_s": 310},
        {"answered": 0, "wait_s": 0},
        {"wait_s": None},
        {"answered": 10, "wait_s": 100},
    ),
    value=Fraction(500, 20),
    n=4,
    excluded=(("counts missing", 1),),
)
