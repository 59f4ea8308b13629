"""Concentration (K99).

Definition: How far the volume of cases lies with few partners, after Herfindahl and Hirschman.
Formula: the sum over partners of (cases of the partner / all cases) squared.
Unit: ratio 0..1; lower is better: 1 is one partner, 1/k is k partners with equal shares.
Counted: Cases created in the period, by the partner that held them first; n is their number. Merged and excluded cases
    are left out, with counts.
Variants: By volume of cases (this one), in any cell: by language and reason it shows where only one partner can do the
    work although the whole looks spread.
Confused with: The share of the greatest partner, which does not tell two partners from ten behind it.
Edge cases: It needs the cases of all partners, so only the client's own view has it; in the scope of one partner it is
    always 1. Cases that nobody holds count as one more partner. Parts add up by their cases, never by their values.
Source: KPI dictionary K99, R13; Cyadviso, risk of third parties [dora-cya].
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import case_rows
from tallystick.measures.measure import AT_START, CREATED_IN, LOWER, At, Counting, Example, Measure


def _partner(at: At) -> nw.Expr:
    return at.code("partner").fill_null(0)


def _one(at: At) -> nw.Expr:
    return at.every()


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Concentration",
    source="K99",
    unit="ratio",
    better=LOWER,
    kind="herfindahl",
    fact="case",
    counting=Counting(left_out=(case_rows.MERGED,), numerator=_one, key=_partner),
    period_rules=(CREATED_IN,),
    attributions=(AT_START,),
    bounds=(0, 1),
)

EXAMPLE = Example(
    rows=(
        {},
        {},
        {"partner": "borealis"},
        {"partner": "corvus"},
        {"partner": "corvus", "excluded": "spam"},
    ),
    value=Fraction(4 + 1 + 1, 16),
    n=4,
    excluded=(("spam", 1),),
)
