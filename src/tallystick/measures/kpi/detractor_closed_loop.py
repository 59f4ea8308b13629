"""Detractor closed loop (K45).

Definition: The share of low survey answers after which somebody came back to the customer within the time agreed.
Formula: low answers followed by a public message or an outbound call within `within_s` / low answers.
Unit: ratio 0..1; higher is better.
Counted: Answers of the kind `survey` in the lowest `boxes` steps of their own scale (by default: 0 to 6 of eleven for
    NPS, one or two of five otherwise). Answers whose time still runs are pending unless somebody came back already.
    Better answers, and scores off their scale, are left out, with counts.
Variants: By the kind of survey, the steps that are low, and the time (two days by default, at most thirty). Calendar
    time: a promise in business hours needs a longer one.
Confused with: Reply times (K5, K6), which no answer to a survey starts; solving what the customer complained of.
Edge cases: Coming back is a public message by a person on the case, or an outbound call that names the case; a call
    that names none is not seen. What came of it is not in the records. A message that was due anyway counts.
Source: KPI dictionary K45.
"""

from collections.abc import Mapping
from fractions import Fraction

import narwhals as nw

from tallystick.measures import looking_ahead, survey_rows
from tallystick.measures.measure import (
    AT_START,
    AT_STOP,
    HIGHER,
    MEASURED_IN,
    At,
    Counting,
    Example,
    Measure,
    Param,
    Setting,
)

USUAL_LOW = {"nps": 7, "csat": 2, "ces": 2}


def _kind(params: Mapping[str, Setting]) -> str:
    return str(params["survey"])


def _not_low(at: At) -> nw.Expr:
    steps = at.col("scale_max") - at.col("scale_min")
    given = at.params["boxes"]
    boxes = USUAL_LOW[at.text("survey")] if given is None else int(str(given))
    above_worst = steps - survey_rows.good_end(at)
    # On a scale of two steps only the worse one is low.
    return (above_worst >= boxes) | (above_worst >= steps)


def _followed(at: At) -> nw.Expr:
    by_then = (at.col("followed_at") <= at.as_of).fill_null(value=False)
    soon = at.second("followed_at") <= at.second("answered_at") + at.number("within_s")
    return by_then & soon.fill_null(value=False)


def _still_time(at: At) -> nw.Expr:
    return ~_followed(at) & (at.second("answered_at") + at.number("within_s") > at.as_of_second)


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Detractor closed loop",
    source="K45",
    unit="ratio",
    better=HIGHER,
    kind="share",
    fact="follow_up",
    counting=Counting(
        clock=_kind,
        left_out=(("off scale", survey_rows.off_scale), ("not low", _not_low)),
        pending=_still_time,
        settles=looking_ahead.until("answered_at", "within_s"),
        numerator=_followed,
    ),
    period_rules=(MEASURED_IN,),
    attributions=(AT_STOP, AT_START),
    params={
        "survey": Param("csat", "which question", choices=("csat", "nps", "ces")),
        "boxes": Param(None, "how many of the worst steps are low; 7 for NPS and 2 otherwise", least=1),
        "within_s": Param(2 * 86_400, "seconds after the answer within which somebody comes back", least=1),
    },
    bounds=(0, 1),
)

EXAMPLE = Example(
    rows=(
        {"score": 1},
        {"score": 2, "followed_at": None},
        {"score": 1, "followed_at": "2026-03-05T08:00:00Z"},
        {"score": 3},
        {"score": 9},
    ),
    value=Fraction(1, 3),
    n=3,
    excluded=(("not low", 1), ("off scale", 1)),
)
