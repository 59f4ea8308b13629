"""Schedule adherence (K51).

Definition: The share of scheduled time in which agents did what the schedule in force at that moment wanted.
Formula: seconds in a state that fits the scheduled activity / seconds in which the agent was due.
Unit: ratio 0..1; higher is better.
Counted: Agents' local days on which they were due, once the day is over; n is the number of those days. Leave,
    sickness and absence are no time due. Work wants a contact or being ready for one; a break wants anything but work.
Variants: Exceptions that came after the plan count as the roster tells them (default) or, with `exceptions` approved,
    only where somebody approved them; the others then are time due and missed. Training and meetings in which no
    system saw the agent are missed (default) or, with `unseen` left-out, in neither part.
Confused with: Conformance (K52), which only compares how much was worked: an agent who starts and ends an hour late
    conforms fully and misses an hour of adherence.
Edge cases: A roster published at noon holds from noon on and excuses nothing before (R1). A call that runs into the
    break is time missed, and so is the break that follows late. A system that is down is the agent's time kept.
    Days on which no state of any of the partner's agents is known are left out, with counts.
Source: KPI dictionary K51, R1; Assembled, glossary of workforce management [asm-gloss].
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures.agent_share import of_seconds
from tallystick.measures.measure import HIGHER, At, Example, Param


def _kept(at: At) -> nw.Expr:
    kept = at.col("adherent_s")
    return kept if at.text("exceptions") == "approved" else kept + at.col("unapproved_adherent_s")


def _due(at: At) -> nw.Expr:
    more = "unapproved_s" if at.text("exceptions") == "approved" else "unapproved_due_s"
    due = at.col("due_s") + at.col(more)
    return due if at.text("unseen") == "missed" else due - at.col("unseen_s")


MEASURE = of_seconds(
    module=__name__,
    text=__doc__,
    title="Schedule adherence",
    source="K51",
    better=HIGHER,
    part=_kept,
    whole=_due,
    missing="days with nothing due",
    params={
        "exceptions": Param("told", "which exceptions excuse", choices=("told", "approved")),
        "unseen": Param("missed", "activities off the phone that no system saw", choices=("missed", "left-out")),
    },
)

EXAMPLE = Example(
    rows=(
        {"due_s": 28800, "adherent_s": 27900},
        {"due_s": 28800, "adherent_s": 21600},
        {"due_s": 14400, "adherent_s": 14400, "unapproved_s": 14400},
        {"due_s": 25200, "adherent_s": 23400, "unapproved_s": 3600, "unapproved_due_s": 3600,
         "unapproved_adherent_s": 1800},
        {"planned_leave_s": 28800},
    ),
    value=Fraction(27900 + 21600 + 14400 + 23400 + 1800, 28800 + 28800 + 14400 + 25200 + 3600),
    n=4,
    excluded=(("days with nothing due", 1),),
)  # fmt: skip
