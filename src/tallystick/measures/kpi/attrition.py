"""Attrition, annualised (K55).

Definition: How many of the people on the roll left, at the pace of a year.
Formula: leavers / mean headcount x 12 / months, the mean being that of each month's opening and closing headcount.
Unit: ratio; lower is better; above 1 more people left within a year than there are places.
Counted: Months of employment of agents, once the month is over; n is the number of those months of persons. Leavers
    are those whose last day lies in the month; they are on the opening and not on the closing headcount.
Variants: Straight (default), or compounding by `year`: 1 - (1 - monthly rate) ^ 12, the share of today's people who
    would be gone in a year and never above 1. All leavers (default), without-transfers, or voluntary, involuntary,
    transfer or training alone. Another `role`, or everybody.
Confused with: Early attrition (K56), which follows the starters of a month; turnover of a client's programme alone,
    for which a transfer to another client is a loss like any other: transfers count here by default.
Edge cases: Who comes and goes within one month leaves a leaver and no headcount. A month without anybody on either
    headcount gives no value. Months are calendar months; of other periods those count that begin in it.
Source: KPI dictionary K55; WFM Clubs, metrics [wfmclubs]; Lead Advisors, attrition at outsourcers [la-attr].
"""

from collections.abc import Mapping
from fractions import Fraction

import narwhals as nw

from tallystick.measures import employment_rows
from tallystick.measures.measure import LOWER, At, Counting, Example, Measure, Param, Setting

# Twelve months, and two headcounts whose mean is taken.
SCALE = 24


def _left(at: At) -> nw.Expr:
    return at.col("ended") & employment_rows.leaves(at)


def _headcounts(at: At) -> nw.Expr:
    return at.col("opens").cast(nw.Int64) + at.col("closes").cast(nw.Int64)


def _kind(params: Mapping[str, Setting]) -> str:
    return "compound" if params["year"] == "compounding" else "rate"


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Attrition",
    source="K55",
    unit="ratio",
    better=LOWER,
    kind="rate",
    fact=employment_rows.FACT,
    counting=Counting(
        left_out=(employment_rows.OTHER_ROLE,),
        pending=employment_rows.not_over,
        settles=employment_rows.settles,
        numerator=_left,
        denominator=_headcounts,
    ),
    period_rules=employment_rows.RULES,
    attributions=employment_rows.ATTRIBUTIONS,
    params={
        "leavers": employment_rows.LEAVERS,
        "role": employment_rows.ROLE,
        "year": Param("straight", "how a month becomes a year", choices=("straight", "compounding")),
    },
    scale=SCALE,
    kind_of=_kind,
)

EXAMPLE = Example(
    rows=(
        {"month_at": "2026-03-01T00:00:00Z"},
        {"month_at": "2026-03-01T00:00:00Z"},
        {"month_at": "2026-03-01T00:00:00Z", "opens": False, "began": True},
        {"month_at": "2026-03-01T00:00:00Z", "closes": False, "ended": True, "left_as": "voluntary"},
        {"month_at": "2026-03-01T00:00:00Z", "role": "team_leader", "closes": False, "ended": True},
    ),
    value=Fraction(1, 3) * 12,
    n=4,
    excluded=(("people in another role", 1),),
)
