"""Break overrun.

Definition: The time that agents were on break or meal beyond what was scheduled, for each scheduled second of those.
Formula: sum over agents' days of max(0, taken - scheduled) / sum of scheduled breaks and meals, in seconds.
Unit: ratio; lower is better.
Counted: Agents' local days with a scheduled break or meal, once the day is over; n is the number of those days.
Variants: By day and agent (this one): a break that is too short on one day does not make up for one that is too long.
Confused with: Adherence (K51), which also asks when the break was taken.
Edge cases: Agents who log out for their meal have no state then and overrun nothing; adherence sees how late they came
    back. A night shift's break is judged on the local day on which it lies.
Source: KPI dictionary K51, of which it is the part of breaks; WFM Clubs, metrics [wfmclubs].
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import agent_rows
from tallystick.measures.agent_share import of_seconds
from tallystick.measures.measure import LOWER, At, Example


def _scheduled(at: At) -> nw.Expr:
    return agent_rows.planned(at, *agent_rows.PAUSES)


def _beyond(at: At) -> nw.Expr:
    over = agent_rows.states(at, *agent_rows.PAUSES) - _scheduled(at)
    return nw.when(over > 0).then(over).otherwise(nw.lit(0))


MEASURE = of_seconds(
    module=__name__,
    text=__doc__,
    title="Break overrun",
    source="K51",
    better=LOWER,
    part=_beyond,
    whole=_scheduled,
    missing="days without a scheduled break",
    bounds=(0, None),
)

EXAMPLE = Example(
    rows=(
        {"planned_break_s": 1800, "planned_meal_s": 1800, "break_s": 1800, "meal_s": 1800},
        {"planned_break_s": 1800, "planned_meal_s": 1800, "break_s": 2400, "meal_s": 1800},
        {"planned_break_s": 1800, "planned_meal_s": 1800, "break_s": 900, "meal_s": 1800},
        {"planned_break_s": 900, "break_s": 1260},
        {"talk_s": 3600},
    ),
    value=Fraction(600 + 360, 3 * 3600 + 900),
    n=4,
    excluded=(("days without a scheduled break", 1),),
)
