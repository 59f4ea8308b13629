"""First resolution time (K19).

Definition: The time from the creation of a case to the first moment it was solved.
Formula: the chosen statistic of (first solved - created), in business or calendar seconds.
Unit: seconds; lower is better.
Counted: Every case that has been solved once; a later reopening never deletes this first result. Cases not solved yet
    are pending, cases that ended unsolved (merged) are left out as cancelled.
Variants: To the first solving (this one) or to the last, which is full resolution time (K20). Median (default), mean,
    max or a percentile by `statistic`; business, calendar or the target's own time by `basis`.
Confused with: Full resolution time (K20); time to close, which an automatic closing some days later makes longer.
Edge cases: Solving at once and reopening shortens it: read the reopen rate (K21) beside it. A reopening after the
    window is a new issue with a clock of its own (R5).
Source: KPI dictionary K19, R5; Zendesk, "Definitions of duration metrics" [z-dur].
"""

from fractions import Fraction

from tallystick.measures.durations import duration
from tallystick.measures.measure import Example

MEASURE = duration(
    module=__name__,
    text=__doc__,
    title="First resolution time",
    source="K19",
    clock="first_resolution",
)

EXAMPLE = Example(
    rows=(
        {"business_s": 14400},
        {"business_s": 28800},
        {"business_s": 3600},
        {"business_s": 86400},
        {"business_s": 100, "state": "running"},
    ),
    value=Fraction(21600),
    n=4,
    pending=1,
    params={"method": "interpolated"},
)
