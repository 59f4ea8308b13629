"""SLA attainment (K10).

Definition: The share of clock instances that stopped at or before their due instant, among all that were due.
Formula: met / (met + missed + open past due).
Unit: ratio 0..1; higher is better.
Counted: Every instance of the clock that the parameter `clock` names, with a target in force. An instance still open
    past its due instant at `as_of` counts as failed (R4), so nothing escapes by staying open. Open and not yet due is
    pending, in neither part. Instances without a target or cancelled before an outcome are left out, with counts.
Variants: Per instance (this one), per ticket (all its instances met) and per policy are three different figures;
    users confuse them. `within` replaces the target in the facts by seconds of the request: the clock's own seconds
    then decide, and the instance stays in the period of the facts' due instant. The default period rule is due-in;
    created-in and resolved-in flatter whoever answers late or not at all.
Confused with: Service level X %/T s of telephony (K1), whose denominator is offered calls; first reply time (K5),
    which is a duration.
Edge cases: Stopped exactly at the due instant is met. A clock that is paused is past due only once its own seconds
    exceed the target. Without any due instance the value is None with n = 0, never 100 %.
Source: KPI dictionary K10, R3, R4; Zendesk, "About SLA policies" [z-pol]; Chatwoot issue 9747 [cw-9747].
"""

from fractions import Fraction

from tallystick.measures import clock_rows, looking_ahead
from tallystick.measures.measure import (
    HIGHER,
    Counting,
    Example,
    Measure,
)

MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="SLA attainment",
    source="K10",
    unit="ratio",
    better=HIGHER,
    kind="share",
    fact="clock",
    counting=Counting(
        clock=clock_rows.named_clock,
        left_out=(("cancelled", clock_rows.cancelled), ("no target", clock_rows.nothing_promised)),
        pending=clock_rows.open_not_due,
        settles=looking_ahead.until_due,
        numerator=clock_rows.met,
    ),
    period_rules=clock_rows.ATTAINMENT_RULES,
    attributions=clock_rows.ATTAINMENT_ATTRIBUTIONS,
    params={"clock": clock_rows.CLOCK, "within": clock_rows.WITHIN},
    bounds=(0, 1),
)

EXAMPLE = Example(
    rows=(
        {"stop_at": "2026-03-02T10:00:00Z", "due_at": "2026-03-02T12:00:00Z"},
        {"stop_at": "2026-03-03T12:00:00Z", "due_at": "2026-03-03T12:00:00Z"},
        {"stop_at": "2026-03-04T15:30:00Z", "due_at": "2026-03-04T12:00:00Z"},
        {"state": "running", "due_at": "2026-03-05T12:00:00Z"},
        {"state": "running", "due_at": "2026-03-31T12:00:00Z", "running_since": None},
    ),
    value=Fraction(2, 4),
    n=4,
    pending=1,
)
