"""Repeat call rate (K25, on calls).

Definition: The share of answered calls that are a customer's second or later one about the same issue within the
    window.
Formula: calls that are k-th (k at least 2) on the same issue within W / answered calls.
Unit: ratio 0..1; lower is better.
Counted: Inbound answered calls, each once by its last visit. It looks back, so nothing is pending but calls that still
    wait. Calls of unknown customers and those not answered are left out, with counts.
Variants: By calls (this one) or by cases, the repeat contact rate. W is the repeat window of the clock terms; the chain
    of calls goes on as long as each came within W of the one before.
Confused with: First contact resolution (K17), which looks ahead from the first call; a second try after nobody
    answered, which is no repeat.
Edge cases: Same issue is the same customer and the same reason; publish the precision of the reasons. By default it
    belongs to the partner that took the repeated call.
Source: KPI dictionary K25; SQM on repeat volume [sqm-esat].
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import call_rows
from tallystick.measures.measure import LOWER, At, Example, Measure


def _repeats(at: At) -> nw.Expr:
    return at.col("contact_no") >= 2


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Repeat call rate",
    source="K25",
    unit="ratio",
    better=LOWER,
    kind="share",
    fact="call",
    counting=call_rows.of_answered_calls(_repeats),
    period_rules=call_rows.RULES,
    attributions=call_rows.BY_AGENT,
    bounds=(0, 1),
)

EXAMPLE = Example(
    rows=(
        {"requester_key": 7},
        {"requester_key": 7, "contact_no": 2},
        {"requester_key": 7, "contact_no": 3},
        {"requester_key": None},
        {"requester_key": 8, "outcome": "abandoned", "wait_s": 40},
    ),
    value=Fraction(2, 3),
    n=3,
    excluded=(("not answered", 1), ("unknown customer", 1)),
)
