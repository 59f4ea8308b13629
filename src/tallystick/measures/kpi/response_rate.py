"""Response rate (K42).

Definition: The share of delivered surveys that were answered within the window.
Formula: surveys answered within `window_s` of being sent / surveys sent.
Unit: ratio 0..1; higher is better.
Counted: Surveys sent in the period whose window is over at `as_of`; the others are pending, because answers may still
    come. Surveys of excluded cases are left out, with counts.
Variants: All surveys (default) or one kind by `survey`. Of surveys sent (this one) or of contacts, which also shows
    customers who were never asked (survey integrity, K43). Seven days (default) catch nearly all answers.
Confused with: Survey integrity (K43), whether everybody eligible was asked at all.
Edge cases: A high rate is no proof of a fair sample: publish who did not answer. Surveys that bounced are known only
    where the feed says so. Answers after the window count in CSAT but not here.
Source: KPI dictionary K42; surveys of response rates [greatbrook][custme]; published ranges [sb-csat][isara].
"""

from collections.abc import Mapping
from datetime import timedelta
from fractions import Fraction

import narwhals as nw

from tallystick.measures import looking_ahead, survey_rows
from tallystick.measures.measure import (
    CREATED_IN,
    HIGHER,
    At,
    Counting,
    Example,
    Measure,
    Param,
    Setting,
)


def _survey(params: Mapping[str, Setting]) -> str | None:
    return None if params["survey"] == "any" else str(params["survey"])


def _window_open(at: At) -> nw.Expr:
    return at.col("sent_at") + timedelta(seconds=at.number("window_s")) > at.as_of


def _answered(at: At) -> nw.Expr:
    return at.col("answered_at") <= at.col("sent_at") + timedelta(seconds=at.number("window_s"))


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Response rate",
    source="K42",
    unit="ratio",
    better=HIGHER,
    kind="share",
    fact="survey",
    counting=Counting(
        clock=_survey,
        pending=_window_open,
        settles=looking_ahead.until("sent_at", "window_s"),
        numerator=_answered,
    ),
    period_rules=(CREATED_IN,),
    attributions=survey_rows.ATTRIBUTIONS,
    params={
        "survey": Param("any", "which surveys", choices=("any", "csat", "nps", "ces")),
        "window_s": Param(7 * 86_400, "seconds within which an answer counts", least=1),
    },
    bounds=(0, 1),
)

EXAMPLE = Example(
    rows=(
        {},
        {"answered_at": None},
        {"answered_at": None},
        {"answered_at": "2026-03-20T08:00:00Z"},
        {"sent_at": "2026-03-31T08:00:00Z"},
    ),
    value=Fraction(1, 4),
    n=4,
    pending=1,
    as_of="2026-04-01T12:00:00Z",
)
