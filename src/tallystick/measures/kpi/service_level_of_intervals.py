"""Service level of counted intervals (K1, from interval reports).

Definition: The share of contacts answered in time, from what a telephone system counted by interval.
Formula: contacts answered within the source's threshold / offered; by `variant` also / answered; with `short_s`, the
    short abandons leave the offered.
Unit: ratio 0..1; higher is better.
Counted: Intervals of queues whose source counted by exactly `seconds` (and, where it is set, `short_s`); n counts
    intervals, numerator and denominator contacts. Intervals counted by another threshold, or by one that is not told,
    and those without the counts are left out, with their number: what was not counted is never guessed. An interval not
    over at `as_of` is pending.
Variants: of_offered (default) and of_answered. The forms that need abandons by another threshold than the source's
    cannot be had from intervals.
Confused with: Service level (K1) from single calls, which can be asked at any threshold; a mean of the intervals'
    percentages, which is never made (R13).
Edge cases: What the source counts as offered, whether transfers, call backs and refused calls are in it, is the
    source's own: ask for its definition. No offered contact gives no value.
Source: KPI dictionary K1, R13; UniVoIP [univoip]; Genesys Cloud [gen-sl].
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import call_rows, counted_interval_rows
from tallystick.measures.measure import HIGHER, At, Counting, Example, Measure, Param

OF_OFFERED, OF_ANSWERED = "of_offered", "of_answered"


def _base(at: At) -> nw.Expr:
    if at.text("variant") == OF_ANSWERED:
        return at.col("answered")
    if at.params["short_s"] is None:
        return at.col("offered")
    return at.col("offered") - at.col("abandoned_in")


def _counts_missing(at: At) -> nw.Expr:
    return at.col("answered_in").is_null() | _base(at).is_null()


def _in_time(at: At) -> nw.Expr:
    return at.col("answered_in")


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Service level of counted intervals",
    source="K1",
    unit="ratio",
    better=HIGHER,
    kind="mean",
    fact="call_interval",
    counting=Counting(
        left_out=(
            ("other threshold", counted_interval_rows.other_threshold),
            ("other short threshold", counted_interval_rows.other_short),
            ("counts missing", _counts_missing),
        ),
        pending=counted_interval_rows.running,
        numerator=_in_time,
        denominator=_base,
    ),
    period_rules=counted_interval_rows.RULES,
    attributions=counted_interval_rows.ATTRIBUTIONS,
    params={
        "variant": Param(OF_OFFERED, "which formula", choices=(OF_OFFERED, OF_ANSWERED)),
        "seconds": call_rows.SECONDS,
        "short_s": call_rows.SHORT,
    },
    bounds=(0, 1),
)

EXAMPLE = Example(
    rows=(
        {},
        {"offered": 30, "answered": 20, "answered_in": 10},
        {"threshold_s": 30},
        {"threshold_s": None},
        {"answered_in": None},
    ),
    value=Fraction(18, 40),
    n=2,
    excluded=(("counts missing", 1), ("other threshold", 2)),
)
