"""Customer satisfaction, CSAT (K39).

Definition: The share of valid survey answers in the top boxes of their own scale.
Formula: answers in the `boxes` best steps / valid answers.
Unit: ratio 0..1; higher is better.
Counted: Answers to satisfaction surveys that had arrived by `as_of`, with a score on their scale. Surveys not
    answered and scores outside the scale are left out, with counts; the unanswered share is the response rate (K42).
Variants: Top two boxes of five (default), top box only (`boxes` 1), or "good" of good and bad: on a scale of two
    steps only the better one counts, whatever `boxes` says. Always state scale and boxes. A mean score is another
    figure.
Confused with: NPS (K40) and CES (K41), which ask other questions; a mean of scores, which hides the dissatisfied.
Edge cases: Scales run in both directions in the wild; `higher_is_better` of the answer decides which end is good. The
    answer belongs to the day it was given (period rule measured-in), an unanswered survey to the day it was sent. A
    survey per conversation counts customers with many conversations several times; send one per issue.
Source: KPI dictionary K39, R2; SQM, world class benchmarks [sqm-wc]; Chatwoot issue 4526 [cw-4526].
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import survey_rows
from tallystick.measures.measure import (
    HIGHER,
    At,
    Counting,
    Example,
    Measure,
    Param,
)


def _in_top_boxes(at: At) -> nw.Expr:
    boxes = at.number("boxes")
    steps = at.col("scale_max") - at.col("scale_min")
    below = survey_rows.good_end(at)
    return (below < boxes) & (below < steps)


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Customer satisfaction",
    source="K39",
    unit="ratio",
    better=HIGHER,
    kind="share",
    fact="survey",
    counting=Counting(
        clock=survey_rows.asks("csat"),
        left_out=(("not answered", survey_rows.unanswered), ("off scale", survey_rows.off_scale)),
        numerator=_in_top_boxes,
    ),
    period_rules=survey_rows.RULES,
    attributions=survey_rows.ATTRIBUTIONS,
    params={"boxes": Param(2, "how many of the best steps are good", least=1)},
    bounds=(0, 1),
)

EXAMPLE = Example(
    rows=(
        {"score": 5},
        {"score": 4},
        {"score": 3},
        {"score": 1},
        {"score": None, "answered_at": None},
    ),
    value=Fraction(2, 4),
    n=4,
    excluded=(("not answered", 1),),
)
