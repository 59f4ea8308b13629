"""Activity time (K50, one part of it).

Definition: The time that agents spent in one activity, such as training or meetings, as their states say.
Formula: sum of the seconds in the state that `activity` names.
Unit: seconds; lower is better for who pays, unless the contract bought it.
Counted: Agents' local days with any time in the activity, once the day is over; n is the number of those days. Days
    without it are left out, with their count.
Variants: Training (default), coaching, meetings, projects, breaks, meals, or time with a system down, by `activity`.
    `source` planned asks the roster instead of the states, for activities that no system sees.
Confused with: Shrinkage (K50), the share of all time not available; login time, which holds some of these too.
Edge cases: Which of these is paid says the contract; a text that pays login time and training pays training twice. A
    state whose end nobody tells counts no time.
Source: KPI dictionary K50; WFM Clubs, metrics [wfmclubs].
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import agent_rows
from tallystick.measures.measure import LOWER, At, Counting, Example, Measure, Param

STATES = ("training", "coaching", "meeting", "project", "break", "meal", "system_down")


def _seconds(at: At) -> nw.Expr:
    activity = at.text("activity")
    if at.text("source") == "planned" and activity != "system_down":
        return agent_rows.planned(at, activity)
    return agent_rows.states(at, activity)


def _without(at: At) -> nw.Expr:
    return _seconds(at) == 0


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Activity time",
    source="K50",
    unit="s",
    better=LOWER,
    kind="sum",
    fact=agent_rows.FACT,
    counting=Counting(
        left_out=(("days without the activity", _without),),
        pending=agent_rows.not_over,
        settles=agent_rows.settles,
        numerator=_seconds,
    ),
    period_rules=agent_rows.RULES,
    attributions=agent_rows.ATTRIBUTIONS,
    params={
        "activity": Param("training", "which activity", choices=STATES),
        "source": Param("states", "what agents did, or what the roster planned", choices=("states", "planned")),
    },
)

EXAMPLE = Example(
    rows=(
        {"training_s": 7200},
        {"training_s": 3600, "coaching_s": 1800},
        {"coaching_s": 1800},
        {"talk_s": 14400},
        {"training_s": 5400, "planned_training_s": 7200},
    ),
    value=Fraction(16200),
    n=3,
    excluded=(("days without the activity", 2),),
)
