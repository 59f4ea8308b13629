"""Forecast contacts (K61, what a commitment goes by).

Definition: How many contacts the forecast in force at the lock date expects.
Formula: sum of the forecast contacts over the half hours.
Unit: contacts, with fractions; higher is better only in that more is expected.
Counted: Half hours with a forecast in force at the lock date (`forecast_lock` of the contract, else 14 days before they
    begin), whether contacts came or not; n is their number. Those without one are left out, with their count.
Variants: `forecast` latest takes the newest one handed over before the half hour instead of the locked one, which no
    commitment should go by.
Confused with: Offered calls, what really came; forecast accuracy (K61), how far the two lay apart.
Edge cases: A forecast raised after its lock date moves no commitment. A version without the date on which it was handed
    over counts as handed over in time.
Source: KPI dictionary K61; beefed.ai on forecast accuracy [beefed-wfm].
"""

from fractions import Fraction

from tallystick.measures import staffing_rows
from tallystick.measures.measure import HIGHER, Counting, Example, Measure, Param

MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Forecast contacts",
    source="K61",
    unit="contacts",
    better=HIGHER,
    kind="sum",
    fact="staffing_interval",
    counting=Counting(left_out=(("no forecast", staffing_rows.no_forecast),), numerator=staffing_rows.forecast),
    period_rules=staffing_rows.RULES,
    attributions=staffing_rows.ATTRIBUTIONS,
    divisor=1000,
    params={
        "forecast": Param(
            "locked", "the forecast in force at the lock date, or the latest", choices=("locked", "latest")
        ),
    },
)

EXAMPLE = Example(
    rows=(
        {"forecast_milli": 12_000},
        {"forecast_milli": 20_500},
        {"forecast_milli": 0},
        {"forecast_milli": 2250},
        {"forecast_milli": None},
    ),
    value=Fraction(139, 4),
    n=4,
    excluded=(("no forecast", 1),),
)
