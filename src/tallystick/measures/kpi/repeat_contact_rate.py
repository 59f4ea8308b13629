"""Repeat contact rate (K25).

Definition: The share of contacts that are a customer's second or later one about the same issue within the window.
Formula: contacts that are k-th (k at least 2) on the same issue within W / contacts.
Unit: ratio 0..1; lower is better.
Counted: Every case by its creation; the denominator is contacts, not issues. It looks back, so nothing is pending.
    Cases of unknown customers are left out, because nobody can tell; merged and excluded cases too, with counts.
Variants: By contacts (this one) or by issues. Same issue means same customer and same contact reason within the
    window of the clock terms. By default it belongs to the partner that received the repeated contact; the one that
    handled the contact before may be another.
Confused with: Reopen rate (K21), where the same case comes back; 1 - first contact resolution.
Edge cases: A wrong reason hides a repeat, or makes one: publish the precision of the reasons beside it. Customers
    with several addresses count as several.
Source: KPI dictionary K25; SQM on repeat volume [sqm-esat].
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import case_rows
from tallystick.measures.measure import CREATED_IN, LOWER, RESOLVED_IN, At, Counting, Example, Measure


def _repeats(at: At) -> nw.Expr:
    return at.col("contact_no") >= 2


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Repeat contact rate",
    source="K25",
    unit="ratio",
    better=LOWER,
    kind="share",
    fact="case",
    counting=Counting(
        left_out=(case_rows.MERGED, ("unknown customer", case_rows.unknown_customer)),
        numerator=_repeats,
    ),
    period_rules=(CREATED_IN, RESOLVED_IN),
    attributions=case_rows.BY_FIRST_OWNER,
    bounds=(0, 1),
)

EXAMPLE = Example(
    rows=(
        {"requester_key": 7, "contact_no": 1},
        {"requester_key": 7, "contact_no": 2},
        {"requester_key": 7, "contact_no": 3},
        {"requester_key": 8, "contact_no": 1},
        {"requester_key": None, "contact_no": 1},
    ),
    value=Fraction(2, 4),
    n=4,
    excluded=(("unknown customer", 1),),
)
