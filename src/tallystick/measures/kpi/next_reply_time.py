"""Next reply time (K6).

Definition: The time from the oldest unanswered customer message after the first reply to the next public reply by a
    person.
Formula: the chosen statistic of (public human reply - oldest unanswered customer message), pauses taken out.
Unit: seconds; lower is better.
Counted: Every stretch of customer messages that was answered, so one case may count several times. Several messages
    in a row are one clock from the first of them. Unanswered stretches are pending; those that ended without an
    answer (the case was solved or merged) are left out as cancelled, with their count.
Variants: Median (default), mean, max or a percentile by `statistic`; nearest-rank (default) or interpolated by
    `method`; business, calendar or the target's own time by `basis`.
Confused with: First reply time (K5); time between two replies of ours, which is the periodic update (K9).
Edge cases: A "thank you" starts a clock like any message unless the source flags it; a contract that wants a rule for
    such messages has to say so. Automatic replies never stop it (R10).
Source: KPI dictionary K6; GitLab handbook, Zendesk metrics [gl-z]; eesel, resolution and reply times [eesel-rst].
"""

from fractions import Fraction

from tallystick.measures.durations import duration
from tallystick.measures.measure import Example

MEASURE = duration(
    module=__name__,
    text=__doc__,
    title="Next reply time",
    source="K6",
    clock="next_reply",
)

EXAMPLE = Example(
    rows=(
        {"business_s": 1800},
        {"business_s": 3600, "n": 2, "case_key": 1, "case_id": "C-1"},
        {"business_s": 300},
        {"business_s": 9000},
        {"business_s": 60, "state": "running"},
    ),
    value=Fraction(1800),
    n=4,
    pending=1,
)
