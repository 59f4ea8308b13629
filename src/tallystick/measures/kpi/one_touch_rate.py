"""One-touch rate (K22).

Definition: The share of solved cases that took exactly one public reply by an agent.
Formula: solved cases with exactly one public agent reply / solved cases.
Unit: ratio 0..1; higher is better.
Counted: Cases solved by `as_of`; cases not solved yet are pending. Merged and excluded cases are left out, with
    counts.
Variants: Exactly one reply (default), or `replies` fewer-than-two as Zendesk counts: there a case solved without any
    reply qualifies, which flatters whoever closes in silence.
Confused with: First contact resolution (K16 to K18), which asks whether the customer's issue was settled.
Edge cases: Automatic replies are no replies (R10); internal notes neither. Splitting one answer over two messages
    turns a one-touch case into another, joining two answers the reverse.
Source: KPI dictionary K22; Zendesk, one-touch formula [z-1t].
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import case_rows
from tallystick.measures.measure import HIGHER, At, Counting, Example, Measure, Param


def _one_touch(at: At) -> nw.Expr:
    replies = at.col("replies")
    return replies < 2 if at.text("replies") == "fewer-than-two" else replies == 1


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="One-touch rate",
    source="K22",
    unit="ratio",
    better=HIGHER,
    kind="share",
    fact="case",
    counting=Counting(
        left_out=(case_rows.MERGED,),
        pending=case_rows.not_solved,
        numerator=_one_touch,
    ),
    period_rules=case_rows.SOLVED_RULES,
    attributions=case_rows.BY_LAST_OWNER,
    params={
        "replies": Param(
            "exactly-one", "which number of replies is one touch", choices=("exactly-one", "fewer-than-two")
        )
    },
    bounds=(0, 1),
)

EXAMPLE = Example(
    rows=(
        {"replies": 1},
        {"replies": 1},
        {"replies": 0},
        {"replies": 2},
        {"replies": 5},
    ),
    value=Fraction(2, 5),
    n=5,
)
