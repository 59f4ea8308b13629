"""Offered calls (K61, the actual volume).

Definition: How many inbound contacts were offered to the queues.
Formula: inbound visits to a queue; by `visits` every one, or the first of each call.
Unit: calls; higher is better only in that more was asked for; it is no performance.
Counted: Inbound visits to a queue, by the instant of their offer, whatever became of them. Later visits of a call,
    where only first ones are asked for, are left out, with their count.
Variants: Every visit (default), because that is what a queue has to be staffed for, or first visits, which is the
    number of customers' calls.
Confused with: Calls handled, which the denominator of handling time (K46) counts; calls attempted (K4).
Edge cases: Overflow and transfer offer a call again. Refused calls were attempted and not offered; they are left out.
    By interval, queue and week the same figure is what a forecast is held against. It has no interval of its own:
    every call is counted, and what chance does to the next week is the forecast's question.
Source: KPI dictionary K61; WFM Clubs [wfmclubs].
"""

from fractions import Fraction

from tallystick.measures import call_rows
from tallystick.measures.measure import HIGHER, At, Counting, Example, Measure

MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Offered calls",
    source="K61",
    unit="calls",
    better=HIGHER,
    kind="census",
    fact="call",
    counting=Counting(
        clock=call_rows.AT_A_QUEUE,
        left_out=(
            call_rows.INBOUND,
            call_rows.REFUSED,
            ("later visit of the same call", call_rows.later_visit),
        ),
        numerator=At.every,
    ),
    period_rules=call_rows.RULES,
    attributions=call_rows.BY_QUEUE,
    params={"visits": call_rows.VISITS},
)

EXAMPLE = Example(
    rows=(
        {},
        {"outcome": "abandoned", "wait_s": 40},
        {"visit": 2, "first_visit": False},
        {"outcome": "refused", "wait_s": 0},
        {"direction": "outbound"},
    ),
    value=Fraction(3),
    n=3,
    excluded=(("not inbound", 1), ("refused", 1)),
)
