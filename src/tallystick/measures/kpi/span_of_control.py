"""Span of control (K62).

Definition: How many agents there are for each team leader at the end of the period.
Formula: agents / people in the role `of`, both by the snapshot.
Unit: agents; lower is better, down to what the contract names.
Counted: Agents and leaders on the roll at the snapshot, which is the end of the period, or `as_of` if that comes
    first; n is the number of both.
Variants: For each team leader (default), or for each person in quality, training or workforce management.
Confused with: The number of agents of one leader: this is the mean over all of them, and one overloaded team hides.
Edge cases: Without anybody in the role there is no value, however many agents there are. Heads are counted, not hours.
    Who has no role in the list of people is an agent.
Source: KPI dictionary K62; Turnella, communication with agents [tur-comm].
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import employment_rows
from tallystick.measures.measure import LOWER, At, Counting, Example, Measure, Param


def _neither(at: At) -> nw.Expr:
    return ~(employment_rows.in_role(at, "agent") | employment_rows.in_role(at, at.text("of")))


def _not_there(at: At) -> nw.Expr:
    return ~employment_rows.there_then(at)


def _agents(at: At) -> nw.Expr:
    return employment_rows.in_role(at, "agent")


def _leaders(at: At) -> nw.Expr:
    return employment_rows.in_role(at, at.text("of"))


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Span of control",
    source="K62",
    unit="agents",
    better=LOWER,
    kind="mean",
    fact=employment_rows.FACT,
    counting=Counting(
        snapshot=True,
        left_out=(
            ("people in another role", _neither),
            employment_rows.OTHER_MONTH,
            ("people no longer there", _not_there),
        ),
        numerator=_agents,
        denominator=_leaders,
    ),
    period_rules=employment_rows.RULES,
    attributions=employment_rows.ATTRIBUTIONS,
    params={"of": Param("team_leader", "whose span", choices=employment_rows.WHO[1:])},
)

EXAMPLE = Example(
    rows=(
        {"month_at": "2026-03-01T00:00:00Z"},
        {"month_at": "2026-03-01T00:00:00Z"},
        {"month_at": "2026-03-01T00:00:00Z", "role": None},
        {"month_at": "2026-03-01T00:00:00Z", "role": "team_leader"},
        {"month_at": "2026-03-01T00:00:00Z", "role": "quality"},
    ),
    value=Fraction(3),
    n=4,
    excluded=(("people in another role", 1),),
)
