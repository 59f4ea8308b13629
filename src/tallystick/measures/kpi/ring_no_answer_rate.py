"""Ring-no-answer rate (K2, what delays an answer).

Definition: The share of offers to an agent that the agent did not take.
Formula: rings not taken / (rings not taken + calls answered).
Unit: ratio 0..1; lower is better.
Counted: Inbound visits to a queue; n counts visits, numerator and denominator offers to agents. Those that still wait
    are pending. Visits in which it never rang add nothing.
Variants: Not taken and refused by the agent together (this one).
Confused with: Abandonment (K3), where the customer leaves; a visit may have both.
Edge cases: A customer who leaves while it rings makes no ring-no-answer, where the source tells them apart. By agent
    the figure shows who answered in the end, not who let it ring. Many such rings are a sign of call avoidance.
Source: KPI dictionary K2.
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import call_rows
from tallystick.measures.measure import LOWER, At, Counting, Example, Measure


def _not_taken(at: At) -> nw.Expr:
    return at.col("rings_unanswered")


def _offers(at: At) -> nw.Expr:
    return at.col("rings_unanswered") + call_rows.answered(at).cast(nw.Int64)


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Ring-no-answer rate",
    source="K2",
    unit="ratio",
    better=LOWER,
    kind="mean",
    fact="call",
    counting=Counting(
        clock=call_rows.AT_A_QUEUE,
        left_out=(call_rows.INBOUND,),
        pending=call_rows.waiting,
        numerator=_not_taken,
        denominator=_offers,
    ),
    period_rules=call_rows.RULES,
    attributions=call_rows.BY_QUEUE,
    bounds=(0, 1),
)

EXAMPLE = Example(
    rows=(
        {"rings_unanswered": 2},
        {},
        {"outcome": "abandoned", "wait_s": 60, "rings_unanswered": 1},
        {"outcome": "abandoned", "wait_s": 5},
        {"direction": "outbound", "rings_unanswered": 4},
    ),
    value=Fraction(3, 5),
    n=4,
    excluded=(("not inbound", 1),),
)
