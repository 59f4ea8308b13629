"""The survey facts, and expressions that the survey KPIs share.

A survey fact row is one survey that was sent: the canonical `survey_response` with the columns of its case and the
local dates of sending and answering. `survey_fact` makes the table; nothing here knows how the records are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import narwhals as nw

from tallystick.measures.measure import AT_START, AT_STOP, CREATED_IN, MEASURED_IN, At, Setting

# An answer belongs to the day it was given, and to whoever had handled the case.
RULES = (MEASURED_IN, CREATED_IN)
ATTRIBUTIONS = (AT_STOP, AT_START)


def unanswered(at: At) -> nw.Expr:
    """No answer had arrived by `as_of`."""
    return at.col("answered_at").is_null() | (at.col("answered_at") > at.as_of)


def off_scale(at: At) -> nw.Expr:
    """No score, or one outside its own scale."""
    score = at.col("score")
    inside = (score >= at.col("scale_min")) & (score <= at.col("scale_max"))
    return score.is_null() | ~inside.fill_null(value=False)


def not_yes_or_no(at: At) -> nw.Expr:
    """The scale has more than two steps, so no answer on it is yes or no."""
    return at.col("scale_max") - at.col("scale_min") != 1


def asks(question: str) -> Callable[[Mapping[str, Setting]], str]:
    """The kind of survey meant: its rows are the only ones looked at."""

    def kind(_params: Mapping[str, Setting]) -> str:
        return question

    return kind


def good_end(at: At) -> nw.Expr:
    """How many steps a score lies below the good end of its own scale, whichever end that is."""
    return (
        nw.when(at.col("higher_is_better"))
        .then(at.col("scale_max") - at.col("score"))
        .otherwise(at.col("score") - at.col("scale_min"))
    )
