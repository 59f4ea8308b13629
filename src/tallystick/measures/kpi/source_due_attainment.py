"""Resolved by the source's due date (K10, by the case's own date).

Definition: The share of cases that were first solved at or before the due date that the source itself states.
Formula: solved by their due date / (solved by it + solved after it + open past it).
Unit: ratio 0..1; higher is better.
Counted: Every case with a due date of its own. A case open past that date at `as_of` counts as failed (R4); open and
    not yet due is pending. Cases without a due date, merged and excluded cases are left out, with counts.
Variants: By the date that the source writes on each case (this one), or by the time that a contract promises, which
    is SLA attainment (K10). By creation (created-in, default), by that date (due-in), which settles as soon as the
    period is over, or by solving (resolved-in), which flatters whoever solves late or never.
Confused with: SLA attainment (K10), whose due instant follows from opening hours, pauses and targets of the contract;
    a source's date follows from whatever its owner set, and may have been moved. By due-in a date that is put off
    takes its case into a later period.
Edge cases: Solved exactly at the due date is in time. The newest date that the source tells counts, so a date put off
    after a miss hides the miss. A column of due dates that is empty throughout leaves nothing to count: n = 0 and no
    value, never 100 %.
Source: KPI dictionary K10, R4; NYC Open Data, 311 service requests, column "Due Date".
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import case_rows, looking_ahead
from tallystick.measures.measure import CREATED_IN, DUE_IN, HIGHER, RESOLVED_IN, At, Counting, Example, Measure


def _no_due_date(at: At) -> nw.Expr:
    return at.col("source_due_at").is_null()


def _not_due(at: At) -> nw.Expr:
    return case_rows.not_solved(at) & (at.col("source_due_at") >= at.as_of)


def _in_time(at: At) -> nw.Expr:
    return case_rows.solved(at) & (at.col("first_solved_at") <= at.col("source_due_at"))


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Resolved by the source's due date",
    source="K10",
    unit="ratio",
    better=HIGHER,
    kind="share",
    fact="case",
    counting=Counting(
        left_out=(case_rows.MERGED, ("no due date", _no_due_date)),
        pending=_not_due,
        settles=looking_ahead.until("source_due_at"),
        numerator=_in_time,
    ),
    period_rules=(CREATED_IN, DUE_IN, RESOLVED_IN),
    attributions=case_rows.BY_LAST_OWNER,
    bounds=(0, 1),
)

EXAMPLE = Example(
    rows=(
        {"source_due_at": "2026-03-02T13:00:00Z"},
        {"source_due_at": "2026-03-02T12:59:59Z"},
        {"source_due_at": "2026-03-05T08:00:00Z", "first_solved_at": None, "last_solved_at": None, "status": "open"},
        {"source_due_at": "2026-04-20T08:00:00Z", "first_solved_at": None, "last_solved_at": None, "status": "open"},
        {},
    ),
    value=Fraction(1, 3),
    n=3,
    pending=1,
    excluded=(("no due date", 1),),
)
