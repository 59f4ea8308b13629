"""Adherent time (K51, as a number of hours).

Definition: The scheduled time in which agents did what the schedule wanted, which a price per hour in adherence pays.
Formula: sum of the seconds in a state that fits the scheduled activity, of scheduled work by default.
Unit: seconds; higher is better where hours are bought.
Counted: Agents' local days on which they were due, once the day is over; n is the number of those days. Days on which
    nothing was due, and days on which no state of any agent of the partner is known, are left out, with counts.
Variants: Exceptions that came after the plan count as the roster tells them (default) or, with `exceptions` approved,
    only where somebody approved them.
Confused with: Schedule adherence (K51), the share; login time, which is paid whatever the schedule wanted.
Edge cases: Breaks that were kept are time in adherence too; a contract that does not pay them counts productive login
    time instead. A system that is down is the agent's time kept.
Source: KPI dictionary K51, R1; Assembled, billing by adherence [asm-bill].
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import agent_rows
from tallystick.measures.measure import HIGHER, At, Counting, Example, Measure, Param


def _kept(at: At) -> nw.Expr:
    kept = at.col("adherent_s")
    return kept if at.text("exceptions") == "approved" else kept + at.col("unapproved_adherent_s")


def _nothing_due(at: At) -> nw.Expr:
    return (at.col("due_s") == 0) & (at.col("unapproved_due_s") == 0)


def _unseen(at: At) -> nw.Expr:
    return ~at.col("seen")


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Adherent time",
    source="K51",
    unit="s",
    better=HIGHER,
    kind="sum",
    fact=agent_rows.FACT,
    counting=Counting(
        left_out=(("days with nothing due", _nothing_due), ("days without any state", _unseen)),
        pending=agent_rows.not_over,
        settles=agent_rows.settles,
        numerator=_kept,
    ),
    period_rules=agent_rows.RULES,
    attributions=agent_rows.ATTRIBUTIONS,
    params={"exceptions": Param("told", "which exceptions excuse", choices=("told", "approved"))},
)

EXAMPLE = Example(
    rows=(
        {"due_s": 28800, "adherent_s": 27900},
        {"due_s": 25200, "adherent_s": 23400, "unapproved_due_s": 3600, "unapproved_adherent_s": 1800},
        {"due_s": 28800, "adherent_s": 0},
        {"due_s": 28800, "seen": False},
        {"planned_leave_s": 28800},
    ),
    value=Fraction(27900 + 23400 + 1800),
    n=3,
    excluded=(("days with nothing due", 1), ("days without any state", 1)),
)
