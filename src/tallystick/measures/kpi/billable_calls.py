"""Billable calls (K67, whose contacts these are).

Definition: How many calls a price per contact charges for.
Formula: handled calls, without transfers, repeats and short ones where the contract makes them free.
Unit: calls; lower is better for who pays.
Counted: Visits of inbound calls on which somebody talked, once they are over; n counts those that are charged. Left
    out, with counts: later visits of a call that was passed on, calls too soon after the last one, and short ones.
Variants: `transfers` free (default) charges a call once, by its last visit; charged, each visit. `repeat_s` makes a
    call free that comes so soon after another answered one of the same customer and reason. `least_s` makes calls with
    less talk free.
Confused with: Offered calls (K61), which nobody may have answered; split contacts (K25), a share and a sign of gaming.
Edge cases: Of unknown customers nobody can tell whether they called before, so every call counts. A chain of calls that
    each come soon after the one before is one contact. `repeat_s` beyond the repeat window of the terms finds nothing.
Source: KPI dictionary K67, K25.
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import call_rows
from tallystick.measures.measure import LOWER, At, Counting, Example, Measure, Param


def _passed_on(at: At) -> nw.Expr:
    return ~at.col("last_visit") if at.text("transfers") == "free" else at.never()


def _too_soon(at: At) -> nw.Expr:
    if at.params["repeat_s"] is None:
        return at.never()
    return (at.col("since_previous_s") <= at.number("repeat_s")).fill_null(value=False)


def _short(at: At) -> nw.Expr:
    return at.col("talk_s") < at.number("least_s")


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Billable calls",
    source="K67",
    unit="calls",
    better=LOWER,
    kind="census",
    fact="call",
    counting=Counting(
        left_out=(
            call_rows.INBOUND,
            call_rows.MACHINE,
            call_rows.UNHANDLED,
            ("passed on, free", _passed_on),
            ("too soon after the last, free", _too_soon),
            ("short, free", _short),
        ),
        pending=call_rows.unfinished,
        numerator=At.every,
    ),
    period_rules=call_rows.RULES,
    attributions=call_rows.BY_AGENT,
    params={
        "transfers": Param("free", "whether a call that was passed on is charged again", choices=("free", "charged")),
        "repeat_s": Param(None, "a call so many seconds after the last is free; without it none is", least=1),
        "least_s": Param(0, "calls with fewer seconds of talk are free"),
    },
)

EXAMPLE = Example(
    rows=(
        {"requester_key": 7},
        {"requester_key": 7, "contact_no": 2, "since_previous_s": 3600},
        {"requester_key": 7, "contact_no": 3, "since_previous_s": 3601},
        {"last_visit": False, "transfer": "blind"},
        {"talk_s": 9},
    ),
    value=Fraction(2),
    n=2,
    excluded=(("passed on, free", 1), ("short, free", 1), ("too soon after the last, free", 1)),
    params={"repeat_s": 3600, "least_s": 10},
)
