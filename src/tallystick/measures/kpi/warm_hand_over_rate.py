"""Warm hand-overs (K90, the half that records of calls tell).

Definition: The share of hand-overs of calls in which the next agent was told first what it is about.
Formula: handled visits passed on warm / handled visits passed on warm or blind.
Unit: ratio 0..1; higher is better.
Counted: Inbound calls that somebody talked on and passed on, each visit to a queue once; n is their number. Calls that
    were not passed on, and those of which nothing says how, are left out, with counts; those still handled are pending.
Variants: Context passed (this one), by how the call was passed on. Whether the customer had to say all again is the
    other half of K90: no table tells what was asked, so it is not in this figure. Hand-overs from a bot are counted as
    escalated by containment (K88); what a bot passes on with them is told by no table either.
Confused with: Call transfer rate (K23), which asks how many calls were passed on at all; verified bot resolution (K89).
Edge cases: Warm means that the agents spoke first; a note in a ticket passes context too and is not seen. A source
    that tells no difference between warm and blind gives no value rather than 0.
Source: KPI dictionary K90; NICE and CX Today on transfers [nice-tr][cxt-tr].
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import call_rows
from tallystick.measures.measure import HIGHER, At, Counting, Example, Measure

WAYS = ("warm", "blind")


def _not_passed_on(at: At) -> nw.Expr:
    return ~at.word("transfer", *WAYS, "unknown")


def _nothing_says_how(at: At) -> nw.Expr:
    return at.word("transfer", "unknown")


def _warm(at: At) -> nw.Expr:
    return at.word("transfer", "warm")


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Warm hand-overs",
    source="K90",
    unit="ratio",
    better=HIGHER,
    kind="share",
    fact="call",
    counting=Counting(
        left_out=(
            call_rows.INBOUND,
            call_rows.MACHINE,
            call_rows.UNHANDLED,
            ("not passed on", _not_passed_on),
            ("nothing says how", _nothing_says_how),
        ),
        pending=call_rows.unfinished,
        numerator=_warm,
    ),
    period_rules=call_rows.RULES,
    attributions=call_rows.BY_AGENT,
    bounds=(0, 1),
)

EXAMPLE = Example(
    rows=(
        {"transfer": "warm"},
        {"transfer": "blind"},
        {"transfer": "warm"},
        {"transfer": "unknown"},
        {},
    ),
    value=Fraction(2, 3),
    n=3,
    excluded=(("not passed on", 1), ("nothing says how", 1)),
)
