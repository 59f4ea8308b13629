"""Early attrition (K56).

Definition: The share of those who started in the period who left within their first 90 days.
Formula: starters who left within `window_s` of their first day / starters whose window is over.
Unit: ratio 0..1; lower is better.
Counted: People whose first day lies in a month of the period, once their window is over, who left or not; n is their
    number. Until then they are pending, also those who have left already: else new months would hold only bad news.
Variants: 90 days (default) or another window; all leavers (default), without-transfers, or voluntary, involuntary,
    transfer or training alone: losses of the training class are among all of them and stand apart by `leavers`.
Confused with: Attrition (K55), whose leavers may have any tenure. `tally survival` gives the whole curve after Kaplan
    and Meier, which also uses those whose window still runs.
Edge cases: The window is counted in days from the first to the last day at the partner. Somebody hired again has the
    stay that the list of people gives, usually the latest.
Source: KPI dictionary K56; Lead Advisors, attrition at outsourcers [la-attr].
"""

from datetime import timedelta
from fractions import Fraction

import narwhals as nw

from tallystick.measures import employment_rows
from tallystick.measures.looking_ahead import until
from tallystick.measures.measure import LOWER, At, Counting, Example, Measure, Param

DAY_S = 86_400


def _began_before(at: At) -> nw.Expr:
    return ~at.col("began")


def _window_open(at: At) -> nw.Expr:
    return at.col("started_at") + timedelta(seconds=at.number("window_s")) > at.as_of


def _left_early(at: At) -> nw.Expr:
    left = (at.col("left_at") <= at.as_of).fill_null(value=False)
    early = (at.col("stay_days") * DAY_S <= at.number("window_s")).fill_null(value=False)
    return left & early & employment_rows.leaves(at)


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Early attrition",
    source="K56",
    unit="ratio",
    better=LOWER,
    kind="share",
    fact=employment_rows.FACT,
    counting=Counting(
        left_out=(employment_rows.OTHER_ROLE, ("people who began before", _began_before)),
        pending=_window_open,
        settles=until("started_at", "window_s"),
        numerator=_left_early,
    ),
    period_rules=employment_rows.RULES,
    attributions=employment_rows.ATTRIBUTIONS,
    params={
        "leavers": employment_rows.LEAVERS,
        "role": employment_rows.ROLE,
        "window_s": Param(90 * DAY_S, "seconds of the window", least=1),
    },
    bounds=(0, 1),
)

EXAMPLE = Example(
    rows=(
        {"began": True, "started_at": "2026-03-02T00:00:00Z"},
        {"began": True, "started_at": "2026-03-02T00:00:00Z", "stay_days": 40, "left_at": "2026-04-12T00:00:00Z"},
        {"began": True, "started_at": "2026-03-02T00:00:00Z", "stay_days": 90, "left_at": "2026-06-01T00:00:00Z"},
        {"began": True, "started_at": "2026-03-02T00:00:00Z", "stay_days": 91, "left_at": "2026-06-02T00:00:00Z"},
        {"stay_days": 40, "left_at": "2026-03-12T00:00:00Z"},
    ),
    value=Fraction(2, 4),
    n=4,
    excluded=(("people who began before", 1),),
    as_of="2026-07-01T00:00:00Z",
)
