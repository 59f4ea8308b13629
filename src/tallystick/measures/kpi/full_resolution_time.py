"""Full resolution time (K20).

Definition: The time from the creation of a case to the last moment it was solved, pauses of the contract taken out.
Formula: the chosen statistic of (last solved - created - legitimate pauses), in business or calendar seconds.
Unit: seconds; lower is better.
Counted: Every case that rests solved. Only pauses that the contract names count as pauses, and only while no customer
    message waits (R8). Cases that are open, or open again, are pending.
Variants: To the last solving (this one) or to the first (K19). Median (default), mean, max or a percentile by
    `statistic`; business, calendar or the target's own time by `basis`. Some tools count until the last closing; this
    does not.
Confused with: First resolution time (K19); requester wait time (K7), which adds up states instead of spanning them.
Edge cases: A reopening within the window takes the result back until the case is solved again; after the window it is
    a new issue (R5). An illegitimate pause does not shorten it and shows in clock integrity (K13).
Source: KPI dictionary K20, R5, R8; Zendesk, "Definitions of duration metrics" [z-dur]; GitLab handbook [gl-z].
"""

from fractions import Fraction

from tallystick.measures.durations import duration
from tallystick.measures.measure import Example

MEASURE = duration(
    module=__name__,
    text=__doc__,
    title="Full resolution time",
    source="K20",
    clock="full_resolution",
)

EXAMPLE = Example(
    rows=(
        {"calendar_s": 14400},
        {"calendar_s": 28800},
        {"calendar_s": 172800},
        {"calendar_s": 86400},
        {"calendar_s": 60, "state": "cancelled", "stop_at": None},
    ),
    value=Fraction(172800),
    n=4,
    excluded=(("cancelled", 1),),
    params={"statistic": "max", "basis": "calendar"},
)
