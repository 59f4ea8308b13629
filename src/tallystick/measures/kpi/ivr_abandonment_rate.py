"""IVR abandonment rate (K3, apart from the queue).

Definition: The share of sessions with a machine that the customer left without being served or handed on.
Formula: sessions abandoned / sessions, of the machine asked for.
Unit: ratio 0..1; lower is better.
Counted: Inbound sessions in an IVR (or with a bot, by `machine`). Those that still run at `as_of` are pending; those
    with the other machine, and those of which nothing tells the end, are left out, with counts.
Variants: IVR (default) or bot. Giving up in the queue is the abandonment rate, and never mixed with this.
Confused with: Abandonment rate (K3), whose clock starts at the queue; deflection (K87), which counts
    these as a success.
Edge cases: A customer who hears the opening hours and hangs up may be served: only a session that says so counts as
    self-served. Delays put before the queue move abandons from there to here.
Source: KPI dictionary K3; UniVoIP [univoip].
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import session_rows
from tallystick.measures.measure import LOWER, At, Counting, Example, Measure, Param


def _left(at: At) -> nw.Expr:
    return at.word("outcome", "abandoned") & ~at.col("escalated")


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="IVR abandonment rate",
    source="K3",
    unit="ratio",
    better=LOWER,
    kind="share",
    fact="bot_session",
    counting=Counting(
        left_out=(session_rows.INBOUND, session_rows.OTHER_MACHINE, session_rows.UNCLEAR),
        pending=session_rows.running,
        numerator=_left,
    ),
    period_rules=session_rows.RULES,
    attributions=session_rows.ATTRIBUTIONS,
    params={"machine": Param("ivr", "which machine", choices=("ivr", "bot"))},
    bounds=(0, 1),
)

EXAMPLE = Example(
    rows=(
        {"kind": "ivr", "outcome": "abandoned"},
        {"kind": "ivr", "outcome": "to_queue", "escalated": True},
        {"kind": "ivr"},
        {"kind": "bot", "outcome": "abandoned"},
        {"kind": "ivr", "outcome": "waiting", "ended_at": None},
    ),
    value=Fraction(1, 3),
    n=3,
    pending=1,
    excluded=(("other machine", 1),),
)
