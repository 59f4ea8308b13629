"""Net promoter score, NPS (K40).

Definition: The share of promoters (9 or 10) minus the share of detractors (0 to 6) among answers from 0 to 10.
Formula: 100 x (promoters - detractors) / answers.
Unit: points from -100 to 100; higher is better.
Counted: Answers on a scale from 0 to 10 that had arrived by `as_of`; 7 and 8 count in the denominator only. Surveys
    not answered, scores off their scale and surveys on another scale are left out, with counts.
Variants: After a contact (transactional, what surveys of cases give) or about the brand (relational): never mix them.
Confused with: CSAT (K39); the mean of the scores. Two partners with the same NPS can have very different answers.
Edge cases: It is noisy: with half promoters and a fifth detractors, 100 answers give plus or minus 15 points, 1,000
    give 5. The half-width is 1.96 x 100 x sqrt((p + d - (p - d)^2) / n).
Source: KPI dictionary K40; CYBAEA, confidence of the net promoter score [cybaea].
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
)


def _other_scale(at: At) -> nw.Expr:
    return (at.col("scale_min") != 0) | (at.col("scale_max") != 10)


def _side(at: At) -> nw.Expr:
    score = at.col("score")
    return nw.when(score >= 9).then(nw.lit(1)).otherwise(nw.when(score <= 6).then(nw.lit(-1)).otherwise(nw.lit(0)))


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Net promoter score",
    source="K40",
    unit="points",
    better=HIGHER,
    kind="index",
    fact="survey",
    counting=Counting(
        clock=survey_rows.asks("nps"),
        left_out=(
            ("not answered", survey_rows.unanswered),
            ("other scale", _other_scale),
            ("off scale", survey_rows.off_scale),
        ),
        numerator=_side,
    ),
    period_rules=survey_rows.RULES,
    attributions=survey_rows.ATTRIBUTIONS,
    scale=100,
    bounds=(-100, 100),
)

EXAMPLE = Example(
    rows=(
        {"scale_min": 0, "scale_max": 10, "score": 10},
        {"scale_min": 0, "scale_max": 10, "score": 9},
        {"scale_min": 0, "scale_max": 10, "score": 8},
        {"scale_min": 0, "scale_max": 10, "score": 6},
        {"score": 5},
    ),
    value=Fraction(25),
    n=4,
    excluded=(("other scale", 1),),
)
