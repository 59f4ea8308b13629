"""Utilisation (K49).

Definition: The share of paid time in which agents were on contacts or ready for one.
Formula: (on contacts + ringing + available) / paid, in seconds.
Unit: ratio; higher is better.
Counted: Agents' local days with any paid second, once the day is over; n is the number of those days. Paid is what the
    roster schedules: work, overtime, breaks, training, coaching, meetings, projects and, unless told otherwise, leave.
Variants: Meals are unpaid (default) or paid by `meals`; leave and sickness are paid (default) or not by `leave`. The
    contract or the law of the site decides; nobody's pay slip is read.
Confused with: Occupancy (K48), which leaves everything out but the line; shrinkage (K50), which looks from the other
    end and with another whole.
Edge cases: Work beyond the roster is in the numerator only, so an agent who stays longer can exceed 1. Unplanned
    absence is not paid. A day worked without any roster has no paid time and is left out, with its number.
Source: KPI dictionary K49; WFM Clubs, metrics [wfmclubs].
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import agent_rows
from tallystick.measures.agent_share import of_seconds
from tallystick.measures.measure import HIGHER, At, Example, Param

PAID = ("paid", "unpaid")


def _productive(at: At) -> nw.Expr:
    return agent_rows.on_contact(at) + agent_rows.states(at, "ring", "available")


def _paid(at: At) -> nw.Expr:
    names = [*agent_rows.WORKING, "break", *agent_rows.OFF_PHONE]
    names += ["meal"] if at.text("meals") == "paid" else []
    names += ["leave", "sick"] if at.text("leave") == "paid" else []
    return agent_rows.planned(at, *names)


MEASURE = of_seconds(
    module=__name__,
    text=__doc__,
    title="Utilisation",
    source="K49",
    better=HIGHER,
    part=_productive,
    whole=_paid,
    missing="days without paid time",
    params={
        "meals": Param("unpaid", "whether meals are paid", choices=PAID),
        "leave": Param("paid", "whether leave and sickness are paid", choices=PAID),
    },
    bounds=(0, None),
)

EXAMPLE = Example(
    rows=(
        {
            "planned_work_s": 25200,
            "planned_break_s": 1800,
            "planned_meal_s": 1800,
            "talk_s": 15000,
            "available_s": 6000,
        },
        {"planned_work_s": 21600, "planned_training_s": 5400, "talk_s": 12000, "wrap_s": 3000, "training_s": 5400},
        {"planned_leave_s": 27000},
        {"planned_absent_s": 27000},
        {"talk_s": 3600},
    ),
    value=Fraction(21000 + 15000, 27000 + 27000 + 27000),
    n=3,
    excluded=(("days without paid time", 2),),
)
