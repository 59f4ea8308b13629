"""Headcount.

Definition: How many people were on the partner's roll at the end of the period.
Formula: people who had started and not left by the snapshot.
Unit: people; higher is better where a number of people is promised.
Counted: Everybody with a month of employment by the snapshot, which is the end of the period, or `as_of` if that comes
    first; n counts everybody who was there in the
    month of the snapshot, so nobody left of ten differs from no data. Their earlier months are left out, with counts.
Variants: Agents (default), another `role`, or everybody.
Confused with: Fill rate (K54), which counts hours delivered; mean headcount, under which attrition (K55) stands.
Edge cases: Heads are not full-time equivalents: two half days are two heads. On the day after the last day somebody is
    gone. A list of people without first days gives no headcount. It has no interval: everybody is counted, and a roll
    of forty is not an estimate of one.
Source: KPI dictionary K55, whose denominator it is; WFM Clubs, metrics [wfmclubs].
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import employment_rows
from tallystick.measures.measure import HIGHER, At, Counting, Example, Measure


def _there(at: At) -> nw.Expr:
    return employment_rows.there_then(at)


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Headcount",
    source="K55",
    unit="people",
    better=HIGHER,
    kind="census",
    fact=employment_rows.FACT,
    counting=Counting(
        snapshot=True,
        left_out=(employment_rows.OTHER_ROLE, employment_rows.OTHER_MONTH),
        numerator=_there,
    ),
    period_rules=employment_rows.RULES,
    attributions=employment_rows.ATTRIBUTIONS,
    params={"role": employment_rows.ROLE},
)

EXAMPLE = Example(
    rows=(
        {"month_at": "2026-03-01T00:00:00Z"},
        {"month_at": "2026-03-01T00:00:00Z", "started_at": "2026-03-16T00:00:00Z"},
        {"month_at": "2026-03-01T00:00:00Z", "left_at": "2026-03-21T00:00:00Z"},
        {"month_at": "2026-02-01T00:00:00Z", "left_at": "2026-02-21T00:00:00Z"},
        {"month_at": "2026-03-01T00:00:00Z", "role": "team_leader"},
    ),
    value=Fraction(2),
    n=3,
    excluded=(("months before the snapshot", 1), ("people in another role", 1)),
)
