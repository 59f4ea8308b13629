"""Overtime share.

Definition: The share of scheduled work that the roster names overtime.
Formula: scheduled overtime / (scheduled work + scheduled overtime), in seconds.
Unit: ratio 0..1; lower is better.
Counted: Agents' local days with scheduled work, once the day is over; n is the number of those days.
Variants: By the roster (this one). What agents worked beyond the roster shows in conformance above 1 (K52).
Confused with: Occupancy (K48): a team can be on overtime and idle.
Edge cases: Overtime that nobody entered in the roster is not seen. Unworked overtime counts, because it was called.
Source: KPI dictionary K52, of which it is the planned side; WFM Clubs, metrics [wfmclubs].
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import agent_rows
from tallystick.measures.agent_share import of_seconds
from tallystick.measures.measure import LOWER, At, Example


def _overtime(at: At) -> nw.Expr:
    return agent_rows.planned(at, "overtime")


def _working(at: At) -> nw.Expr:
    return agent_rows.planned(at, *agent_rows.WORKING)


MEASURE = of_seconds(
    module=__name__,
    text=__doc__,
    title="Overtime share",
    source="K52",
    better=LOWER,
    part=_overtime,
    of_states=False,
    whole=_working,
    missing="days without scheduled work",
)

EXAMPLE = Example(
    rows=(
        {"planned_work_s": 25200},
        {"planned_work_s": 25200, "planned_overtime_s": 3600},
        {"planned_work_s": 25200, "planned_overtime_s": 7200},
        {"planned_work_s": 25200},
        {"planned_leave_s": 25200},
    ),
    value=Fraction(10800, 4 * 25200 + 10800),
    n=4,
    excluded=(("days without scheduled work", 1),),
)
