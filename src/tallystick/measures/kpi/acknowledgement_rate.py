"""Acknowledgement rate (K93).

Definition: The share of agents asked to confirm a change, and on shift before it held, who confirmed it in time.
Formula: confirmed by the moment from which it holds / asked and on shift before that.
Unit: ratio 0..1; higher is better.
Counted: Requests to confirm an announcement with a moment from which it holds, once that has come; n is their number.
    Agents who had no shift between the asking and that moment are left out, with counts.
Variants: Any confirmation (default), or with `least_s` only those after so many seconds of reading, which takes out the
    quick click (quick click rate is its own figure). Those whose reading nobody timed count as read.
Confused with: The share confirmed by now, which forgives every delay; training validity (K60).
Edge cases: Where the records have no schedule of an agent at all, the agent counts as on shift. Confirmed but never
    opened is confirmed. Without a moment from which it holds there is nothing to be late for.
Source: KPI dictionary K93; Turnella, communication with agents [tur-comm].
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import briefing_rows
from tallystick.measures.looking_ahead import until
from tallystick.measures.measure import AT_START, CREATED_IN, DUE_IN, HIGHER, At, Counting, Example, Measure, Param


def _off_shift(at: At) -> nw.Expr:
    return (~at.col("on_shift")).fill_null(value=False)


def _not_yet(at: At) -> nw.Expr:
    return at.col("effective_at") > at.as_of


def _no_moment(at: At) -> nw.Expr:
    return at.col("effective_at").is_null()


def _in_time(at: At) -> nw.Expr:
    in_time = briefing_rows.confirmed(at) & (at.col("acknowledged_at") <= at.col("effective_at"))
    return in_time & ~(at.col("read_s") < at.number("least_s")).fill_null(value=False)


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Acknowledgement rate",
    source="K93",
    unit="ratio",
    better=HIGHER,
    kind="share",
    fact=briefing_rows.FACT,
    counting=Counting(
        left_out=(("changes without an effective date", _no_moment), ("agents not on shift", _off_shift)),
        pending=_not_yet,
        settles=until("effective_at"),
        numerator=_in_time,
    ),
    period_rules=(DUE_IN, CREATED_IN),
    attributions=(AT_START,),
    params={"least_s": Param(0, "seconds of reading below which a confirmation is none")},
    bounds=(0, 1),
)

EXAMPLE = Example(
    rows=(
        {},
        {"read_s": 2},
        {"acknowledged_at": "2026-03-05T08:00:00Z"},
        {"acknowledged_at": None, "opened_at": None, "read_s": None},
        {"acknowledged_at": None, "on_shift": False},
    ),
    value=Fraction(2, 4),
    n=4,
    excluded=(("agents not on shift", 1),),
)
