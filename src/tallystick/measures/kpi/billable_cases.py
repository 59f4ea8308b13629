"""Billable cases (K67, whose contacts these are).

Definition: How many cases a price per contact charges for.
Formula: solved cases, without merged ones, returns and those taken over where the contract makes them free.
Unit: cases; lower is better for who pays.
Counted: Cases first solved in the period (or created in it, by the period rule); n counts those that are charged. Cases
    not solved yet wait. Excluded cases and those that are free are left out, with counts.
Variants: `merges` free (default) leaves out what was merged into another case, which is charged itself. `repeats` free
    (default) leaves out second and later cases on the same issue within the repeat window. `transfers` free leaves out
    cases that another partner had before; charged (default) charges them to who had them last.
Confused with: Solved cases of the throughput (K28), which counts everything; verified resolutions (K26).
Edge cases: A case that is solved, reopened and solved again is charged once. Cases of unknown customers are never
    returns. A customer who writes about another reason is no return.
Source: KPI dictionary K67, K25.
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import case_rows
from tallystick.measures.measure import LOWER, At, Counting, Example, Measure, Param


def _merged(at: At) -> nw.Expr:
    return case_rows.merged(at) if at.text("merges") == "free" else at.never()


def _came_back(at: At) -> nw.Expr:
    if at.text("repeats") == "charged":
        return at.never()
    return (at.col("contact_no") >= 2).fill_null(value=False) & ~case_rows.unknown_customer(at)


def _taken_over(at: At) -> nw.Expr:
    return at.col("transfers_partner") > 0 if at.text("transfers") == "free" else at.never()


RULES = ("free", "charged")

MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Billable cases",
    source="K67",
    unit="cases",
    better=LOWER,
    kind="census",
    fact="case",
    counting=Counting(
        left_out=(("merged, free", _merged), ("a return, free", _came_back), ("taken over, free", _taken_over)),
        pending=case_rows.not_solved,
        numerator=At.every,
    ),
    period_rules=case_rows.SOLVED_RULES,
    attributions=case_rows.BY_LAST_OWNER,
    params={
        "merges": Param("free", "whether cases merged into another are charged", choices=RULES),
        "repeats": Param("free", "whether cases that come back within the window are charged", choices=RULES),
        "transfers": Param("charged", "whether cases that another partner had before are charged", choices=RULES),
    },
)

EXAMPLE = Example(
    rows=(
        {"requester_key": 7},
        {"requester_key": 7, "contact_no": 2},
        {"contact_no": 2},
        {"merged_into": 1},
        {"requester_key": 8, "transfers_partner": 1},
    ),
    value=Fraction(2),
    n=2,
    excluded=(("a return, free", 1), ("merged, free", 1), ("taken over, free", 1)),
    params={"transfers": "free"},
)
