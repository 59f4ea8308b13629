"""Agent hang-up rate (K46, who ends the call).

Definition: The share of handled calls that the agent ended.
Formula: handled calls ended by the agent / handled calls of which is known who ended them.
Unit: ratio 0..1; lower is better.
Counted: Inbound calls that somebody talked on, each visit to a queue once. Those still handled are pending; lost ones,
    those passed on, and those whose end nobody recorded are left out, with counts.
Variants: All such calls (default), or only those of at most `within_s` seconds of talk and hold, where an agent's
    hanging up is the worse sign.
Confused with: Calls dropped by the line, which are ended by the system.
Edge cases: In many centres the agent ends the call after the customer has said goodbye, and some switches name the side
    that releases first by chance: compare agents, not levels, and listen to a few.
Source: KPI dictionary K46.
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import call_rows
from tallystick.measures.measure import LOWER, At, Counting, Example, Measure, Param


def _passed_on(at: At) -> nw.Expr:
    return at.word("transfer", "warm", "blind", "unknown")


def _end_not_known(at: At) -> nw.Expr:
    return at.col("ended_by").is_null()


def _longer(at: At) -> nw.Expr:
    if at.params["within_s"] is None:
        return at.never()
    return at.col("talk_s") + at.col("hold_s") > at.number("within_s")


def _by_agent(at: At) -> nw.Expr:
    return at.word("ended_by", "agent")


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Agent hang-up rate",
    source="K46",
    unit="ratio",
    better=LOWER,
    kind="share",
    fact="call",
    counting=Counting(
        left_out=(
            call_rows.INBOUND,
            call_rows.MACHINE,
            call_rows.UNHANDLED,
            ("passed on", _passed_on),
            ("end not known", _end_not_known),
            ("longer", _longer),
        ),
        pending=call_rows.unfinished,
        numerator=_by_agent,
    ),
    period_rules=call_rows.RULES,
    attributions=call_rows.BY_AGENT,
    params={"within_s": Param(None, "only calls with at most so many seconds of talk and hold", least=1)},
    bounds=(0, 1),
)

EXAMPLE = Example(
    rows=(
        {"ended_by": "agent"},
        {"ended_by": "customer"},
        {"ended_by": "system"},
        {},
        {"ended_by": "agent", "transfer": "blind"},
    ),
    value=Fraction(1, 3),
    n=3,
    excluded=(("end not known", 1), ("passed on", 1)),
)
