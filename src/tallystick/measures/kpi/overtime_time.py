"""Overtime (K52, as a number of hours).

Definition: The time that the roster names overtime.
Formula: sum of the scheduled seconds of overtime.
Unit: seconds; lower is better for who pays.
Counted: Agents' local days with scheduled overtime, once the day is over; n is the number of those days. Days without
    any are left out, with their count.
Variants: By the roster (this one), because overtime is asked for there. What was worked beyond the roster unasked shows
    in conformance above 1 (K52).
Confused with: Overtime share, the same time over scheduled work; hours beyond a legal limit, which are the partner's.
Edge cases: Overtime that nobody entered in the roster is not seen. Called and not worked, it counts: whether it was
    worked asks adherent time.
Source: KPI dictionary K52; WFM Clubs, metrics [wfmclubs].
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import agent_rows
from tallystick.measures.measure import LOWER, At, Counting, Example, Measure


def _overtime(at: At) -> nw.Expr:
    return agent_rows.planned(at, "overtime")


def _none(at: At) -> nw.Expr:
    return _overtime(at) == 0


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Overtime",
    source="K52",
    unit="s",
    better=LOWER,
    kind="sum",
    fact=agent_rows.FACT,
    counting=Counting(
        left_out=(("days without overtime", _none),),
        pending=agent_rows.not_over,
        settles=agent_rows.settles,
        numerator=_overtime,
    ),
    period_rules=agent_rows.RULES,
    attributions=agent_rows.ATTRIBUTIONS,
)

EXAMPLE = Example(
    rows=(
        {"planned_work_s": 25200},
        {"planned_work_s": 25200, "planned_overtime_s": 3600},
        {"planned_work_s": 25200, "planned_overtime_s": 7200},
        {"planned_work_s": 25200},
        {"planned_leave_s": 25200},
    ),
    value=Fraction(10800),
    n=2,
    excluded=(("days without overtime", 3),),
)
