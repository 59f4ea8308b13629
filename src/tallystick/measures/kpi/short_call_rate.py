"""Short call rate (K46, the short end of handling time).

Definition: The share of handled calls in which nobody can have been helped, because they were over at once.
Formula: handled calls with talk and hold of at most `seconds` / handled calls.
Unit: ratio 0..1; lower is better.
Counted: Inbound calls that somebody talked on, each visit to a queue once. Those still handled are pending, lost ones
    left out, with counts; so are calls passed on, which may be short for a good reason.
Variants: 10 seconds (default) or more by `seconds`; with transferred calls by `transferred`.
Confused with: Short abandons (K3), which nobody answered.
Edge cases: Wrong numbers and dropped lines are short too, so compare agents and partners, not a single call. A rise
    shows calls that were taken and dropped to keep the service level.
Source: KPI dictionary K46.
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import call_rows
from tallystick.measures.measure import LOWER, At, Counting, Example, Measure, Param


def _passed_on(at: At) -> nw.Expr:
    if at.text("transferred") == call_rows.COUNT:
        return at.never()
    return at.word("transfer", "warm", "blind", "unknown")


def _short(at: At) -> nw.Expr:
    return at.col("talk_s") + at.col("hold_s") <= at.number("seconds")


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Short call rate",
    source="K46",
    unit="ratio",
    better=LOWER,
    kind="share",
    fact="call",
    counting=Counting(
        left_out=(call_rows.INBOUND, call_rows.MACHINE, call_rows.UNHANDLED, ("passed on", _passed_on)),
        pending=call_rows.unfinished,
        numerator=_short,
    ),
    period_rules=call_rows.RULES,
    attributions=call_rows.BY_AGENT,
    params={
        "seconds": Param(10, "talk and hold up to which a call is short", least=1),
        "transferred": Param(
            call_rows.LEAVE_OUT, "calls that were passed on", choices=(call_rows.LEAVE_OUT, call_rows.COUNT)
        ),
    },
    bounds=(0, 1),
)

EXAMPLE = Example(
    rows=(
        {"talk_s": 10},
        {"talk_s": 8, "hold_s": 3},
        {"talk_s": 4},
        {"talk_s": 200},
        {"talk_s": 5, "transfer": "blind"},
    ),
    value=Fraction(2, 4),
    n=4,
    excluded=(("passed on", 1),),
)
