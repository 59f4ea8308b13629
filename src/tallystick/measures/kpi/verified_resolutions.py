"""Verified resolutions (K26, as a number).

Definition: How many solved cases stayed solved, or came back, within the window.
Formula: solved cases neither reopened nor followed by a contact on the same issue within W; by `outcome` returned,
    those that were.
Unit: cases; higher is better, but for those that came back.
Counted: Cases solved in the period whose window is over; n is their number, the others wait. Merged and excluded
    cases are left out, with counts. `window_s` must be the repeat window of the clock terms.
Variants: `outcome` verified (default) counts what stayed solved, which a price per resolution pays; returned counts
    what came back, which a claw-back takes.
Confused with: Verified resolution rate (K26), which leaves unknown customers out, because silence proves nothing there;
    here they count as solved, because a price needs an answer for every case: nobody was seen to come back.
Edge cases: A return is known late, so the figure of a month is final only when its last window is over. Verified and
    returned add up to n.
Source: KPI dictionary K26, K17.
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import case_rows, looking_ahead
from tallystick.measures.measure import HIGHER, At, Counting, Example, Measure, Param


def _counts(at: At) -> nw.Expr:
    came_back = at.col("repeated").fill_null(value=False) | (at.col("reopens_in_window") > 0)
    return came_back if at.text("outcome") == "returned" else ~came_back


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Verified resolutions",
    source="K26",
    unit="cases",
    better=HIGHER,
    kind="census",
    fact="case",
    counting=Counting(
        left_out=(case_rows.MERGED,),
        pending=case_rows.window_open,
        settles=looking_ahead.until("first_solved_at", "window_s"),
        numerator=_counts,
    ),
    period_rules=case_rows.SOLVED_RULES,
    attributions=case_rows.BY_LAST_OWNER,
    params={
        "window_s": case_rows.WINDOW,
        "outcome": Param(
            "verified", "those that stayed solved, or those that came back", choices=("verified", "returned")
        ),
    },
)

EXAMPLE = Example(
    rows=(
        {"requester_key": 7},
        {},
        {"requester_key": 9, "repeated": True},
        {"requester_key": 10, "reopens_in_window": 1},
        {"requester_key": 11, "first_solved_at": "2026-03-31T10:00:00Z"},
    ),
    value=Fraction(2),
    n=4,
    pending=1,
    as_of="2026-04-01T00:00:00Z",
    params={"outcome": "returned"},
)
