"""Reopen rate (K21).

Definition: The share of solved cases that were opened again within the window after their first solving.
Formula: solved cases reopened within the window / solved cases.
Unit: ratio 0..1; lower is better.
Counted: Cases solved in the period whose window is over at `as_of`; the others are pending, because the newest days
    would otherwise hold only the bad news. Merged and excluded cases are left out, with counts.
Variants: Within W days (this one; `window_s` must be the window of the clock terms) or ever. By cases (this one) or
    by solvings. With or without reopenings by a mere "thank you", which needs a classifier with a stated error rate.
Confused with: Repeat contact rate (K25), where the customer opens a new case instead; reopenings per case.
Edge cases: A reopening after the window is a new issue and does not count here (R5). Closing cases sooner turns
    reopenings into repeat contacts: read both together.
Source: KPI dictionary K21, R5; Zendesk, one-touch and reopen formulas [z-1t].
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import case_rows, looking_ahead
from tallystick.measures.measure import LOWER, At, Counting, Example, Measure


def _reopened(at: At) -> nw.Expr:
    return at.col("reopens_in_window") > 0


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Reopen rate",
    source="K21",
    unit="ratio",
    better=LOWER,
    kind="share",
    fact="case",
    counting=Counting(
        left_out=(case_rows.MERGED,),
        pending=case_rows.window_open,
        settles=looking_ahead.until("first_solved_at", "window_s"),
        numerator=_reopened,
    ),
    period_rules=case_rows.SOLVED_RULES,
    attributions=case_rows.BY_LAST_OWNER,
    params={"window_s": case_rows.WINDOW},
    bounds=(0, 1),
)

EXAMPLE = Example(
    rows=(
        {"reopens_in_window": 1},
        {},
        {},
        {"reopens": 1},
        {"first_solved_at": "2026-03-30T10:00:00Z", "reopens_in_window": 2},
    ),
    value=Fraction(1, 4),
    n=4,
    pending=1,
    as_of="2026-04-01T00:00:00Z",
)
