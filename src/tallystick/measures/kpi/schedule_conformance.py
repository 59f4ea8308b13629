"""Schedule conformance (K52).

Definition: The time worked for each second of work that was scheduled, no matter when in the day it was worked.
Formula: seconds at work / scheduled seconds of work, training, coaching, meetings and projects.
Unit: ratio; higher is better up to 1, beyond it more was worked than planned.
Counted: Agents' local days with such a schedule, once the day is over; n is the number of those days. At work are
    contacts, ringing, waiting for a contact, activities off the phone by their name, and time with a system down.
Variants: With overtime of the roster in the plan (default) or, with `overtime` left-out, against the regular plan.
Confused with: Adherence (K51), which asks for the right moment; fill rate (K54), which sets delivered agents against
    those that the client asked for.
Edge cases: Too little on one day and too much on another cancel each other; read adherence beside it. Breaks and meals
    are in neither part. Sickness and leave are no scheduled work. Days on which no state of any of the partner's
    agents is known are left out, with counts.
Source: KPI dictionary K52; Assembled, glossary of workforce management [asm-gloss].
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import agent_rows
from tallystick.measures.agent_share import of_seconds
from tallystick.measures.measure import HIGHER, At, Example, Param


def _planned(at: At) -> nw.Expr:
    overtime = ("overtime",) if at.text("overtime") == "counted" else ()
    return agent_rows.planned(at, "work", *overtime, *agent_rows.OFF_PHONE)


MEASURE = of_seconds(
    module=__name__,
    text=__doc__,
    title="Schedule conformance",
    source="K52",
    better=HIGHER,
    part=agent_rows.worked,
    whole=_planned,
    missing="days without scheduled work",
    params={"overtime": Param("counted", "whether overtime belongs to the plan", choices=("counted", "left-out"))},
    bounds=(0, None),
)

EXAMPLE = Example(
    rows=(
        {"planned_work_s": 25200, "talk_s": 20000, "available_s": 5200},
        {"planned_work_s": 25200, "talk_s": 20000, "available_s": 2680},
        {"planned_work_s": 25200, "planned_overtime_s": 3600, "talk_s": 25200, "wrap_s": 4800},
        {"planned_work_s": 18000, "planned_training_s": 7200, "talk_s": 18000, "training_s": 7200},
        {"planned_sick_s": 25200},
    ),
    value=Fraction(25200 + 22680 + 30000 + 25200, 25200 + 25200 + 28800 + 25200),
    n=4,
    excluded=(("days without scheduled work", 1),),
)
