"""Action closure (K95).

Definition: The share of agreed actions that were closed by their due date and did what they should.
Formula: closed on time and effective / due.
Unit: ratio 0..1; higher is better.
Counted: Corrective, preventive and other actions with a due date, once it has come or the action is closed; n is their
    number. Queries and meetings have their own figures and are left out, with counts. Open past due has failed (R4).
Variants: Effective by test (default): the figure that the action should move did move. With `effect` not-refuted an
    action that nobody tested counts too, with any also one that failed its test. By `side`, the client's or the
    partner's duties alone.
Confused with: The share closed by now, which forgives every delay; obligations with evidence (K84).
Edge cases: An action without a due date is left out, with counts: nothing says that it is late. One that is closed
    before the period counts in the period in which it was due.
Source: KPI dictionary K95, R4.
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import action_rows
from tallystick.measures.looking_ahead import until
from tallystick.measures.measure import HIGHER, At, Counting, Example, Measure, Param


def _no_action(at: At) -> nw.Expr:
    return at.word("kind", "query", "meeting")


def _done(at: At) -> nw.Expr:
    done = action_rows.in_time(at)
    if at.text("effect") == "any":
        return done
    return done & at.col("effective").fill_null(value=at.text("effect") == "not-refuted")


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Action closure",
    source="K95",
    unit="ratio",
    better=HIGHER,
    kind="share",
    fact=action_rows.FACT,
    counting=Counting(
        left_out=(
            ("queries and meetings", _no_action),
            action_rows.OTHER_SIDE,
            ("without a due date", action_rows.no_due_date),
        ),
        pending=action_rows.open_not_due,
        settles=until("due_at"),
        numerator=_done,
    ),
    period_rules=action_rows.RULES,
    attributions=action_rows.ATTRIBUTIONS,
    params={
        "effect": Param("tested", "what counts as effective", choices=("tested", "not-refuted", "any")),
        "side": action_rows.SIDE,
    },
    bounds=(0, 1),
)

EXAMPLE = Example(
    rows=(
        {"effective": True},
        {"effective": None},
        {"effective": True, "closed_at": "2026-03-20T08:00:00Z"},
        {"closed_at": None},
        {"kind": "query"},
    ),
    value=Fraction(1, 4),
    n=4,
    excluded=(("queries and meetings", 1),),
)
