"""Clock integrity (K13).

Definition: The part of paused time during which a customer message stood unanswered.
Formula: paused seconds with an unanswered customer message / paused seconds.
Unit: ratio 0..1; lower is better.
Counted: Every finished stretch in a status in which the clocks may pause, weighed by its calendar seconds. Stretches
    still running are pending, because nobody knows yet how they end; stretches cut off by a merge are left out.
Variants: By time (this one) or by the number of stretches with a waiting customer. It belongs to the period in which
    the pause began (created-in, default) or ended (resolved-in).
Confused with: Time in pending, which is no fault in itself; agent work time (K8), which such parking makes look
    better.
Edge cases: A parked case that is never touched again stays pending here and shows as open past due (K11), because its
    clock keeps running while the customer waits. Flips just before the due instant and mass status changes are other
    signs of the same. No paused time at all gives no value.
Source: KPI dictionary K13, R8; AgentHive, audit of paused clocks [agh].
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import clock_rows
from tallystick.measures.measure import (
    AT_START,
    AT_STOP,
    CREATED_IN,
    LOWER,
    RESOLVED_IN,
    At,
    Counting,
    Example,
    Measure,
)


def _waiting(at: At) -> nw.Expr:
    return at.col("waiting_s")


def _paused(at: At) -> nw.Expr:
    return at.col("calendar_s")


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Clock integrity",
    source="K13",
    unit="ratio",
    better=LOWER,
    kind="mean",
    fact="clock",
    counting=Counting(
        clock=clock_rows.only("pause"),
        left_out=(("cancelled", clock_rows.cancelled),),
        pending=clock_rows.not_stopped,
        numerator=_waiting,
        denominator=_paused,
    ),
    period_rules=(CREATED_IN, RESOLVED_IN),
    attributions=(AT_START, AT_STOP),
    bounds=(0, 1),
)

EXAMPLE = Example(
    rows=(
        {"calendar_s": 3600, "waiting_s": 0},
        {"calendar_s": 7200, "waiting_s": 1800},
        {"calendar_s": 1800, "waiting_s": 1800},
        {"calendar_s": 5400, "waiting_s": 0},
        {"calendar_s": 100, "waiting_s": 100, "state": "running"},
    ),
    value=Fraction(1, 5),
    n=4,
    pending=1,
)
