"""Call interval attainment (K14, on calls).

Definition: The share of short intervals in which enough calls were offered and the service level was kept.
Formula: intervals with at least `percent` % of calls answered within `seconds` / intervals with at least `at_least`
    calls.
Unit: ratio 0..1; higher is better.
Counted: Intervals of `minutes` by the instant of the offer. n is the number of calls in them, numerator and
    denominator count intervals. Calls count as in service level of offered (K1): those that still wait past `seconds`
    have failed, those within them are pending; refused calls, requests for a call back, short abandons where `short_s`
    is set, and unknown outcomes are left out, with counts.
Variants: 15 or 30 minutes (default 30), 80 % per interval (default), a least number of calls (default 1). Over other
    clocks than calls it is interval attainment.
Confused with: Service level (K1) of a day or month, in which a quiet night makes up for a lost hour.
Edge cases: Intervals are cut on the UTC clock, so zones with an offset of a quarter hour need 15 minutes. The hour
    that a clock change repeats is two different hours. No interval with enough calls gives no value. Intervals of all
    queues of the population are taken together.
Source: KPI dictionary K14, K1; MCI, interval and line adherence [mci-line].
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import call_rows, looking_ahead
from tallystick.measures.measure import HIGHER, At, Counting, Example, Measure, Param


def _within(at: At) -> nw.Expr:
    late = at.second("offered_at") + at.number("seconds") < at.as_of_second
    return call_rows.waiting(at) & ~late


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Call interval attainment",
    source="K14",
    unit="ratio",
    better=HIGHER,
    kind="share",
    fact="call",
    counting=Counting(
        clock=call_rows.AT_A_QUEUE,
        left_out=(
            call_rows.INBOUND,
            call_rows.REFUSED,
            call_rows.UNCLEAR,
            ("call back asked for", call_rows.left_out_if("callbacks", "callback")),
            ("short abandon", call_rows.short_abandon),
        ),
        pending=_within,
        settles=looking_ahead.until("offered_at", "seconds"),
        numerator=call_rows.in_time,
        key=call_rows.interval,
    ),
    period_rules=call_rows.RULES,
    attributions=call_rows.BY_QUEUE,
    params={
        "seconds": call_rows.SECONDS,
        "minutes": Param(30, "length of an interval", least=1),
        "at_least": Param(1, "calls an interval needs to be judged", least=1),
        "percent": Param(80, "per cent of an interval's calls that must be in time", least=1),
        "short_s": call_rows.SHORT,
        "callbacks": Param(
            call_rows.LEAVE_OUT, "requests for a call back", choices=(call_rows.LEAVE_OUT, call_rows.COUNT)
        ),
    },
    bounds=(0, 1),
)

EXAMPLE = Example(
    rows=(
        {"offered_at": "2026-03-02T08:00:00Z", "wait_s": 5},
        {"offered_at": "2026-03-02T08:29:59Z", "wait_s": 20},
        {"offered_at": "2026-03-02T08:30:00Z", "wait_s": 5},
        {"offered_at": "2026-03-02T08:31:00Z", "outcome": "abandoned", "wait_s": 40},
        {"offered_at": "2026-03-02T09:00:00Z", "wait_s": 90},
    ),
    value=Fraction(1, 2),
    n=5,
    params={"at_least": 2},
)
