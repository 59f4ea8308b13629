"""Out-of-hours wait share (K65).

Definition: The share of the time that customers waited which fell outside the opening hours.
Formula: (calendar seconds - business seconds) / calendar seconds, over the finished clocks of one kind.
Unit: ratio 0..1; lower is better.
Counted: Finished clocks of the kind `clock`, legitimate pauses taken out of both; n counts clocks. Open ones are
    pending, cancelled ones left out, with counts.
Variants: The first reply (default) or another clock that a customer waits for. Over calls it is the out-of-hours wait
    share of calls.
Confused with: First reply time (K5), whose calendar basis holds both parts together.
Edge cases: Business seconds count in the opening hours of the case's programme; a case of no programme has none, so all
    its wait counts as out of hours: look at unmapped queues first. A customer who writes on Friday night waits most of
    the weekend whatever the partner does, which is why the share is the client's to move, by buying hours.
Source: KPI dictionary K65, R7, R8.
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import clock_rows
from tallystick.measures.measure import (
    LOWER,
    At,
    Counting,
    Example,
    Measure,
)


def _closed(at: At) -> nw.Expr:
    return at.col("calendar_s") - at.col("business_s")


def _whole(at: At) -> nw.Expr:
    return at.col("calendar_s")


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Out-of-hours wait share",
    source="K65",
    unit="ratio",
    better=LOWER,
    kind="mean",
    fact="clock",
    counting=Counting(
        clock=clock_rows.named_clock,
        left_out=(("cancelled", clock_rows.cancelled),),
        pending=clock_rows.not_stopped,
        numerator=_closed,
        denominator=_whole,
    ),
    period_rules=clock_rows.DURATION_RULES,
    attributions=clock_rows.DURATION_ATTRIBUTIONS,
    params={"clock": clock_rows.CLOCK},
    bounds=(0, 1),
)

EXAMPLE = Example(
    rows=(
        {"calendar_s": 3600, "business_s": 3600},
        {"calendar_s": 60_000, "business_s": 6_000},
        {"calendar_s": 400, "business_s": 0},
        {"state": "cancelled"},
        {"calendar_s": 6_000, "business_s": 6_000},
    ),
    value=Fraction(54_400, 70_000),
    n=4,
    excluded=(("cancelled", 1),),
)
