"""Transfer rate (K23).

Definition: The share of answered cases that were moved to another agent, queue or partner.
Formula: answered cases with at least one move / answered cases.
Unit: ratio 0..1; lower is better.
Counted: Cases with a public reply by a person by `as_of`. Open cases without one are pending, cases that ended
    without one are left out as never answered. Merged and excluded cases are left out, with counts.
Variants: Any move (default), or only those between agents, queues or partners by `between`. By cases (this one) or by
    moves, which is the reassign count (K27). Warm and blind transfers are not told apart in tickets.
Confused with: Escalation rate (K24), which counts moves to a second level on purpose.
Edge cases: The first assignment is no transfer. Moves made by routing rules count like moves by agents unless the
    source says who moved. By default the case belongs to the partner that got it first, who passed it on.
Source: KPI dictionary K23; NICE and Calabrio on transfer rate [nice-tr][cxt-tr].
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import case_rows
from tallystick.measures.measure import CREATED_IN, LOWER, RESOLVED_IN, At, Counting, Example, Measure, Param


def _answered(at: At) -> nw.Expr:
    return (at.col("first_reply_at") <= at.as_of).fill_null(value=False)


def _never_answered(at: At) -> nw.Expr:
    return ~_answered(at) & case_rows.solved(at)


def _unanswered(at: At) -> nw.Expr:
    return ~_answered(at)


def _moved(at: At) -> nw.Expr:
    between = at.text("between")
    if between != "any":
        return at.col(f"transfers_{between}") > 0
    return at.col("transfers_agent") + at.col("transfers_queue") + at.col("transfers_partner") > 0


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Transfer rate",
    source="K23",
    unit="ratio",
    better=LOWER,
    kind="share",
    fact="case",
    counting=Counting(
        left_out=(case_rows.MERGED, ("never answered", _never_answered)),
        pending=_unanswered,
        numerator=_moved,
    ),
    period_rules=(CREATED_IN, RESOLVED_IN),
    attributions=case_rows.BY_FIRST_OWNER,
    params={"between": Param("any", "which moves count", choices=("any", "agent", "queue", "partner"))},
    bounds=(0, 1),
)

EXAMPLE = Example(
    rows=(
        {"transfers_agent": 2},
        {"transfers_queue": 1},
        {},
        {"first_reply_at": None},
        {"first_reply_at": None, "first_solved_at": None, "last_solved_at": None, "status": "open"},
    ),
    value=Fraction(2, 3),
    n=3,
    pending=1,
    excluded=(("never answered", 1),),
)
