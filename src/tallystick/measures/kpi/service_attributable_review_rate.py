"""Service-attributable review rate (K91).

Definition: The share of public reviews that are negative and speak of the service.
Formula: negative reviews about the service / reviews.
Unit: ratio 0..1; lower is better.
Counted: Reviews by the day they were posted, with a rating on their scale. Negative are those in the `boxes` worst
    steps. Reviews of which nobody looked at what they are about, and those without a usable rating, are left out, with
    counts.
Variants: Of all reviews (this one); per 10,000 contacts needs the volume beside it. The two worst of five (default) or
    the worst alone.
Confused with: Satisfaction (K39), which asks everybody; the mean of the stars, which product and price move.
Edge cases: Whether a review speaks of the service is a judgement: publish its error beside the figure. Campaigns of
    reviewers make waves that no partner caused. A review that names no case belongs to the partner that its feed names.
Source: KPI dictionary K91.
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures.measure import AT_START, CREATED_IN, LOWER, MEASURED_IN, At, Counting, Example, Measure, Param


def _no_rating(at: At) -> nw.Expr:
    inside = (at.col("rating") >= at.col("rating_min")) & (at.col("rating") <= at.col("rating_max"))
    return ~inside.fill_null(value=False)


def _not_looked_at(at: At) -> nw.Expr:
    return at.col("about_service").is_null()


def _negative(at: At) -> nw.Expr:
    above = at.col("rating") - at.col("rating_min")
    steps = at.col("rating_max") - at.col("rating_min")
    return at.col("about_service") & (above < at.number("boxes")) & (above < steps)


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Service-attributable review rate",
    source="K91",
    unit="ratio",
    better=LOWER,
    kind="share",
    fact="review",
    counting=Counting(
        left_out=(("no rating", _no_rating), ("not looked at", _not_looked_at)),
        numerator=_negative,
    ),
    period_rules=(CREATED_IN, MEASURED_IN),
    attributions=(AT_START,),
    params={"boxes": Param(2, "how many of the worst steps are negative", least=1)},
    bounds=(0, 1),
)

EXAMPLE = Example(
    rows=(
        {"rating": 1, "about_service": True},
        {"rating": 2},
        {"rating": 3, "about_service": True},
        {"rating": 1, "about_service": None},
        {"rating": None},
    ),
    value=Fraction(1, 3),
    n=3,
    excluded=(("no rating", 1), ("not looked at", 1)),
)
