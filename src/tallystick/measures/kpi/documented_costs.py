"""Documented costs (K72, those that are passed on).

Definition: What was laid out for a purpose, as the books say, in one currency.
Formula: sum of the amounts of one kind of cost.
Unit: money in the currency named; lower is better.
Counted: Amounts in `currency` whose first day lies in the period; n is their number. Amounts of another kind, in
    another currency, or borne by the partner alone are left out, with counts.
Variants: One kind of cost by `cost`, or every kind; one currency, because amounts of several do not add up.
Confused with: Hidden-cost share (K72), the costs outside the rate card over all costs.
Edge cases: A credit note is an amount below zero. An amount over several months belongs to the month in which its time
    begins. Four decimals are kept.
Source: KPI dictionary K72.
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures.measure import AT_START, LOWER, MEASURED_IN, At, Counting, Example, Measure, Param


def _other_kind(at: At) -> nw.Expr:
    return at.never() if at.text("cost") == "every" else ~at.word("cost", at.text("cost"))


def _other_currency(at: At) -> nw.Expr:
    return ~at.word("currency", at.text("currency"))


def _borne_by_partner(at: At) -> nw.Expr:
    return at.word("borne_by", "partner")


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Documented costs",
    source="K72",
    unit="money",
    better=LOWER,
    kind="sum",
    fact="cost_line",
    counting=Counting(
        left_out=(
            ("another kind of cost", _other_kind),
            ("another currency", _other_currency),
            ("borne by the partner", _borne_by_partner),
        ),
        numerator=lambda at: at.col("amount_e4"),
    ),
    period_rules=(MEASURED_IN,),
    attributions=(AT_START,),
    divisor=10_000,
    bounds=(None, None),
    params={
        "cost": Param("every", "kind of cost, or every", pattern=r"[\w .&/+-]{1,60}"),
        "currency": Param("EUR", "code of ISO 4217", pattern=r"[A-Z]{3}"),
    },
)

EXAMPLE = Example(
    rows=(
        {"amount_e4": 1_250_000},
        {"amount_e4": -250_000},
        {"amount_e4": 999_999, "cost": "telecom"},
        {"amount_e4": 500_000, "currency": "RON"},
        {"amount_e4": 700_000, "borne_by": "partner"},
    ),
    value=Fraction(100),
    n=2,
    excluded=(("another currency", 1), ("another kind of cost", 1), ("borne by the partner", 1)),
    params={"cost": "travel"},
)
