"""Containment (K88).

Definition: The share of bot sessions that ended with the bot, without a transfer to a person.
Formula: bot sessions without a transfer / bot sessions.
Unit: ratio 0..1; higher is better.
Counted: Inbound sessions with a bot by their beginning. Those that still run at `as_of` are pending.
Variants: Sessions that the customer left are contained (default, as bots usually report it), not contained, or left out
    of both, by `abandoned`. Always say which: the difference is often the better part of the figure.
Confused with: Deflection (K87), over IVR too; verified bot resolution (K89). Containment alone is vanity: a customer
    who gives up is contained.
Edge cases: A transfer is a queue or an agent in the same contact after the session, or a session that says so. A
    customer who leaves the bot and calls is contained here and not resolved there.
Source: KPI dictionary K88; Breaking the Loop on what containment hides [btl-cont].
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import session_rows
from tallystick.measures.measure import HIGHER, At, Counting, Example, Measure, Param

CONTAINED, NOT_CONTAINED, LEFT_OUT = "contained", "not_contained", "leave_out"


def _left(at: At) -> nw.Expr:
    return at.word("outcome", "abandoned") & ~at.col("escalated")


def _left_out(at: At) -> nw.Expr:
    return _left(at) if at.text("abandoned") == LEFT_OUT else at.never()


def _stayed(at: At) -> nw.Expr:
    stayed = ~at.col("escalated")
    return stayed & ~_left(at) if at.text("abandoned") == NOT_CONTAINED else stayed


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Containment",
    source="K88",
    unit="ratio",
    better=HIGHER,
    kind="share",
    fact="bot_session",
    counting=Counting(
        clock=session_rows.BOT,
        left_out=(session_rows.INBOUND, ("abandoned", _left_out)),
        pending=session_rows.running,
        numerator=_stayed,
    ),
    period_rules=session_rows.RULES,
    attributions=session_rows.ATTRIBUTIONS,
    params={
        "abandoned": Param(CONTAINED, "sessions that the customer left", choices=(CONTAINED, NOT_CONTAINED, LEFT_OUT))
    },
    bounds=(0, 1),
)

EXAMPLE = Example(
    rows=(
        {},
        {"outcome": "abandoned"},
        {"outcome": "to_queue", "escalated": True},
        {"escalated": True},
        {},
    ),
    value=Fraction(2, 5),
    n=5,
    params={"abandoned": "not_contained"},
)
