"""Notes per case.

Definition: Internal notes that were written on a case, on average.
Formula: notes / cases created.
Unit: notes per case; lower is better.
Counted: Every case; merged and excluded cases are left out, with counts.
Variants: None.
Confused with: Replies per case, which the customer sees.
Edge cases: A case without a note counts as 0.
Source: made up for the tests.
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import case_rows
from tallystick.measures.measure import CREATED_IN, LOWER, At, Counting, Example, Measure


def _notes(at: At) -> nw.Expr:
    return at.col("notes")


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Notes per case",
    source="K999",
    unit="notes per case",
    better=LOWER,
    kind="mean",
    fact="case",
    counting=Counting(left_out=(case_rows.MERGED,), numerator=_notes),
    period_rules=(CREATED_IN,),
    attributions=case_rows.BY_FIRST_OWNER,
)

EXAMPLE = Example(
    rows=({"notes": 0}, {"notes": 1}, {"notes": 3}, {"notes": 0}, {"notes": 2}), value=Fraction(6, 5), n=5
)
