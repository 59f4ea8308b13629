"""Escalated-incident response (K15).

Definition: The share of escalated cases that were acknowledged by a person within the target.
Formula: acknowledged at or before the due instant / escalations that were due.
Unit: ratio 0..1; higher is better.
Counted: Every acknowledgement clock with a target in force; it starts when a case is escalated and stops at the first
    acknowledgement, or at the next thing that an agent does. Narrow it to one level of urgency with a population
    condition on priority. Not acknowledged and past due counts as failed; open and not yet due is pending.
Variants: Partner's clock and client's clock are apart; this is the partner's. Tenders ask for 20 to 60 minutes,
    around the clock: set the target on calendar time. `within` replaces the target in the facts.
Confused with: First reply time (K5): an acknowledgement is owed to the client, a reply to the customer.
Edge cases: An escalation that is withdrawn before anyone acknowledged it is cancelled and left out, with its count.
    Months without an escalation have n = 0 and no value.
Source: KPI dictionary K15; request for proposal with notification times [rfp-ccha].
"""

from fractions import Fraction

from tallystick.measures import clock_rows, looking_ahead
from tallystick.measures.measure import HIGHER, Counting, Example, Measure

MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Escalated-incident response",
    source="K15",
    unit="ratio",
    better=HIGHER,
    kind="share",
    fact="clock",
    counting=Counting(
        clock=clock_rows.only("acknowledgement"),
        left_out=(("cancelled", clock_rows.cancelled), ("no target", clock_rows.nothing_promised)),
        pending=clock_rows.open_not_due,
        settles=looking_ahead.until_due,
        numerator=clock_rows.met,
    ),
    period_rules=clock_rows.ATTAINMENT_RULES,
    attributions=clock_rows.ATTAINMENT_ATTRIBUTIONS,
    params={"within": clock_rows.WITHIN},
    bounds=(0, 1),
)

EXAMPLE = Example(
    rows=(
        {"business_s": 600},
        {"business_s": 1800},
        {"business_s": 1801},
        {"business_s": 7200},
        {"business_s": 120},
    ),
    value=Fraction(3, 5),
    n=5,
    params={"within": 1800},
)
