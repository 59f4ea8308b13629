"""Interval attainment (K14).

Definition: The share of short intervals in which enough contacts arrived and the target was kept among them.
Formula: intervals with at least `percent` % of contacts in time / intervals with at least `at_least` contacts.
Unit: ratio 0..1; higher is better.
Counted: Intervals of `minutes` by the instant a clock started, with at least `at_least` clocks that are due. n is the
    number of those clocks, numerator and denominator count intervals. Clocks open past due failed; open and not yet
    due are pending; those without a target or cancelled are left out, with counts.
Variants: 15 or 30 minutes (default 30); 80 % per interval (default). Telephony counts calls answered within T
    seconds; this counts any clock of ours. A day's average of the same contacts hides the peak hour that this shows.
Confused with: SLA attainment (K10), in which each contact weighs the same; here each interval does.
Edge cases: Intervals are cut on the UTC clock, so zones with an offset of a quarter hour need 15 minutes. The hour
    that a clock change repeats is two different hours. No interval with enough contacts gives no value.
Source: KPI dictionary K14; MCI, interval and line adherence [mci-line].
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import clock_rows, looking_ahead
from tallystick.measures.measure import (
    AT_DUE,
    AT_START,
    AT_STOP,
    CREATED_IN,
    DUE_IN,
    HIGHER,
    At,
    Counting,
    Example,
    Measure,
    Param,
)


def _interval(at: At) -> nw.Expr:
    return at.second("start_at") // (60 * at.number("minutes"))


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Interval attainment",
    source="K14",
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
        key=_interval,
    ),
    period_rules=(CREATED_IN, DUE_IN),
    attributions=(AT_START, AT_DUE, AT_STOP),
    params={
        "clock": clock_rows.CLOCK,
        "within": clock_rows.WITHIN,
        "minutes": Param(30, "length of an interval", least=1),
        "at_least": Param(1, "contacts an interval needs to be judged", least=1),
        "percent": Param(80, "per cent of an interval's contacts that must be in time", least=1),
    },
    bounds=(0, 1),
)

EXAMPLE = Example(
    rows=(
        {"start_at": "2026-03-02T08:00:00Z", "business_s": 60},
        {"start_at": "2026-03-02T08:29:59Z", "business_s": 300},
        {"start_at": "2026-03-02T08:30:00Z", "business_s": 60},
        {"start_at": "2026-03-02T08:31:00Z", "business_s": 9000},
        {"start_at": "2026-03-02T09:00:00Z", "business_s": 9000},
    ),
    value=Fraction(1, 2),
    n=5,
    params={"within": 300, "at_least": 2},
)
