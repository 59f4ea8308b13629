"""Shrinkage (K50).

Definition: The share of scheduled time in which agents were not available for contacts, for whatever reason.
Formula: (in-office + out-of-office time not available) / scheduled, in seconds.
Unit: ratio 0..1; lower is better.
Counted: Agents' local days with a schedule, once the day is over; n is the number of those days. Planned in office:
    breaks, meals, training, coaching, meetings and projects of the roster. Planned out of office: leave. Unplanned in
    office: scheduled work that no fitting state covers. Unplanned out of office: sickness, absence, and scheduled work
    of agents who never appeared.
Variants: All of it (default) or one `part`: planned, unplanned, in-office, out-of-office. Which parts are billable is
    for the contract to say. Some leave out meals (`meals` left-out takes them from both sides).
Confused with: Absence rate (K59), which is one part of it; adherence (K51), which also counts breaks at the wrong time.
Edge cases: The schedule in force at the moment counts (R1); sickness entered afterwards is no plan but what happened,
    so it counts as unplanned. Where no state of a partner's agents is known for a day, nobody is held for missing.
Source: KPI dictionary K50, R1; WFM Clubs, metrics [wfmclubs].
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import agent_rows
from tallystick.measures.agent_share import of_seconds
from tallystick.measures.measure import LOWER, At, Example, Param

PARTS = ("all", "planned", "unplanned", "in-office", "out-of-office")
PLANNED_OUT, UNPLANNED_OUT = ("planned_leave_s",), ("planned_sick_s", "planned_absent_s", "no_show_s")
UNPLANNED_IN = ("lost_s",)


def _planned_in(at: At) -> tuple[str, ...]:
    meals = ("planned_meal_s",) if at.text("meals") == "counted" else ()
    return (*meals, "planned_break_s", *(f"planned_{name}_s" for name in agent_rows.OFF_PHONE))


def _not_available(at: At) -> nw.Expr:
    names = {
        "planned": (*_planned_in(at), *PLANNED_OUT),
        "unplanned": (*UNPLANNED_IN, *UNPLANNED_OUT),
        "in-office": (*_planned_in(at), *UNPLANNED_IN),
        "out-of-office": (*PLANNED_OUT, *UNPLANNED_OUT),
    }
    names["all"] = (*names["planned"], *names["unplanned"])
    return agent_rows.together(at, *names[at.text("part")])


def _scheduled(at: At) -> nw.Expr:
    scheduled = at.col("scheduled_s")
    return scheduled if at.text("meals") == "counted" else scheduled - at.col("planned_meal_s")


MEASURE = of_seconds(
    module=__name__,
    text=__doc__,
    title="Shrinkage",
    source="K50",
    better=LOWER,
    part=_not_available,
    of_states=False,
    whole=_scheduled,
    missing="days without a schedule",
    params={
        "part": Param("all", "which part of it", choices=PARTS),
        "meals": Param("counted", "whether meals are scheduled time", choices=("counted", "left-out")),
    },
)

EXAMPLE = Example(
    rows=(
        {"scheduled_s": 28800, "planned_break_s": 1800, "planned_meal_s": 1800, "lost_s": 600},
        {"scheduled_s": 28800, "planned_break_s": 1800, "planned_training_s": 5400},
        {"scheduled_s": 28800, "planned_leave_s": 28800},
        {"scheduled_s": 28800, "planned_sick_s": 28800},
        {"talk_s": 600},
    ),
    value=Fraction(1800 + 1800 + 600 + 1800 + 5400 + 28800 + 28800, 4 * 28800),
    n=4,
    excluded=(("days without a schedule", 1),),
)
