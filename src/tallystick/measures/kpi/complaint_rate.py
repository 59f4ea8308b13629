"""Complaint rate (K44).

Definition: How many contacts in a thousand are complaints.
Formula: cases whose reason is a complaint x 1,000 / cases.
Unit: complaints per 1,000 contacts; lower is better.
Counted: Cases by their creation that a customer began. Merged and excluded cases, and those that others began, are left
    out, with counts.
Variants: By the contact reason (this one), the word of which is `reason`; a market's regulator may define a complaint
    more widely, as any expression of dissatisfaction. The share that was upheld needs the outcome of each, which these
    records do not tell.
Confused with: Dissatisfied answers (K39), which are not complaints; escalations (K24).
Edge cases: A reason that agents choose hides complaints: compare it with a sample. A complaint about an earlier contact
    counts where it arrives, for the partner that received it.
Source: KPI dictionary K44.
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import case_rows
from tallystick.measures.measure import CREATED_IN, LOWER, At, Counting, Example, Measure, Param


def _complaint(at: At) -> nw.Expr:
    return at.word("reason", at.text("reason")).cast(nw.Int64)


def _one_each(at: At) -> nw.Expr:
    return at.every().cast(nw.Int64)


def _not_from_customer(at: At) -> nw.Expr:
    return ~at.word("initiated_by", "customer")


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Complaint rate",
    source="K44",
    unit="complaints per 1,000 contacts",
    better=LOWER,
    kind="rate",
    fact="case",
    counting=Counting(
        left_out=(case_rows.MERGED, ("not begun by the customer", _not_from_customer)),
        numerator=_complaint,
        denominator=_one_each,
    ),
    period_rules=(CREATED_IN,),
    attributions=case_rows.BY_FIRST_OWNER,
    params={"reason": Param("complaint", "the contact reason that means a complaint", pattern=r"\S(.*\S)?")},
    scale=1000,
    bounds=(0, 1000),
)

EXAMPLE = Example(
    rows=(
        {"reason": "complaint"},
        {},
        {"reason": "parcel"},
        {},
        {"initiated_by": "agent", "reason": "complaint"},
    ),
    value=Fraction(250),
    n=4,
    excluded=(("not begun by the customer", 1),),
)
