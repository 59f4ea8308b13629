"""One-contact resolution (K18).

Definition: The share of customers who say that their issue was resolved, and who needed one contact in one channel for
    it.
Formula: answers "yes" about cases that are the first contact on their issue and were never reopened / answers about
    cases of known customers.
Unit: ratio 0..1; higher is better.
Counted: Answers to the survey question of kind fcr, on a scale of two steps, that had arrived by `as_of`. Surveys not
    answered, scores off their scale, answers on a longer scale, and those about a case that is not in the records or of
    an unknown customer are left out, with counts.
Variants: Contacts in other channels as the records show them (this one), or as the customer says in a further question.
Confused with: First contact resolution (K16), of which this is the stricter form: 59 % where that was 70 %; one-touch
    rate (K22), which counts replies.
Edge cases: Contacts through other channels are seen as far as they are cases of the same customer and reason within
    the repeat window; a telephone call that made no case is not.
Source: KPI dictionary K18; SQM Group on one contact [sqm-ocr].
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import survey_rows
from tallystick.measures.measure import HIGHER, At, Counting, Example, Measure


def _no_known_issue(at: At) -> nw.Expr:
    return at.col("contact_no").is_null()


def _in_one(at: At) -> nw.Expr:
    alone = (at.col("contact_no") == 1) & (at.col("reopens") == 0)
    return (survey_rows.good_end(at) == 0) & alone


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="One-contact resolution",
    source="K18",
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
            ("unknown customer", _no_known_issue),
        ),
        numerator=_in_one,
    ),
    period_rules=survey_rows.RULES,
    attributions=survey_rows.ATTRIBUTIONS,
    bounds=(0, 1),
)

EXAMPLE = Example(
    rows=(
        {"scale_min": 0, "scale_max": 1, "score": 1},
        {"scale_min": 0, "scale_max": 1, "score": 1, "contact_no": 2},
        {"scale_min": 0, "scale_max": 1, "score": 1, "reopens": 1},
        {"scale_min": 0, "scale_max": 1, "score": 0},
        {"scale_min": 0, "scale_max": 1, "score": 1, "contact_no": None},
    ),
    value=Fraction(1, 4),
    n=4,
    excluded=(("unknown customer", 1),),
)
