"""Abandonment rate (K3).

Definition: The share of contacts offered to a queue whose customer left before anybody answered.
Formula: abandoned / offered; with `short_s`, those who left within it are in neither (or, by `short_abandons`, among
    the offered only).
Unit: ratio 0..1; lower is better.
Counted: Inbound visits to a queue. A request for a call back, overflow and timeout are offered and no abandon. Those
    who still wait are pending; refused calls and those of unknown outcome are left out, with counts.
Variants: Every abandon (default), or only those after more than `short_s` seconds: 5 or 6 are common, and one contract
    counts from 18 on. By `visits` every visit or the first of each call.
Confused with: Giving up in an IVR, which is a KPI of its own; blockage (K4), where the customer never got in.
Edge cases: A high threshold hides real abandons, and an announcement before the queue moves them into the IVR: look at
    both. A wait of exactly `short_s` is short. The customer who hangs up while it rings at an agent has abandoned.
Source: KPI dictionary K3; UniVoIP [univoip]; Answerfirst's contract [answerfirst]; ContactBabel [cb-2023].
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import call_rows
from tallystick.measures.measure import LOWER, At, Counting, Example, Measure, Param


def _short(at: At) -> nw.Expr:
    return call_rows.short_abandon(at) if at.text("short_abandons") == call_rows.LEAVE_OUT else at.never()


def _abandoned(at: At) -> nw.Expr:
    return call_rows.abandoned(at) & ~call_rows.short_abandon(at)


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Abandonment rate",
    source="K3",
    unit="ratio",
    better=LOWER,
    kind="share",
    fact="call",
    counting=Counting(
        clock=call_rows.AT_A_QUEUE,
        left_out=(
            call_rows.INBOUND,
            ("later visit of the same call", call_rows.later_visit),
            call_rows.REFUSED,
            call_rows.UNCLEAR,
            ("short abandon", _short),
        ),
        pending=call_rows.waiting,
        numerator=_abandoned,
    ),
    period_rules=call_rows.RULES,
    attributions=call_rows.BY_QUEUE,
    params={
        "short_s": call_rows.SHORT,
        "short_abandons": Param(
            call_rows.LEAVE_OUT,
            "short abandons leave the offered too, or count among them",
            choices=(call_rows.LEAVE_OUT, call_rows.COUNT),
        ),
        "visits": call_rows.VISITS,
    },
    bounds=(0, 1),
)

EXAMPLE = Example(
    rows=(
        {},
        {"outcome": "abandoned", "wait_s": 40},
        {"outcome": "abandoned", "wait_s": 5},
        {"outcome": "callback", "wait_s": 60},
        {"outcome": "overflow", "wait_s": 60},
    ),
    value=Fraction(1, 4),
    n=4,
    params={"short_s": 5},
    excluded=(("short abandon", 1),),
)
