"""Blockage (K4).

Definition: The share of attempts to reach us that were refused because lines or queues were full or closed.
Formula: calls refused / calls attempted.
Unit: ratio 0..1; lower is better.
Counted: Inbound calls, each once by its first row: at a queue, in an IVR or bot that went no further, or at an agent's
    own line. Later visits of the same call and outbound calls are left out, with counts.
Variants: Refused by our own switch or queue (this one); busy signals of the carrier come only with its records, fed as
    refused calls.
Confused with: Abandonment (K3), where the customer got in and left. A service level (K1) can be met by blocking.
Edge cases: Calls that the carrier turned away leave no record here, so without its data the figure is a lower bound. A
    customer who tries five times is five attempts.
Source: KPI dictionary K4; Multichannel Merchant on the metrics of centres [mcm-20].
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import call_rows
from tallystick.measures.measure import LOWER, At, Counting, Example, Measure


def _later(at: At) -> nw.Expr:
    return ~at.col("first_visit")


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Blockage",
    source="K4",
    unit="ratio",
    better=LOWER,
    kind="share",
    fact="call",
    counting=Counting(
        left_out=(call_rows.INBOUND, ("later visit of the same call", _later)), numerator=call_rows.refused
    ),
    period_rules=call_rows.RULES,
    attributions=call_rows.BY_QUEUE,
    bounds=(0, 1),
)

EXAMPLE = Example(
    rows=(
        {},
        {"outcome": "refused", "wait_s": 0},
        {"kind": "ivr", "outcome": "refused", "wait_s": None},
        {"kind": "ivr", "outcome": "abandoned", "wait_s": None},
        {"outcome": "refused", "first_visit": False},
    ),
    value=Fraction(2, 4),
    n=4,
    excluded=(("later visit of the same call", 1),),
)
