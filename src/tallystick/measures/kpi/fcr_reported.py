"""First contact resolution, reported by customers (K16).

Definition: The share of customers who say that their issue was resolved on the first contact.
Formula: answers "yes" / answers to the question.
Unit: ratio 0..1; higher is better.
Counted: Answers to the survey question of kind fcr, on a scale of two steps, that had arrived by `as_of`. Surveys not
    answered, scores off their scale, and answers on a longer scale are left out, with counts.
Variants: As the customer says (this one) or as records show, behavioural (K17). Agents' own reports run far too high:
    one study found 83 % against 67 %.
Confused with: Satisfaction (K39): the question is about resolution. One-contact resolution (K18) is stricter.
Edge cases: Which end of the scale is yes is stored with each answer. The answer is about the issue, and who handled it
    last answers for it. Only this way of asking can be compared with published levels: 70 to 79 % is called good.
Source: KPI dictionary K16; SQM Group [sqm-fcr][sqm-wc]; Connections Magazine [conn-fcr].
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import survey_rows
from tallystick.measures.measure import HIGHER, At, Counting, Example, Measure


def _yes(at: At) -> nw.Expr:
    return survey_rows.good_end(at) == 0


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="First contact resolution, reported by customers",
    source="K16",
    unit="ratio",
    better=HIGHER,
    kind="share",
    fact="survey",
    counting=Counting(
        clock=survey_rows.asks("fcr"),
        left_out=(
            ("not answered", survey_rows.unanswered),
            ("off scale", survey_rows.off_scale),
            ("not yes or no", survey_rows.not_yes_or_no),
        ),
        numerator=_yes,
    ),
    period_rules=survey_rows.RULES,
    attributions=survey_rows.ATTRIBUTIONS,
    bounds=(0, 1),
)

EXAMPLE = Example(
    rows=(
        {"scale_min": 0, "scale_max": 1, "score": 1},
        {"scale_min": 0, "scale_max": 1, "score": 0},
        {"scale_min": 1, "scale_max": 2, "score": 1, "higher_is_better": False},
        {"scale_min": 1, "scale_max": 5, "score": 5},
        {"scale_min": 0, "scale_max": 1, "score": None, "answered_at": None},
    ),
    value=Fraction(2, 3),
    n=3,
    excluded=(("not answered", 1), ("not yes or no", 1)),
)
