"""Reassign count (K27).

Definition: How often a case changes hands on average until it is solved.
Formula: sum of changes of owner / solved cases.
Unit: changes per case; lower is better.
Counted: Cases solved by `as_of`; cases not solved yet are pending, because they may still move. Merged and excluded
    cases are left out, with counts.
Variants: Changes of agent (default), queue or partner, all three together, or `counting` loops: returns to an owner
    who had the case before (A to B to A). The share of cases that moved at all is the transfer rate (K23).
Confused with: Transfer rate (K23), which counts a case once however often it moves.
Edge cases: The first assignment is no change; unassigning and assigning to the same agent neither. A mean of 0.3 may
    be one case in ten tossed three times: look at the rows.
Source: KPI dictionary K27.
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import case_rows
from tallystick.measures.measure import LOWER, At, Counting, Example, Measure, Param


def _changes(at: At) -> nw.Expr:
    counting = at.text("counting")
    if counting == "loops":
        return at.col("loops")
    if counting != "all":
        return at.col(f"transfers_{counting}")
    return at.col("transfers_agent") + at.col("transfers_queue") + at.col("transfers_partner")


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Reassign count",
    source="K27",
    unit="changes per case",
    better=LOWER,
    kind="mean",
    fact="case",
    counting=Counting(
        left_out=(case_rows.MERGED,),
        pending=case_rows.not_solved,
        numerator=_changes,
    ),
    period_rules=case_rows.SOLVED_RULES,
    attributions=case_rows.BY_LAST_OWNER,
    params={"counting": Param("agent", "which changes count", choices=("agent", "queue", "partner", "all", "loops"))},
)

EXAMPLE = Example(
    rows=(
        {"transfers_agent": 0},
        {"transfers_agent": 1},
        {"transfers_agent": 3},
        {"transfers_agent": 0},
        {"transfers_agent": 2},
    ),
    value=Fraction(6, 5),
    n=5,
)
