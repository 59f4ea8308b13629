"""Deflection (K87).

Definition: The share of sessions with a machine, IVR or bot, after which no person was needed in the same contact.
Formula: sessions not escalated / sessions.
Unit: ratio 0..1; higher is better.
Counted: Inbound sessions of IVR and bot by their beginning. Those that still run at `as_of` are pending. A session
    whose contact came to a queue or an agent afterwards was escalated, whatever the machine says.
Variants: All machines (default), or `machine` ivr or bot alone.
Confused with: Containment (K88), of bots alone; verified bot resolution (K89), which waits for the customer to come
    back. Deflection counts the frustrated who leave, and lies well above what was solved.
Edge cases: A refused or abandoned session is deflected here, which is why the figure alone says little: read it beside
    the abandonment in the machine and K89. A contact that passed IVR and bot has two sessions.
Source: KPI dictionary K87; Chatbotscape on deflection and containment [cbs-def].
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import session_rows
from tallystick.measures.measure import HIGHER, At, Counting, Example, Measure, Param


def _stayed(at: At) -> nw.Expr:
    return ~at.col("escalated")


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Deflection",
    source="K87",
    unit="ratio",
    better=HIGHER,
    kind="share",
    fact="bot_session",
    counting=Counting(
        left_out=(session_rows.INBOUND, session_rows.OTHER_MACHINE),
        pending=session_rows.running,
        numerator=_stayed,
    ),
    period_rules=session_rows.RULES,
    attributions=session_rows.ATTRIBUTIONS,
    params={"machine": Param("any", "which machines", choices=("any", "ivr", "bot"))},
    bounds=(0, 1),
)

EXAMPLE = Example(
    rows=(
        {},
        {"outcome": "abandoned"},
        {"outcome": "to_queue", "escalated": True},
        {"kind": "ivr", "escalated": True},
        {"outcome": "waiting", "ended_at": None},
    ),
    value=Fraction(2, 4),
    n=4,
    pending=1,
)
