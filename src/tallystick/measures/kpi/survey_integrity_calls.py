"""Survey integrity of calls (K43).

Definition: The share of answered calls about which the caller really was asked.
Formula: answered calls with a survey sent in time / answered calls.
Unit: ratio 0..1; higher is better.
Counted: Calls from outside that were answered, once each, by the day on which they were answered last. A survey counts
    that names the call and was sent after it was answered, until `within_s` after. Calls so lately answered that the
    time still runs are pending unless one was sent.
Variants: One day (default) or another time by `within_s`, at most thirty days. Where not every call is eligible (a
    sample, one question a month), name those that are in the population, or set the target to the share agreed.
Confused with: Response rate (K42), the callers' part: answers of the surveys sent. Survey integrity of cases, which
    looks at solved cases.
Edge cases: A gap by agent, reason or length of call is the sign of surveys held back: after long calls, after
    complaints. Calls that were given up leave nobody to ask. A call that was transferred counts for whoever spoke last.
Source: KPI dictionary K43, R11.
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import looking_ahead
from tallystick.measures.measure import AT_START, AT_STOP, HIGHER, MEASURED_IN, At, Counting, Example, Measure, Param


def _in_time(at: At) -> nw.Expr:
    latest = at.second("answered_at") + at.number("within_s")
    sent = at.second("surveyed_at")
    return ((sent <= latest) & (sent <= at.as_of_second)).fill_null(value=False)


def _still_time(at: At) -> nw.Expr:
    return ~_in_time(at) & (at.second("answered_at") + at.number("within_s") >= at.as_of_second)


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Survey integrity of calls",
    source="K43",
    unit="ratio",
    better=HIGHER,
    kind="share",
    fact="call_survey",
    counting=Counting(
        pending=_still_time,
        settles=looking_ahead.until("answered_at", "within_s"),
        numerator=_in_time,
    ),
    period_rules=(MEASURED_IN,),
    attributions=(AT_STOP, AT_START),
    params={"within_s": Param(86_400, "seconds after the answer within which a survey is due", least=1)},
    bounds=(0, 1),
)

EXAMPLE = Example(
    rows=(
        {},
        {"surveyed_at": None},
        {"surveyed_at": "2026-03-03T08:00:01Z"},
        {"surveyed_at": "2026-03-03T08:00:00Z"},
        {"answered_at": "2026-03-31T23:59:00Z", "surveyed_at": None},
    ),
    value=Fraction(2, 5),
    n=5,
)
