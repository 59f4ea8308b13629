"""Forecast accuracy (K61).

Definition: How far the forecast that was in force at the lock date lay from the contacts that came, interval by
    interval, weighed by the contacts: a duty of the client.
Formula: sum of |contacts - forecast| over the half hours / sum of contacts (weighted absolute percentage error, WAPE);
    or, by `statistic` bias, sum of (forecast - contacts) / sum of contacts.
Unit: ratio from 0 on, by bias above 0 where too much was forecast; lower is better.
Counted: Half hours with a forecast in force at the lock date (`forecast_lock` of the contract, else 14 days before
    they begin), whether contacts came or not. Those without one are left out as no forecast, those whose contacts
    nobody knows as contacts not known, with counts.
Variants: `forecast` latest takes the newest one handed over before the half hour instead of the locked one: good for
    the desk, no base for relief. Bias is signed, so errors of both directions cancel: what is wrong each hour may have
    none. MAPE, the mean of each interval's own error, lets quiet intervals weigh as much as busy ones.
Confused with: Line adherence (K53), which holds agents against the requirement and is the partner's duty; the error of
    a whole day, in which peak and lull cancel.
Edge cases: A half hour without contacts adds to the error and not to the contacts. Without any contact there is no
    value. Forecasts by quarter or hour are added up or shared out over half hours. A version without the date on which
    it was handed over counts as handed over in time.
Source: KPI dictionary K61; beefed.ai on forecast accuracy [beefed-wfm].
"""

from collections.abc import Callable
from fractions import Fraction

import narwhals as nw

from tallystick.measures import staffing_rows
from tallystick.measures.measure import LOWER, At, Counting, Example, Measure, Param


def _contacts(at: At) -> nw.Expr:
    return at.col("offered") * 1000


def _error(at: At) -> nw.Expr:
    if at.text("statistic") == "bias":
        return staffing_rows.forecast(at) - _contacts(at)
    return staffing_rows.apart(staffing_rows.forecast(at), _contacts(at))


_unknown: Callable[[At], nw.Expr] = staffing_rows.empty("offered")

MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Forecast accuracy",
    source="K61",
    unit="ratio",
    better=LOWER,
    kind="mean",
    fact="staffing_interval",
    counting=Counting(
        left_out=(("no forecast", staffing_rows.no_forecast), ("contacts not known", _unknown)),
        numerator=_error,
        denominator=_contacts,
    ),
    period_rules=staffing_rows.RULES,
    attributions=staffing_rows.ATTRIBUTIONS,
    params={
        "statistic": Param("wape", "wape weighs errors without their sign, bias with it", choices=("wape", "bias")),
        "forecast": Param(
            "locked", "the forecast in force at the lock date, or the latest", choices=("locked", "latest")
        ),
    },
    bounds=(None, None),
)

EXAMPLE = Example(
    rows=(
        {"offered": 10, "forecast_milli": 12_000},
        {"offered": 30, "forecast_milli": 20_000},
        {"offered": 0, "forecast_milli": 2000},
        {"offered": 10, "forecast_milli": 10_000},
        {"offered": 10, "forecast_milli": None},
    ),
    value=Fraction(14, 50),
    n=4,
    excluded=(("no forecast", 1),),
)
