"""Throughput ratio (K28).

Definition: How many cases were resolved in the period for each case created in it.
Formula: cases first solved in the period / cases created in the period.
Unit: ratio; higher is better; above 1 the backlog shrinks.
Counted: The denominator and n are cases created in the period; the numerator is cases first solved in it, whenever
    they were created. Merged and excluded cases are left out, with counts among the created.
Variants: By period (this one) or by cohort: how many of the cases created in the period are solved by now, which
    never exceeds 1. By cases, contacts or events; this is by cases.
Confused with: Resolution share of a cohort, which looks alike in a steady month and differs after a peak.
Edge cases: A case solved, reopened and solved again counts once, at its first solving. By week or month each half
    counts in its own week: creation in that of creation, solving in that of solving. Nothing created gives no value.
Source: KPI dictionary K28; Chatwoot issue 14871 on events, conversations and contacts [cw-14871].
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import case_rows
from tallystick.measures.measure import (
    CREATED_IN,
    HIGHER,
    MEASURED_IN,
    RESOLVED_IN,
    At,
    Counting,
    Example,
    Measure,
)


def _nothing(at: At) -> nw.Expr:
    return at.never()


def _one(at: At) -> nw.Expr:
    return at.every()


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Throughput ratio",
    source="K28",
    unit="ratio",
    better=HIGHER,
    kind="rate",
    fact="case",
    counting=Counting(rule=CREATED_IN, left_out=(case_rows.MERGED,), numerator=_nothing, denominator=_one),
    beside=(
        Counting(rule=RESOLVED_IN, left_out=(case_rows.MERGED,), numerator=_one, denominator=_nothing, silent=True),
    ),
    period_rules=(MEASURED_IN,),
    attributions=case_rows.BY_LAST_OWNER,
)

EXAMPLE = Example(
    rows=(
        {},
        {"first_solved_at": None, "last_solved_at": None, "status": "open"},
        {"created_at": "2026-02-20T08:00:00Z", "first_solved_at": "2026-03-01T09:00:00Z"},
        {"created_at": "2026-02-21T08:00:00Z", "first_solved_at": "2026-03-03T09:00:00Z"},
        {"first_solved_at": "2026-04-02T09:00:00Z"},
    ),
    value=Fraction(3, 3),
    n=3,
)
