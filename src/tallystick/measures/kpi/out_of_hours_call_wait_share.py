"""Out-of-hours wait share of calls (K65, on calls).

Definition: The share of customers' waiting in queues that fell outside the opening hours of the programme.
Formula: seconds of wait outside opening hours / seconds of wait.
Unit: ratio 0..1; lower is better.
Counted: Inbound visits to a queue that ended, answered or not, with their whole wait; n counts visits. Those that still
    wait are pending. Refused calls, those whose wait is not known, and those of a queue without opening hours in the
    contract are left out, with counts.
Variants: By seconds (this one), or the share of calls offered outside hours. Over cases the out-of-hours wait share
    does the same for the clock of a reply.
Confused with: Coverage (K63), which asks whether agents were there in the hours contracted.
Edge cases: Opening hours are those of the contract in force, in its zone, clock changes and holidays included. No wait
    at all gives no value.
Source: KPI dictionary K65, R7.
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import call_rows
from tallystick.measures.measure import LOWER, At, Counting, Example, Measure


def _wait_not_known(at: At) -> nw.Expr:
    return at.col("wait_s").is_null() & ~call_rows.waiting(at)


def _no_hours(at: At) -> nw.Expr:
    return at.col("wait_closed_s").is_null() & ~call_rows.waiting(at)


def _closed(at: At) -> nw.Expr:
    return at.col("wait_closed_s")


def _whole(at: At) -> nw.Expr:
    return at.col("wait_s")


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Out-of-hours wait share of calls",
    source="K65",
    unit="ratio",
    better=LOWER,
    kind="mean",
    fact="call",
    counting=Counting(
        clock=call_rows.AT_A_QUEUE,
        left_out=(
            call_rows.INBOUND,
            call_rows.REFUSED,
            ("wait not known", _wait_not_known),
            ("no opening hours", _no_hours),
        ),
        pending=call_rows.waiting,
        numerator=_closed,
        denominator=_whole,
    ),
    period_rules=call_rows.RULES,
    attributions=call_rows.BY_QUEUE,
    bounds=(0, 1),
)

EXAMPLE = Example(
    rows=(
        {"wait_s": 30},
        {"wait_s": 60, "wait_closed_s": 60},
        {"wait_s": 10, "wait_closed_s": 5},
        {"wait_s": 20, "wait_closed_s": None},
        {"outcome": "waiting", "wait_closed_s": None},
    ),
    value=Fraction(65, 100),
    n=3,
    pending=1,
    excluded=(("no opening hours", 1),),
)
