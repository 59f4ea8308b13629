"""Resolved cases (K26, before anything is proved).

Definition: How many cases were solved, whatever came afterwards.
Formula: cases first solved in the period, merged ones left out.
Unit: cases; higher is better in that more work was done.
Counted: Cases first solved in the period; cases not solved yet wait. Merged and excluded cases are left out, with
    counts.
Variants: By the first solving (this one); verified resolutions ask in addition that the customer stayed away.
Confused with: Verified resolutions (K26), which a claw-back goes by; billable cases, which leave returns out at once.
Edge cases: A case solved, reopened and solved again counts once, at its first solving. Solving proves nothing by
    itself: under a price per resolution it is the sum that is charged first and corrected later.
Source: KPI dictionary K26, K28.
"""

from fractions import Fraction

from tallystick.measures import case_rows
from tallystick.measures.measure import HIGHER, At, Counting, Example, Measure

MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Resolved cases",
    source="K26",
    unit="cases",
    better=HIGHER,
    kind="census",
    fact="case",
    counting=Counting(left_out=(case_rows.MERGED,), pending=case_rows.not_solved, numerator=At.every),
    period_rules=case_rows.SOLVED_RULES,
    attributions=case_rows.BY_LAST_OWNER,
)

EXAMPLE = Example(
    rows=(
        {},
        {"repeated": True},
        {"reopens_in_window": 1},
        {"merged_into": 1},
        {"first_solved_at": "2026-04-02T09:00:00Z"},
    ),
    value=Fraction(3),
    n=3,
    excluded=(("merged", 1),),
)
