"""Scheduled time (K50, as a number of hours).

Definition: The time for which the roster planned agents to work, or the part of it on which nobody saw them.
Formula: sum of the scheduled seconds of work and overtime; by `part` no_show, of days without any state of the agent.
Unit: seconds; higher is better where hours are bought and worked, lower for `part` no_show.
Counted: Agents' local days with scheduled work, once the day is over; n is the number of those days. Days without any
    are left out, with their count. For `part` no_show so are days on which no state of any agent of the partner is
    known, because nobody can tell who was there.
Variants: All of it (default), which is what a partner bills that charges by its roster; or `no_show`: rostered hours
    for which no system saw the agent, which are the ghost hours of an invoice.
Confused with: Login time, which was really there; requested time, which the client asked for.
Edge cases: An agent who came for an hour is no no-show, whatever was planned; adherence tells the rest.
Source: KPI dictionary K50, K52; Contracts handbook, appendix A (ghost hours).
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import agent_rows
from tallystick.measures.measure import HIGHER, At, Counting, Example, Measure, Param


def _seconds(at: At) -> nw.Expr:
    if at.text("part") == "no_show":
        return at.col("no_show_s")
    return agent_rows.planned(at, *agent_rows.WORKING)


def _none(at: At) -> nw.Expr:
    return agent_rows.planned(at, *agent_rows.WORKING) == 0


def _not_known(at: At) -> nw.Expr:
    return ~at.col("seen") if at.text("part") == "no_show" else at.never()


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Scheduled time",
    source="K50",
    unit="s",
    better=HIGHER,
    kind="sum",
    fact=agent_rows.FACT,
    counting=Counting(
        left_out=(("days without scheduled work", _none), ("days on which no state is known", _not_known)),
        pending=agent_rows.not_over,
        settles=agent_rows.settles,
        numerator=_seconds,
    ),
    period_rules=agent_rows.RULES,
    attributions=agent_rows.ATTRIBUTIONS,
    params={"part": Param("all", "all of it, or what nobody came for", choices=("all", "no_show"))},
)

EXAMPLE = Example(
    rows=(
        {"planned_work_s": 28800, "logged_s": 28800},
        {"planned_work_s": 28800, "no_show_s": 28800},
        {"planned_work_s": 14400, "planned_overtime_s": 3600},
        {"planned_work_s": 7200},
        {"planned_leave_s": 28800},
    ),
    value=Fraction(82800),
    n=4,
    excluded=(("days without scheduled work", 1),),
)
