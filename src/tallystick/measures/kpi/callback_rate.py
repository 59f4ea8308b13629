"""Call-back rate (K3, what is no abandon).

Definition: The share of contacts offered to a queue whose customer asked to be called back instead of waiting.
Formula: requests for a call back / offered.
Unit: ratio 0..1; lower is better.
Counted: Inbound visits to a queue. Those that still wait are pending; refused calls and unknown outcomes are left out,
    with counts.
Variants: Requests (this one); whether the call back was made, and how soon, is another figure, because it is a call of
    its own.
Confused with: Abandonment (K3): the customer who is promised a call back has not given up.
Edge cases: Read it beside service level (K1), which leaves such requests out unless told otherwise: a queue that offers
    call backs early looks better there.
Source: KPI dictionary K3; UniVoIP [univoip].
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import call_rows
from tallystick.measures.measure import LOWER, At, Counting, Example, Measure


def _asked(at: At) -> nw.Expr:
    return call_rows.ended_as(at, "callback")


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Call-back rate",
    source="K3",
    unit="ratio",
    better=LOWER,
    kind="share",
    fact="call",
    counting=Counting(
        clock=call_rows.AT_A_QUEUE,
        left_out=(call_rows.INBOUND, call_rows.REFUSED, call_rows.UNCLEAR),
        pending=call_rows.waiting,
        numerator=_asked,
    ),
    period_rules=call_rows.RULES,
    attributions=call_rows.BY_QUEUE,
    bounds=(0, 1),
)

EXAMPLE = Example(
    rows=(
        {},
        {"outcome": "callback", "wait_s": 60},
        {"outcome": "abandoned", "wait_s": 30},
        {},
        {"outcome": "refused", "wait_s": 0},
    ),
    value=Fraction(1, 4),
    n=4,
    excluded=(("refused", 1),),
)
