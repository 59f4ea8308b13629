"""Survey integrity (K43).

Definition: The share of solved cases about which the customer really was asked.
Formula: eligible cases with a survey sent in time / eligible cases.
Unit: ratio 0..1; higher is better.
Counted: Solved cases that a customer began. A survey sent from thirty days before the first solving until `within_s`
    after it counts. Cases so lately solved that the time still runs are pending unless one was sent. Cases that others
    began, merged and excluded cases are left out, with counts.
Variants: Three days (default) or another time by `within_s`, at most thirty days. Which cases are eligible is the
    contract's to say: name it in the population (channel, reason, language).
Confused with: Response rate (K42), the customers' part: answers of the surveys sent.
Edge cases: Full marks are normal; a gap by agent, reason or week is the sign of surveys that are held back or of a
    closing code that stops them. Where customers may opt out, or are asked once a month at most, the level is lower for
    everybody alike.
Source: KPI dictionary K43, R11.
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import looking_ahead
from tallystick.measures.measure import AT_START, AT_STOP, HIGHER, MEASURED_IN, At, Counting, Example, Measure, Param


def _not_from_customer(at: At) -> nw.Expr:
    return ~at.word("initiated_by", "customer")


def _surveyed(at: At) -> nw.Expr:
    by_then = (at.col("surveyed_at") <= at.as_of).fill_null(value=False)
    soon = at.second("surveyed_at") <= at.second("first_solved_at") + at.number("within_s")
    return by_then & soon.fill_null(value=False)


def _still_time(at: At) -> nw.Expr:
    return ~_surveyed(at) & (at.second("first_solved_at") + at.number("within_s") > at.as_of_second)


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Survey integrity",
    source="K43",
    unit="ratio",
    better=HIGHER,
    kind="share",
    fact="survey_offer",
    counting=Counting(
        left_out=(("not begun by the customer", _not_from_customer),),
        pending=_still_time,
        settles=looking_ahead.until("first_solved_at", "within_s"),
        numerator=_surveyed,
    ),
    period_rules=(MEASURED_IN,),
    attributions=(AT_STOP, AT_START),
    params={"within_s": Param(3 * 86_400, "seconds after solving within which a survey is due", least=1)},
    bounds=(0, 1),
)

EXAMPLE = Example(
    rows=(
        {},
        {"surveyed_at": None},
        {"surveyed_at": "2026-03-05T08:00:01Z"},
        {"first_solved_at": "2026-04-01T08:00:00Z"},
        {"initiated_by": "agent"},
    ),
    value=Fraction(1, 3),
    n=3,
    excluded=(("not begun by the customer", 1),),
)
