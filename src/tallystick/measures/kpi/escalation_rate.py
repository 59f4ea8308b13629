"""Escalation rate (K24).

Definition: The share of contacts that were sent on to a second level or to the client.
Formula: answered cases escalated at least once / answered cases.
Unit: ratio 0..1; lower is better.
Counted: Cases with a public reply by a person by `as_of`, or escalated without one. Open cases with neither are
    pending, those that ended with neither are left out as never answered. Merged and excluded cases are left out, with
    counts.
Variants: Any level (this one). Escalations that the client itself ordered ought to be left out; the records say which
    level, not on whose order, so name such reasons in the population (`reason: {not: ...}`).
Confused with: Transfer rate (K23), which counts moves at the same level; a complaint to a manager.
Edge cases: An escalation is what the source records as one; where levels are only queues, map the change of queue to
    it. By default the case belongs to the partner that had it first and sent it on.
Source: KPI dictionary K24; Insightworthy [insw-esc].
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import case_rows
from tallystick.measures.measure import CREATED_IN, LOWER, RESOLVED_IN, At, Counting, Example, Measure


def _escalated(at: At) -> nw.Expr:
    return at.col("escalations") > 0


def _touched(at: At) -> nw.Expr:
    return (at.col("first_reply_at") <= at.as_of).fill_null(value=False) | _escalated(at)


def _never_answered(at: At) -> nw.Expr:
    return ~_touched(at) & case_rows.solved(at)


def _untouched(at: At) -> nw.Expr:
    return ~_touched(at)


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Escalation rate",
    source="K24",
    unit="ratio",
    better=LOWER,
    kind="share",
    fact="case",
    counting=Counting(
        left_out=(case_rows.MERGED, ("never answered", _never_answered)),
        pending=_untouched,
        numerator=_escalated,
    ),
    period_rules=(CREATED_IN, RESOLVED_IN),
    attributions=case_rows.BY_FIRST_OWNER,
    bounds=(0, 1),
)

EXAMPLE = Example(
    rows=(
        {"escalations": 1},
        {},
        {"escalations": 2, "first_reply_at": None},
        {"first_reply_at": None},
        {"first_reply_at": None, "first_solved_at": None, "last_solved_at": None, "status": "open"},
    ),
    value=Fraction(2, 3),
    n=3,
    pending=1,
    excluded=(("never answered", 1),),
)
