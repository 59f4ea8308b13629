"""Volume against forecast (K61, what a tolerance goes by).

Definition: How far the contacts that came lay above or below the forecast in force at the lock date, over the whole
    period: a figure of the client's forecast, by which service levels bind or do not.
Formula: (sum of contacts - sum of the forecast) / sum of the forecast, over the half hours.
Unit: ratio, 0.1 where a tenth more came than was forecast, below 0 where less came; lower is better only in that a desk
    is staffed for its forecast; it is no performance of the partner.
Counted: Half hours with a forecast in force at the lock date (`forecast_lock` of the contract, else 14 days before
    they begin), whether contacts came or not; n is their number. Those without one are left out as no forecast, those
    whose contacts nobody knows as contacts not known, with counts.
Variants: `forecast` latest takes the newest one handed over before the half hour, which no tolerance should go by.
Confused with: Forecast accuracy (K61), which weighs the errors of each half hour, is below 0 by bias where more came,
    and has the contacts below the line instead of the forecast.
Edge cases: Peaks and lulls cancel, as a month's volume is held against a month's forecast. Where nothing was forecast,
    there is no value, however much came. A half hour of which the forecast is nought counts, with all its contacts. A
    version without the date on which it was handed over counts as handed over in time.
Source: KPI dictionary K61; beefed.ai on forecast accuracy [beefed-wfm].
"""

from collections.abc import Callable
from fractions import Fraction

import narwhals as nw

from tallystick.measures import staffing_rows
from tallystick.measures.measure import LOWER, At, Counting, Example, Measure, Param


def _beyond(at: At) -> nw.Expr:
    return at.col("offered") * 1000 - staffing_rows.forecast(at)


_unknown: Callable[[At], nw.Expr] = staffing_rows.empty("offered")

MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Volume against forecast",
    source="K61",
    unit="ratio",
    better=LOWER,
    kind="mean",
    fact="staffing_interval",
    counting=Counting(
        left_out=(("no forecast", staffing_rows.no_forecast), ("contacts not known", _unknown)),
        numerator=_beyond,
        denominator=staffing_rows.forecast,
    ),
    period_rules=staffing_rows.RULES,
    attributions=staffing_rows.ATTRIBUTIONS,
    params={
        "forecast": Param(
            "locked", "the forecast in force at the lock date, or the latest", choices=("locked", "latest")
        ),
    },
    bounds=(None, None),
)

EXAMPLE = Example(
    rows=(
        {"offered": 14, "forecast_milli": 12_000},
        {"offered": 30, "forecast_milli": 25_500},
        {"offered": 3, "forecast_milli": 0},
        {"offered": 0, "forecast_milli": 2500},
        {"offered": 10, "forecast_milli": None},
    ),
    value=Fraction(7, 40),
    n=4,
    excluded=(("no forecast", 1),),
)
