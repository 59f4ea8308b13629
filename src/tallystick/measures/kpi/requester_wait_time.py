"""Requester wait time (K7).

Definition: The total time during which the customer waited for us or for a third party.
Formula: the chosen statistic, over cases, of the sum of time in new, open and on-hold.
Unit: seconds; lower is better.
Counted: Every case that has been solved. On-hold counts, because the customer waits for whoever we wait for; pending
    does not, because then we wait for the customer. Cases not solved yet are pending.
Variants: With on-hold (this one) or without it, which is agent work time (K8). Median (default), mean, max or a
    percentile by `statistic`; business, calendar or the target's own time by `basis`.
Confused with: Agent work time (K8); full resolution time (K20), which runs on while we wait for the customer.
Edge cases: A reopening within the window adds to the same case; after the window it is a new issue with its own row
    (R5). Time outside opening hours is zero business seconds, also for a status that was set and left within one
    night.
Source: KPI dictionary K7; GitLab handbook, Zendesk metrics [gl-z].
"""

from fractions import Fraction

from tallystick.measures.durations import duration
from tallystick.measures.measure import Example

MEASURE = duration(
    module=__name__,
    text=__doc__,
    title="Requester wait time",
    source="K7",
    clock="requester_wait",
)

EXAMPLE = Example(
    rows=(
        {"business_s": 7200},
        {"business_s": 3600},
        {"business_s": 10800},
        {"business_s": 0},
        {"business_s": 5400},
    ),
    value=Fraction(5400),
    n=5,
    params={"statistic": "mean"},
)
