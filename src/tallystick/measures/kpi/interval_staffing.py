"""Interval staffing (K54, by intervals).

Definition: The share of half hours in which at least the agents that were required were at work.
Formula: half hours with worked time of at least `percent` % of the required / half hours that required somebody.
Unit: ratio 0..1; higher is better.
Counted: Half hours with a requirement above 0 from the forecast in force at the lock date. Those without a
    requirement, those that required nobody and those of a partner of whom no state (no roster) is known are left out,
    with counts.
Variants: `against` needed holds agents against what the contacts that came really needed, whoever foresaw them; then a
    shortage may be the forecast's fault. `actual` scheduled asks the roster instead of the work done. `percent` below
    100 forgives a small shortage in each half hour.
Confused with: Line adherence (K53), in which agents too many are an error too; fill rate by heads, which counts people
    and not the hours in which they were needed; service level, which is what came of it.
Edge cases: A half hour that is short by a minute is short; forgive it by `percent`, not by a longer average, because
    nights with too many never make up for evenings with too few.
Source: KPI dictionary K54 (delivered against requested, by interval) and K14; MCI on line adherence [mci-line].
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import staffing_rows
from tallystick.measures.measure import HIGHER, At, Counting, Example, Measure, Param


def _actual(at: At) -> nw.Expr:
    return at.col("worked_s" if at.text("actual") == "worked" else "scheduled_s")


def _wanted(at: At) -> nw.Expr:
    return at.col("required_s" if at.text("against") == "required" else "needed_s")


def _no_requirement(at: At) -> nw.Expr:
    return _wanted(at).is_null()


def _nobody_required(at: At) -> nw.Expr:
    return _wanted(at) == 0


def _not_known(at: At) -> nw.Expr:
    return _actual(at).is_null()


def _enough(at: At) -> nw.Expr:
    return _actual(at) * 100 >= _wanted(at) * at.number("percent")


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Interval staffing",
    source="K54",
    unit="ratio",
    better=HIGHER,
    kind="share",
    fact="staffing_interval",
    counting=Counting(
        left_out=(
            ("no requirement", _no_requirement),
            ("nobody required", _nobody_required),
            ("agents not known", _not_known),
        ),
        numerator=_enough,
    ),
    period_rules=staffing_rows.RULES,
    attributions=staffing_rows.ATTRIBUTIONS,
    params={
        "against": Param("required", "the locked requirement, or what contacts needed", choices=("required", "needed")),
        "actual": Param("worked", "agents at work, or those on the roster", choices=("worked", "scheduled")),
        "percent": Param(100, "per cent of the requirement that is enough", least=1),
    },
    bounds=(0, 1),
)

EXAMPLE = Example(
    rows=(
        {"worked_s": 7200, "required_s": 7200},
        {"worked_s": 9000, "required_s": 7200},
        {"worked_s": 7140, "required_s": 7200},
        {"worked_s": 0, "required_s": 0},
        {"worked_s": 1800, "required_s": None},
    ),
    value=Fraction(2, 3),
    n=3,
    excluded=(("no requirement", 1), ("nobody required", 1)),
)
