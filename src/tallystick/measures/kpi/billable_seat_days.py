"""Billable seat days (K54, by heads).

Definition: The days on which seats were held, and those on which a vacancy is still paid while it is filled.
Formula: days of people in their seats + the first `window_days` days of each vacancy.
Unit: days; higher is better where seats are bought.
Counted: Days of seats in the period that have begun, of one `role`; n counts days that are paid. Later days of
    a vacancy and people in another role are left out, with counts.
Variants: `window_days` 0 (default) pays no vacancy; a replacement window of 14 pays a leaver's seat for 14 days or
    until it is filled, whichever comes first. `role` agents (default), another, or all.
Confused with: Headcount (K55), people on one day; fill rate (K54), hours asked for and delivered.
Edge cases: The next newcomer of the same role fills the oldest vacancy. A newcomer without a vacancy opens a seat. A
    last day worked is a day held. Heads are not full-time equivalents: where people work part time, charge time.
Source: KPI dictionary K54, K55; WFM Labs, vendors in workforce management [wfm-vend].
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures.measure import AT_START, HIGHER, MEASURED_IN, At, Counting, Example, Measure, Param

ROLES = ("agent", "team_leader", "quality", "trainer", "workforce", "all")


def _other_role(at: At) -> nw.Expr:
    return at.never() if at.text("role") == "all" else ~at.word("role", at.text("role"))


def _too_long(at: At) -> nw.Expr:
    return at.col("vacant_day") > at.number("window_days")


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Billable seat days",
    source="K54",
    unit="days",
    better=HIGHER,
    kind="census",
    fact="seat_day",
    counting=Counting(
        left_out=(("people in another role", _other_role), ("vacant for too long", _too_long)),
        numerator=At.every,
    ),
    period_rules=(MEASURED_IN,),
    attributions=(AT_START,),
    params={
        "window_days": Param(0, "days for which a vacant seat is paid"),
        "role": Param("agent", "whose seats", choices=ROLES),
    },
)

EXAMPLE = Example(
    rows=(
        {},
        {"day_at": "2026-03-03T00:00:00Z"},
        {"vacant_day": 1},
        {"vacant_day": 2},
        {"role": "team_leader"},
    ),
    value=Fraction(3),
    n=3,
    excluded=(("people in another role", 1), ("vacant for too long", 1)),
    params={"window_days": 1},
)
