"""Abandonment of counted intervals (K3, from interval reports).

Definition: The share of offered contacts whose customer left, from what a telephone system counted by interval.
Formula: abandoned / offered; with `short_s`, (abandoned - short abandons) / (offered - short abandons).
Unit: ratio 0..1; lower is better.
Counted: Intervals of queues with the counts; n counts intervals, numerator and denominator contacts. With `short_s` an
    interval whose source counts short abandons by another threshold, or by none that it tells, is left out, as is one
    without the counts, with their number. An interval not over at `as_of` is pending.
Variants: Every abandon (default), or without the short ones, at the source's own threshold only.
Confused with: Abandonment rate (K3) from single calls, which can be asked at any threshold.
Edge cases: Whether the source counts those who leave in the IVR is its own affair: ask. No offered contact gives no
    value.
Source: KPI dictionary K3; UniVoIP [univoip].
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import call_rows, counted_interval_rows
from tallystick.measures.measure import LOWER, At, Counting, Example, Measure


def _less_short(at: At, name: str) -> nw.Expr:
    whole = at.col(name)
    return whole if at.params["short_s"] is None else whole - at.col("abandoned_in")


def _abandoned(at: At) -> nw.Expr:
    return _less_short(at, "abandoned")


def _offered(at: At) -> nw.Expr:
    return _less_short(at, "offered")


def _counts_missing(at: At) -> nw.Expr:
    return _abandoned(at).is_null() | _offered(at).is_null()


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Abandonment of counted intervals",
    source="K3",
    unit="ratio",
    better=LOWER,
    kind="mean",
    fact="call_interval",
    counting=Counting(
        left_out=(("other short threshold", counted_interval_rows.other_short), ("counts missing", _counts_missing)),
        pending=counted_interval_rows.running,
        numerator=_abandoned,
        denominator=_offered,
    ),
    period_rules=counted_interval_rows.RULES,
    attributions=counted_interval_rows.ATTRIBUTIONS,
    params={"short_s": call_rows.SHORT},
    bounds=(0, 1),
)

EXAMPLE = Example(
    rows=(
        {"abandoned": 3, "abandoned_in": 1},
        {"offered": 11, "abandoned": 2, "abandoned_in": 1},
        {"short_s": 10},
        {"short_s": None},
        {"offered": None},
    ),
    value=Fraction(3, 19),
    n=2,
    params={"short_s": 5},
    excluded=(("counts missing", 1), ("other short threshold", 2)),
)
