"""Coverage of contracted hours (K63).

Definition: The share of contracted time, by programme and so by language and channel, in which somebody who could serve
    the customers was there.
Formula: quarters of an hour staffed for at least `percent` % of their contracted time / quarters with contracted time;
    or, by `statistic` seconds, contracted seconds with somebody there / contracted seconds.
Unit: ratio 0..1; higher is better.
Counted: Quarters of an hour with contracted time: the opening hours of the contract in the customers' own zone, public
    holidays and changes of clocks included, from the first to the last day of which anything is known.
Variants: By intervals (default) or by seconds. An interval is staffed when somebody was there for 90 % of it
    (`percent`), because a change of shift takes seconds; 100 asks for every second.
Confused with: Interval staffing, which asks whether there were enough; contracted hours alone, which promise and staff
    nothing; schedule adherence (K51), which holds agents against their own roster, whatever was contracted.
Edge cases: One agent who speaks three languages covers all three at once: the question is whether anybody was there,
    not whether they coped. Who is on another queue's contact counts, who is on a break does not. The night on which
    clocks change has the hours that it has. A partner of whom no state is known has no value.
Source: KPI dictionary K63.
"""

from collections.abc import Mapping
from fractions import Fraction

import narwhals as nw

from tallystick.measures import staffing_rows
from tallystick.measures.measure import HIGHER, At, Counting, Example, Measure, Param, Setting


def _kind(params: Mapping[str, Setting]) -> str:
    return "mean" if params["statistic"] == "seconds" else "share"


def _staffed(at: At) -> nw.Expr:
    if at.text("statistic") == "seconds":
        return at.col("staffed_s")
    return at.col("staffed_s") * 100 >= at.col("contracted_s") * at.number("percent")


def _weight(at: At) -> nw.Expr:
    seconds = at.col("contracted_s")
    return seconds if at.text("statistic") == "seconds" else seconds * 0 + 1


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Coverage of contracted hours",
    source="K63",
    unit="ratio",
    better=HIGHER,
    kind="share",
    fact="coverage",
    counting=Counting(numerator=_staffed, denominator=_weight),
    period_rules=staffing_rows.RULES,
    attributions=staffing_rows.ATTRIBUTIONS,
    params={
        "statistic": Param("intervals", "quarters of an hour, or seconds", choices=("intervals", "seconds")),
        "percent": Param(90, "per cent of an interval that make it staffed", least=1),
    },
    kind_of=_kind,
    bounds=(0, 1),
)

EXAMPLE = Example(
    rows=(
        {"staffed_s": 900},
        {"staffed_s": 810},
        {"staffed_s": 809},
        {"contracted_s": 300, "staffed_s": 300},
        {"staffed_s": 0},
    ),
    value=Fraction(3, 5),
    n=5,
)
