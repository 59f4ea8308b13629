"""Tenure mix (K57).

Definition: The share of handled contacts that agents handled in their first 90 days.
Formula: contacts handled by agents with less than `days` of tenure / contacts handled.
Unit: ratio 0..1; lower is better.
Counted: Contacts in live channels by the tenure of their agent on that local day. n is the number of agents' days by
    queue, channel and language; the contacts themselves are added up, so it is weighted by contacts, not by heads.
Variants: 90 days (default) or another number; tenure since the first day at the partner (default), or `since` live,
    the first day with customers.
Confused with: The share of new people on the roll, which says little of who the customers meet.
Edge cases: Contacts of agents whose first day nobody tells are left out, with the number of their days. A contact that
    two agents handled counts for both.
Source: KPI dictionary K57.
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import agent_rows
from tallystick.measures.measure import LOWER, At, Counting, Example, Measure, Param


def _contacts(_params: object) -> str:
    return "contacts"


def _days(at: At) -> nw.Expr:
    return at.col("live_days" if at.text("since") == "live" else "tenure_days")


def _unknown(at: At) -> nw.Expr:
    return _days(at).is_null()


def _by_new(at: At) -> nw.Expr:
    return nw.when(_days(at) < at.number("days")).then(at.col("handled")).otherwise(nw.lit(0))


def _handled(at: At) -> nw.Expr:
    return at.col("handled")


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Tenure mix",
    source="K57",
    unit="ratio",
    better=LOWER,
    kind="mean",
    fact="agent_output",
    counting=Counting(
        clock=_contacts,
        left_out=(("agents whose first day is unknown", _unknown),),
        pending=agent_rows.not_over,
        settles=agent_rows.settles,
        numerator=_by_new,
        denominator=_handled,
    ),
    period_rules=agent_rows.RULES,
    attributions=agent_rows.ATTRIBUTIONS,
    params={
        "days": Param(90, "days of tenure below which an agent is new", least=1),
        "since": Param("start", "since the first day at the partner, or with customers", choices=("start", "live")),
    },
    bounds=(0, 1),
)

EXAMPLE = Example(
    rows=(
        {"handled": 40, "tenure_days": 400},
        {"handled": 30, "tenure_days": 89},
        {"handled": 20, "tenure_days": 90},
        {"handled": 10, "tenure_days": 0},
        {"handled": 7, "tenure_days": None},
    ),
    value=Fraction(40, 100),
    n=4,
    excluded=(("agents whose first day is unknown", 1),),
)
