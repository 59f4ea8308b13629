"""Login time.

Definition: The time for which agents were logged in, added up over agents and days.
Formula: sum of the seconds in any state but offline.
Unit: seconds; higher is better where hours are bought.
Counted: Agents' local days with any state, once the day is over; n is the number of those days.
Variants: All logged-in time (default) or, by `time`, only that at work (without breaks, meals and not ready) or only
    that on contacts, ringing and available: the productive hours of a contract that is billed by them.
Confused with: Paid time and scheduled time, which come from the roster; staffed intervals, which ask whether anybody
    was there.
Edge cases: Several systems at once count once. A state whose end nobody tells counts no time, so a lost logout buys no
    hours.
Source: KPI dictionary K69, whose hours these are; WFM Clubs, metrics [wfmclubs].
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import agent_rows
from tallystick.measures.measure import HIGHER, At, Counting, Example, Measure, Param


def _seconds(at: At) -> nw.Expr:
    if at.text("time") == "work":
        return agent_rows.worked(at)
    if at.text("time") == "productive":
        return agent_rows.on_contact(at) + agent_rows.states(at, "ring", "available")
    return at.col("logged_s")


def _never(at: At) -> nw.Expr:
    return at.col("logged_s") == 0


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Login time",
    source="K69",
    unit="s",
    better=HIGHER,
    kind="sum",
    fact=agent_rows.FACT,
    counting=Counting(
        left_out=(("days without a log-in", _never),),
        pending=agent_rows.not_over,
        settles=agent_rows.settles,
        numerator=_seconds,
    ),
    period_rules=agent_rows.RULES,
    attributions=agent_rows.ATTRIBUTIONS,
    params={"time": Param("all", "which logged-in time", choices=("all", "work", "productive"))},
)

EXAMPLE = Example(
    rows=(
        {"logged_s": 28800},
        {"logged_s": 27000},
        {"logged_s": 14400},
        {"logged_s": 30600},
        {"planned_sick_s": 28800},
    ),
    value=Fraction(100800),
    n=4,
    excluded=(("days without a log-in", 1),),
)
