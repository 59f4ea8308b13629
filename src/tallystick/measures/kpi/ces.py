"""Customer effort score, CES (K41).

Definition: How easy customers say it was to get their issue handled, on a scale from 1 to 7.
Formula: mean of the answers with 7 as the easy end; or answers of at least `easy_from` / answers.
Unit: points from 1 to 7, or ratio 0..1 by `statistic` share; higher is better.
Counted: Answers on a scale of `steps` steps from 1 that had arrived by `as_of`. Surveys not answered, scores off
    their scale and surveys on another scale are left out, with counts.
Variants: Three scales are in use and cannot be mixed: 1 to 7 "the company made it easy" (this one), 1 to 5 of effort
    where low is good, and 0 to 10. An answer whose low end is good is turned round (8 minus score on seven steps).
Confused with: CSAT (K39): an easy contact may still leave the customer unhappy.
Edge cases: The direction is stored with each answer, because tools disagree on it; a feed that gets it wrong turns
    the figure upside down, so look at the distribution first.
Source: KPI dictionary K41; Nicereply, Hexia and Okrify on effort scales [nicereply][hexia][okrify].
"""

from collections.abc import Mapping
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
    Setting,
)


def _kind(params: Mapping[str, Setting]) -> str:
    return str(params["statistic"])


def _unit(params: Mapping[str, Setting]) -> str:
    return "ratio" if params["statistic"] == "share" else "points"


def _other_scale(at: At) -> nw.Expr:
    return (at.col("scale_min") != 1) | (at.col("scale_max") != at.number("steps"))


def _ease(at: At) -> nw.Expr:
    ease = at.col("scale_max") - survey_rows.good_end(at)
    return ease >= at.number("easy_from") if at.text("statistic") == "share" else ease


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Customer effort score",
    source="K41",
    unit="points",
    better=HIGHER,
    kind="mean",
    fact="survey",
    counting=Counting(
        clock=survey_rows.asks("ces"),
        left_out=(
            ("not answered", survey_rows.unanswered),
            ("other scale", _other_scale),
            ("off scale", survey_rows.off_scale),
        ),
        numerator=_ease,
    ),
    period_rules=survey_rows.RULES,
    attributions=survey_rows.ATTRIBUTIONS,
    params={
        "statistic": Param("mean", "mean of the answers, or share of easy ones", choices=("mean", "share")),
        "steps": Param(7, "steps of the scale, from 1", least=2),
        "easy_from": Param(5, "lowest answer that counts as easy", least=1),
    },
    kind_of=_kind,
    unit_of=_unit,
    bounds=(0, 7),
)

EXAMPLE = Example(
    rows=(
        {"scale_max": 7, "score": 7},
        {"scale_max": 7, "score": 5},
        {"scale_max": 7, "score": 2, "higher_is_better": False},
        {"scale_max": 7, "score": 1},
        {"scale_max": 5, "score": 4},
    ),
    value=Fraction(19, 4),
    n=4,
    excluded=(("other scale", 1),),
)
