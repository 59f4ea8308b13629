"""Agent work time (K8).

Definition: The total time during which a case waited for an agent.
Formula: the chosen statistic, over cases, of the sum of time in new and open.
Unit: seconds; lower is better.
Counted: Every case that has been solved. On-hold and pending are both left out of the time, so what a third party or
    the customer takes is not held against the agents. Cases not solved yet are pending.
Variants: Without on-hold (this one) or with it, which is requester wait time (K7). Median (default), mean, max or a
    percentile by `statistic`; business, calendar or the target's own time by `basis`.
Confused with: Handling time (K46), which is minutes of actual work: a case may be open for days and worked on for
    five minutes.
Edge cases: A partner that parks cases in pending shortens this figure; look at clock integrity (K13) beside it. A
    reopening within the window adds to the same case.
Source: KPI dictionary K8; GitLab handbook, Zendesk metrics [gl-z].
"""

from fractions import Fraction

from tallystick.measures.durations import duration
from tallystick.measures.measure import Example

MEASURE = duration(
    module=__name__,
    text=__doc__,
    title="Agent work time",
    source="K8",
    clock="agent_work",
)

EXAMPLE = Example(
    rows=(
        {"business_s": 1200},
        {"business_s": 2400},
        {"business_s": 600},
        {"business_s": 4800},
        {"business_s": 9600},
    ),
    value=Fraction(9600),
    n=5,
    params={"statistic": "p90"},
)
