"""Cadence compliance (K97).

Definition: The share of agreed meetings that were held by their day.
Formula: meetings held by their due date, or at most `grace_s` after it / meetings due.
Unit: ratio 0..1; higher is better.
Counted: Actions of the kind meeting with a due date, once it has come or the meeting was held; n is their number.
    Other actions and meetings without a date are left out, with counts.
Variants: To the instant (default), or with a time of grace. By `side`, the meetings that one side has to call.
Confused with: Action closure (K95), which is about what was agreed in them.
Edge cases: That a meeting had agenda, data and minutes is for whoever closes it to say: the tables know only that it
    was held.
Source: KPI dictionary K97; Turnella, managing a vendor [tur-vendor].
"""

from datetime import timedelta
from fractions import Fraction

import narwhals as nw

from tallystick.measures import action_rows
from tallystick.measures.looking_ahead import until
from tallystick.measures.measure import HIGHER, At, Counting, Example, Measure, Param


def _no_meeting(at: At) -> nw.Expr:
    return ~at.word("kind", "meeting")


def _latest(at: At) -> nw.Expr:
    return at.col("due_at") + timedelta(seconds=at.number("grace_s"))


def _waiting(at: At) -> nw.Expr:
    return ~action_rows.closed(at) & (_latest(at) > at.as_of)


def _held(at: At) -> nw.Expr:
    return action_rows.closed(at) & (at.col("closed_at") <= _latest(at))


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Cadence compliance",
    source="K97",
    unit="ratio",
    better=HIGHER,
    kind="share",
    fact=action_rows.FACT,
    counting=Counting(
        left_out=(
            ("actions that are no meeting", _no_meeting),
            action_rows.OTHER_SIDE,
            ("without a due date", action_rows.no_due_date),
        ),
        pending=_waiting,
        settles=until("due_at", "grace_s"),
        numerator=_held,
    ),
    period_rules=action_rows.RULES,
    attributions=action_rows.ATTRIBUTIONS,
    params={
        "grace_s": Param(0, "seconds after the due date that are still in time"),
        "side": action_rows.SIDE,
    },
    bounds=(0, 1),
)

EXAMPLE = Example(
    rows=(
        {"kind": "meeting"},
        {"kind": "meeting", "closed_at": "2026-03-09T08:00:00Z"},
        {"kind": "meeting", "closed_at": "2026-03-12T08:00:00Z"},
        {"kind": "meeting", "closed_at": None},
        {"kind": "corrective"},
    ),
    value=Fraction(2, 4),
    n=4,
    excluded=(("actions that are no meeting", 1),),
)
