"""Hold share (K46, one part of handling time).

Definition: The share of the time on the line that customers spent on hold.
Formula: seconds on hold / (seconds of talk + seconds on hold), over all handled calls.
Unit: ratio 0..1; lower is better.
Counted: Inbound calls that somebody talked on, each visit to a queue once; n counts visits. Those still handled are
    pending, lost ones left out, with counts.
Variants: By time (this one), or the share of calls with any hold. Silence on the line would need the recording.
Confused with: Waiting in the queue (K2), before anybody answered.
Edge cases: A share that rises where minutes are paid is a sign of padding. Systems that do not tell of holds give 0,
    which then means nothing: look at the source's coverage report.
Source: KPI dictionary K46; WFM Clubs [wfmclubs].
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import call_rows
from tallystick.measures.measure import LOWER, At, Counting, Example, Measure


def _held(at: At) -> nw.Expr:
    return at.col("hold_s")


def _on_the_line(at: At) -> nw.Expr:
    return at.col("talk_s") + at.col("hold_s")


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Hold share",
    source="K46",
    unit="ratio",
    better=LOWER,
    kind="mean",
    fact="call",
    counting=Counting(
        left_out=(call_rows.INBOUND, call_rows.MACHINE, call_rows.UNHANDLED),
        pending=call_rows.unfinished,
        numerator=_held,
        denominator=_on_the_line,
    ),
    period_rules=call_rows.RULES,
    attributions=call_rows.BY_AGENT,
    bounds=(0, 1),
)

EXAMPLE = Example(
    rows=(
        {"talk_s": 150, "hold_s": 50},
        {"talk_s": 100},
        {"talk_s": 75, "hold_s": 25},
        {"outcome": "abandoned", "wait_s": 60},
        {"unfinished": True, "ended_at": None},
    ),
    value=Fraction(75, 400),
    n=3,
    pending=1,
    excluded=(("not handled", 1),),
)
