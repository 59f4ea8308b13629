"""Average speed of answer, ASA (K2).

Definition: How long customers waited in a queue until somebody answered.
Formula: sum of the waits of answered contacts / answered contacts; or their median, a percentile or the maximum by
    `statistic`.
Unit: seconds; lower is better.
Counted: Inbound visits to a queue that were answered by `as_of`, from entry into the queue to the beginning of talk,
    ringing included. Those that still wait are pending; lost ones and those whose wait is not known are left out, with
    counts.
Variants: mean (default), median (p50), p90 or any percentile, max; by `visits` every visit or the first of each call
    only. Publish p90 and the maximum beside the mean, which hides the tail.
Confused with: Service level (K1); the wait of those who left, which this leaves out, so it falls when more give up.
Edge cases: Seconds are whole, rounded down. Time in an IVR is no wait. A call that waited at two queues has two waits.
Source: KPI dictionary K2; WFM Clubs [wfmclubs]; Legal Clarity on agreed levels [legalclar]; ContactBabel's means
    [cb-2023][cb-2024].
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import call_rows, clock_rows
from tallystick.measures.measure import LOWER, At, Counting, Example, Measure, Param
from tallystick.measures.quantile import STATISTIC


def _wait(at: At) -> nw.Expr:
    return at.col("wait_s")


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Average speed of answer",
    source="K2",
    unit="s",
    better=LOWER,
    kind="mean",
    fact="call",
    counting=Counting(
        clock=call_rows.AT_A_QUEUE,
        left_out=(
            call_rows.INBOUND,
            ("later visit of the same call", call_rows.later_visit),
            ("not answered", call_rows.not_answered),
            ("wait not known", call_rows.unknown_wait),
        ),
        pending=call_rows.waiting,
        numerator=_wait,
    ),
    period_rules=call_rows.RULES,
    attributions=call_rows.BY_QUEUE,
    params={
        "statistic": Param("mean", "mean, median, max or a percentile such as p90", pattern=STATISTIC),
        "method": clock_rows.METHOD,
        "visits": call_rows.VISITS,
    },
    kind_of=clock_rows.kind_by_statistic,
)

EXAMPLE = Example(
    rows=(
        {"wait_s": 10},
        {"wait_s": 0},
        {"wait_s": 51},
        {"outcome": "abandoned", "wait_s": 300},
        {"outcome": "waiting"},
    ),
    value=Fraction(61, 3),
    n=3,
    pending=1,
    excluded=(("not answered", 1),),
)
