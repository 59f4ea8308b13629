"""Change load (K98).

Definition: How many announced changes were fresh at once for a group of agents.
Formula: the chosen statistic, over queues and local days, of the changes that were fresh on that day.
Unit: changes; lower is better.
Counted: Days on which a change for a queue was fresh, by queue, and days on which one for everybody was; n is their
    number, once they are over. A change is fresh from the moment from which it holds until it ends, at most 14 days.
Variants: The greatest number (default), mean, median or a percentile by `statistic`.
Confused with: The number of announcements, which says nothing of how many lie on one day.
Edge cases: A change that names no queue counts in every queue's days and has days of its own. A change without a moment
    from which it holds is fresh from its publication. Days without any are in nothing, so a mean is one of busy days.
Source: KPI dictionary K98; Turnella, change management [tur-change].
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import agent_rows, clock_rows
from tallystick.measures.measure import LOWER, At, Counting, Example, Measure, Param
from tallystick.measures.quantile import STATISTIC


def _live(at: At) -> nw.Expr:
    return at.col("live")


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Change load",
    source="K98",
    unit="changes",
    better=LOWER,
    kind="quantile",
    fact="change_load",
    counting=Counting(pending=agent_rows.not_over, settles=agent_rows.settles, numerator=_live),
    period_rules=agent_rows.RULES,
    attributions=agent_rows.ATTRIBUTIONS,
    params={
        "statistic": Param("max", clock_rows.STATISTIC_OF.meaning, pattern=STATISTIC),
        "method": clock_rows.METHOD,
    },
    kind_of=clock_rows.kind_by_statistic,
)

EXAMPLE = Example(
    rows=(
        {"live": 1},
        {"live": 1},
        {"live": 4},
        {"live": 2},
        {"live": 2, "excluded": "test"},
    ),
    value=Fraction(4),
    n=4,
    excluded=(("test", 1),),
)
