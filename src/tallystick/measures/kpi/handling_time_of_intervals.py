"""Average handling time of counted intervals (K46, from interval reports).

Definition: How long agents worked on an answered contact on average, from what a telephone system counted by interval.
Formula: seconds of the parts / answered contacts.
Unit: seconds; lower is better.
Counted: Intervals of queues with the counts; n counts intervals, the denominator contacts. Intervals that lack a part
    asked for are left out, with their number; one not over at `as_of` is pending.
Variants: Talk, hold and after-work (default) or fewer `parts`. A source that counts hold within talk has no hold of its
    own: ask for talk_wrap there.
Confused with: Average handling time (K46) from single calls, which can tell directions, chats and percentiles apart.
Edge cases: Sources count a call where it was answered or where it ended, so single intervals differ from ours and days
    agree. No answered contact gives no value.
Source: KPI dictionary K46; WFM Clubs [wfmclubs].
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import counted_interval_rows
from tallystick.measures.measure import LOWER, At, Counting, Example, Measure, Param


def _seconds(at: At) -> nw.Expr:
    first, *more = [at.col(f"{part}_s") for part in at.text("parts").split("_")]
    for part in more:
        first = first + part
    return first


def _answered(at: At) -> nw.Expr:
    return at.col("answered")


def _counts_missing(at: At) -> nw.Expr:
    return _seconds(at).is_null() | _answered(at).is_null()


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Average handling time of counted intervals",
    source="K46",
    unit="s",
    better=LOWER,
    kind="mean",
    fact="call_interval",
    counting=Counting(
        left_out=(("counts missing", _counts_missing),),
        pending=counted_interval_rows.running,
        numerator=_seconds,
        denominator=_answered,
    ),
    period_rules=counted_interval_rows.RULES,
    attributions=counted_interval_rows.ATTRIBUTIONS,
    params={
        "parts": Param(
            "talk_hold_wrap", "what is handling", choices=("talk_hold_wrap", "talk_hold", "talk_wrap", "talk")
        )
    },
)

EXAMPLE = Example(
    rows=(
        {},
        {"answered": 1, "talk_s": 300, "hold_s": 0, "wrap_s": 60},
        {"answered": 0, "talk_s": 0, "hold_s": 0, "wrap_s": 0},
        {"hold_s": None},
        {"wrap_s": None},
    ),
    value=Fraction(2700, 10),
    n=3,
    excluded=(("counts missing", 2),),
)
