"""Verified bot resolution (K89).

Definition: The share of bot sessions that needed no person and after which the customer did not come back within the
    window.
Formula: bot sessions without a transfer and without another contact of the customer within W / bot sessions.
Unit: ratio 0..1; higher is better.
Counted: Inbound sessions with a bot, when W has passed since their beginning by `as_of`; the others are pending.
    Sessions of unknown customers are left out, because silence proves nothing there, with their count.
Variants: Seven days (default) or 24 to 48 hours by `window_s`, at most the repeat window of the clock terms, beyond
    which nothing is looked for.
Confused with: Containment (K88): one operation found 78 % contained and 41 % resolved.
Edge cases: Any contact of the customer in a live channel is a return, about whatever reason, because bots seldom know
    the reason. A return by e-mail or ticket is not seen. The figure fails backwards: a day that looked good may not be.
Source: KPI dictionary K89; Equ [equ-cont]; Ender Turing [ender-bot].
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import looking_ahead, session_rows
from tallystick.measures.measure import HIGHER, At, Counting, Example, Measure, Param


def _window_open(at: At) -> nw.Expr:
    return at.second("started_at") + at.number("window_s") > at.as_of_second


def _came_back(at: At) -> nw.Expr:
    after = at.second("next_contact_at") - at.second("started_at")
    return (after <= at.number("window_s")).fill_null(value=False)


def _resolved(at: At) -> nw.Expr:
    return ~at.col("escalated") & ~_came_back(at)


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Verified bot resolution",
    source="K89",
    unit="ratio",
    better=HIGHER,
    kind="share",
    fact="bot_session",
    counting=Counting(
        clock=session_rows.BOT,
        left_out=(session_rows.INBOUND, ("unknown customer", session_rows.unknown_customer)),
        pending=_window_open,
        settles=looking_ahead.until("started_at", "window_s"),
        numerator=_resolved,
    ),
    period_rules=session_rows.RULES,
    attributions=session_rows.ATTRIBUTIONS,
    params={"window_s": Param(7 * 86_400, "seconds within which another contact is a return", least=1)},
    bounds=(0, 1),
)

EXAMPLE = Example(
    rows=(
        {},
        {"next_contact_at": "2026-03-09T08:00:00Z"},
        {"next_contact_at": "2026-03-09T08:00:01Z"},
        {"escalated": True},
        {"requester_key": None},
    ),
    value=Fraction(2, 4),
    n=4,
    excluded=(("unknown customer", 1),),
)
