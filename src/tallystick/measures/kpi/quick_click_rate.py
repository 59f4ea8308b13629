"""Quick click rate (K93, its detector).

Definition: The share of confirmed announcements that the agent had open for less time than reading takes.
Formula: confirmations after less than `least_s` seconds / confirmations with a known time of reading.
Unit: ratio 0..1; lower is better.
Counted: Requests to confirm an announcement that were confirmed and timed; n is their number. Those not confirmed, and
    those that nobody timed, are left out, with counts.
Variants: Ten seconds (default) or another least time, which the length of the texts should decide.
Confused with: Acknowledgement rate (K93), which asks whether it came in time and whose `least_s` takes these out.
Edge cases: The time is that for which the page was open, else from opening to confirming; neither proves reading.
Source: KPI dictionary K93, its quick-click detector; Turnella, communication with agents [tur-comm].
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import briefing_rows
from tallystick.measures.measure import AT_START, CREATED_IN, DUE_IN, LOWER, At, Counting, Example, Measure, Param


def _not_confirmed(at: At) -> nw.Expr:
    return ~briefing_rows.confirmed(at)


def _not_timed(at: At) -> nw.Expr:
    return at.col("read_s").is_null()


def _quick(at: At) -> nw.Expr:
    return at.col("read_s") < at.number("least_s")


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Quick click rate",
    source="K93",
    unit="ratio",
    better=LOWER,
    kind="share",
    fact=briefing_rows.FACT,
    counting=Counting(
        left_out=(("not confirmed", _not_confirmed), ("confirmed without a known time of reading", _not_timed)),
        numerator=_quick,
    ),
    period_rules=(CREATED_IN, DUE_IN),
    attributions=(AT_START,),
    params={"least_s": Param(10, "seconds of reading below which a confirmation is a quick click", least=1)},
    bounds=(0, 1),
)

EXAMPLE = Example(
    rows=(
        {"read_s": 3},
        {"read_s": 10},
        {"read_s": 240},
        {"read_s": None},
        {"acknowledged_at": None, "read_s": None},
    ),
    value=Fraction(1, 3),
    n=3,
    excluded=(("confirmed without a known time of reading", 1), ("not confirmed", 1)),
)
