"""Absence rate (K59).

Definition: The share of scheduled time that was lost to unplanned absence.
Formula: (sick + absent + no-show) / (scheduled - planned leave), in seconds.
Unit: ratio 0..1; lower is better.
Counted: Agents' local days with scheduled time other than leave, once the day is over; n is the number of those days.
    A no-show is scheduled work of a day on which the agent has no state, though others of the partner have.
Variants: With no-shows (default), or only what the roster tells, with `absences` told.
Confused with: Shrinkage (K50), of which it is one part; attrition (K55): a leaver whom nobody took off the roster looks
    like an absence.
Edge cases: Coming late or leaving early is no absence but missed adherence. Leave that came unplanned counts, leave
    that was planned does not. Sickness entered afterwards for the whole day counts whole.
Source: KPI dictionary K59.
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import agent_rows
from tallystick.measures.agent_share import of_seconds
from tallystick.measures.measure import LOWER, At, Example, Param


def _absent(at: At) -> nw.Expr:
    told = agent_rows.planned(at, "sick", "absent")
    return told if at.text("absences") == "told" else told + at.col("no_show_s")


def _expected(at: At) -> nw.Expr:
    return at.col("scheduled_s") - at.col("planned_leave_s")


MEASURE = of_seconds(
    module=__name__,
    text=__doc__,
    title="Absence rate",
    source="K59",
    better=LOWER,
    part=_absent,
    of_states=False,
    whole=_expected,
    missing="days without a schedule",
    params={"absences": Param("all", "all absences, or those that the roster tells", choices=("all", "told"))},
)

EXAMPLE = Example(
    rows=(
        {"scheduled_s": 28800},
        {"scheduled_s": 28800, "planned_sick_s": 28800},
        {"scheduled_s": 28800, "planned_work_s": 27000, "no_show_s": 27000},
        {"scheduled_s": 28800, "planned_absent_s": 7200},
        {"scheduled_s": 28800, "planned_leave_s": 28800},
    ),
    value=Fraction(28800 + 27000 + 7200, 4 * 28800),
    n=4,
    excluded=(("days without a schedule", 1),),
)
