"""Billable call time (K46, as it is billed).

Definition: The handling time of calls as a price per minute counts it, each call rounded up to its unit.
Formula: sum over calls of max(least, time rounded up to full units), in seconds; time is talk + hold + after-call work.
Unit: seconds; lower is better for who pays.
Counted: Visits of inbound and outbound calls on which somebody talked, once they are over; n is their number. Calls
    inside the house, those that nobody handled and sessions with a machine alone are left out, with counts.
Variants: Talk alone, with hold, or with hold and after-call work (default) by `time`; rounded up to `unit_s` (a second
    by default); at least `least_s` for each call. `direction` inbound or outbound counts those alone.
Confused with: Handling time (K46), which is a mean and rounds nothing; login time, which is paid whether calls come or
    not.
Edge cases: A call that was handed on is rounded at each visit, because each is billed by who took it. A call of no
    handling time costs the least. Rounding is upwards and for each call alone, so it never cancels.
Source: KPI dictionary K46; WFM Clubs, metrics [wfmclubs].
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import call_rows
from tallystick.measures.measure import LOWER, At, Counting, Example, Measure, Param

TIMES = {
    "talk": ("talk_s",),
    "talk_hold": ("talk_s", "hold_s"),
    "talk_hold_wrap": ("talk_s", "hold_s", "wrap_s"),
}


def _billed(at: At) -> nw.Expr:
    first, *rest = TIMES[at.text("time")]
    time = at.col(first)
    for name in rest:
        time = time + at.col(name)
    unit, least = at.number("unit_s"), at.number("least_s")
    whole = ((time + (unit - 1)) // unit) * unit
    return nw.when(whole < least).then(nw.lit(least)).otherwise(whole)


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Billable call time",
    source="K46",
    unit="s",
    better=LOWER,
    kind="sum",
    fact="call",
    counting=Counting(
        left_out=(
            ("inside the house", call_rows.internal),
            ("other direction", call_rows.other_direction),
            call_rows.MACHINE,
            call_rows.UNHANDLED,
        ),
        pending=call_rows.unfinished,
        numerator=_billed,
    ),
    period_rules=call_rows.RULES,
    attributions=call_rows.BY_AGENT,
    params={
        "time": Param("talk_hold_wrap", "which time of a call is billed", choices=tuple(TIMES)),
        "unit_s": Param(1, "seconds to which each call is rounded up", least=1),
        "least_s": Param(0, "the least seconds of each call"),
        "direction": call_rows.DIRECTION,
    },
)

EXAMPLE = Example(
    rows=(
        {"talk_s": 61, "hold_s": 0, "wrap_s": 0},
        {"talk_s": 60, "hold_s": 0, "wrap_s": 0},
        {"talk_s": 5, "hold_s": 0, "wrap_s": 0},
        {"talk_s": 100, "hold_s": 30, "wrap_s": 20, "direction": "outbound"},
        {"outcome": "abandoned", "wait_s": 40},
    ),
    value=Fraction(66 + 60 + 30 + 150),
    n=4,
    excluded=(("not handled", 1),),
    params={"unit_s": 6, "least_s": 30},
)
