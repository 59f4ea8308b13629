"""Call transfer rate (K23, on calls).

Definition: The share of handled calls that were passed on to another agent or queue.
Formula: handled visits passed on / handled visits.
Unit: ratio 0..1; lower is better.
Counted: Inbound calls that somebody talked on, each visit to a queue once. Those still handled are pending; lost ones,
    and answered ones of which nothing more is known, are left out, with counts.
Variants: Any passing on (default), warm (the next agent was told first) or blind by `how`. A call that went on to
    another queue while nothing says how is a transfer of unknown kind: in any only.
Confused with: Transfer rate of cases (K23), which counts moves of tickets; overflow, where nobody had talked yet;
    escalation (K24).
Edge cases: A consultation that comes back is none. The partner and agent who passed the call on are counted, and the
    receiving queue counts the call as offered again. Blind transfers out of the system may leave no record.
Source: KPI dictionary K23; NICE and CX Today on transfer rate [nice-tr][cxt-tr].
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import call_rows
from tallystick.measures.measure import LOWER, At, Counting, Example, Measure, Param


def _passed_on(at: At) -> nw.Expr:
    how = at.text("how")
    return at.word("transfer", "warm", "blind", "unknown") if how == "any" else at.word("transfer", how)


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Call transfer rate",
    source="K23",
    unit="ratio",
    better=LOWER,
    kind="share",
    fact="call",
    counting=Counting(
        left_out=(call_rows.INBOUND, call_rows.MACHINE, call_rows.UNHANDLED),
        pending=call_rows.unfinished,
        numerator=_passed_on,
    ),
    period_rules=call_rows.RULES,
    attributions=call_rows.BY_AGENT,
    params={"how": Param("any", "which transfers count", choices=("any", "warm", "blind"))},
    bounds=(0, 1),
)

EXAMPLE = Example(
    rows=(
        {"transfer": "warm"},
        {"transfer": "unknown"},
        {},
        {"outcome": "overflow", "wait_s": 60},
        {"unfinished": True, "ended_at": None},
    ),
    value=Fraction(2, 3),
    n=3,
    pending=1,
    excluded=(("not handled", 1),),
)
