"""Verified resolution rate (K26).

Definition: The share of solved issues after which the customer did not come back within the window.
Formula: solved cases neither reopened nor followed by a contact on the same issue within W / solved cases.
Unit: ratio 0..1; higher is better.
Counted: Cases solved in the period whose window is over at `as_of`; the others are pending. Cases of unknown
    customers are left out, because silence proves nothing there; merged and excluded cases too, with counts.
Variants: Silence within the window (this one), or an event that proves the outcome (a refund paid, a parcel
    delivered), which needs that event's feed. `window_s` must be the repeat window of the clock terms.
Confused with: First contact resolution as asked in a survey (K16); the closing code that an agent sets, which proves
    nothing.
Edge cases: A customer who gives up is silent too: read it beside satisfaction. A contact about another reason is not
    a return. A return through another channel counts only where customers are known across channels.
Source: KPI dictionary K26, K17.
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import case_rows, looking_ahead
from tallystick.measures.measure import HIGHER, At, Counting, Example, Measure


def _stayed_solved(at: At) -> nw.Expr:
    return ~at.col("repeated") & (at.col("reopens_in_window") == 0)


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Verified resolution rate",
    source="K26",
    unit="ratio",
    better=HIGHER,
    kind="share",
    fact="case",
    counting=Counting(
        left_out=(case_rows.MERGED, ("unknown customer", case_rows.unknown_customer)),
        pending=case_rows.window_open,
        settles=looking_ahead.until("first_solved_at", "window_s"),
        numerator=_stayed_solved,
    ),
    period_rules=case_rows.SOLVED_RULES,
    attributions=case_rows.BY_LAST_OWNER,
    params={"window_s": case_rows.WINDOW},
    bounds=(0, 1),
)

EXAMPLE = Example(
    rows=(
        {"requester_key": 7},
        {"requester_key": 8},
        {"requester_key": 9, "repeated": True},
        {"requester_key": 10, "reopens_in_window": 1},
        {"requester_key": 11, "first_solved_at": "2026-03-31T10:00:00Z"},
    ),
    value=Fraction(2, 4),
    n=4,
    pending=1,
    as_of="2026-04-01T00:00:00Z",
)
