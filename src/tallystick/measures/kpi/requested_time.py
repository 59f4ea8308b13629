"""Requested time (K54, the request as a number of hours).

Definition: The agents' time that the forecast in force at the lock date asks for, or what was delivered of it.
Formula: sum over half hours of the seconds requested; by `part` delivered, of those worked, at most as many as were
    requested in each half hour.
Unit: seconds; higher is better in that more was asked for or delivered.
Counted: Half hours for which the locked forecast requests somebody; n is their number. Those without a request are left
    out, and for `part` delivered those of a partner of whom no state is known, with counts.
Variants: Requested (default), which limits the hours that are paid; or delivered, which pays no half hour more than it
    asked for, so that idle nights fill no evening.
Confused with: Fill rate (K54), the share; login time, which counts hours nobody asked for.
Edge cases: Where the forecast names no number of agents, Erlang C says how many its contacts need, as in the staffing
    facts.
Source: KPI dictionary K54; WFM Labs, vendors in workforce management [wfm-vend].
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import staffing_rows
from tallystick.measures.measure import HIGHER, At, Counting, Example, Measure, Param


def _seconds(at: At) -> nw.Expr:
    requested = at.col("required_s")
    if at.text("part") == "requested":
        return requested
    worked = at.col("worked_s")
    return nw.when(worked > requested).then(requested).otherwise(worked)


def _nobody(at: At) -> nw.Expr:
    return at.col("required_s") == 0


def _not_known(at: At) -> nw.Expr:
    return at.col("worked_s").is_null() if at.text("part") == "delivered" else at.never()


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Requested time",
    source="K54",
    unit="s",
    better=HIGHER,
    kind="sum",
    fact="staffing_interval",
    counting=Counting(
        left_out=(
            ("half hours without a request", staffing_rows.empty("required_s")),
            ("half hours that request nobody", _nobody),
            ("agents not known", _not_known),
        ),
        numerator=_seconds,
    ),
    period_rules=staffing_rows.RULES,
    attributions=staffing_rows.ATTRIBUTIONS,
    params={"part": Param("requested", "what was asked for, or delivered of it", choices=("requested", "delivered"))},
)

EXAMPLE = Example(
    rows=(
        {"worked_s": 7200, "required_s": 7200},
        {"worked_s": 9000, "required_s": 7200},
        {"worked_s": 5400, "required_s": 7200},
        {"worked_s": 1800, "required_s": 0},
        {"worked_s": None, "required_s": 3600},
    ),
    value=Fraction(7200 + 7200 + 5400),
    n=3,
    excluded=(("agents not known", 1), ("half hours that request nobody", 1)),
    params={"part": "delivered"},
)
