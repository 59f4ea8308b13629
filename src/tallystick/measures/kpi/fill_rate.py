"""Fill rate (K54).

Definition: The share of the agents' time that was asked for which the partner delivered.
Formula: delivered / requested agents' seconds, half hour by half hour, at most as much as was requested in each.
Unit: ratio 0..1; higher is better.
Counted: Half hours for which the forecast in force at the lock date requests somebody; n is their number. Those without
    a request, those that request nobody and those of a partner of whom no state (no roster) is known are left out, with
    counts. Delivered is time on contacts or waiting for them.
Variants: At most the request of each half hour (default), so that idle nights fill no evening; `surplus` counted sets
    the plain sums against each other and can exceed 1. `delivered` scheduled asks the roster instead of the work done.
Confused with: Interval staffing (K54), which counts the half hours that were full; line adherence (K53), in which
    agents too many are an error; headcount, which counts people.
Edge cases: Who is still in the training class is on no contact and delivers nothing. Where the forecast names no
    agents, what it asks for follows from its contacts by Erlang C, as in the staffing facts.
Source: KPI dictionary K54; WFM Labs, vendors in workforce management [wfm-vend].
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import staffing_rows
from tallystick.measures.measure import HIGHER, At, Counting, Example, Measure, Param


def _actual(at: At) -> nw.Expr:
    return at.col("worked_s" if at.text("delivered") == "worked" else "scheduled_s")


def _requested(at: At) -> nw.Expr:
    return at.col("required_s")


def _nobody(at: At) -> nw.Expr:
    return _requested(at) == 0


def _not_known(at: At) -> nw.Expr:
    return _actual(at).is_null()


def _delivered(at: At) -> nw.Expr:
    actual, requested = _actual(at), _requested(at)
    if at.text("surplus") == "counted":
        return actual
    return nw.when(actual > requested).then(requested).otherwise(actual)


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Fill rate",
    source="K54",
    unit="ratio",
    better=HIGHER,
    kind="mean",
    fact="staffing_interval",
    counting=Counting(
        left_out=(
            ("half hours without a request", staffing_rows.empty("required_s")),
            ("half hours that request nobody", _nobody),
            ("agents not known", _not_known),
        ),
        numerator=_delivered,
        denominator=_requested,
    ),
    period_rules=staffing_rows.RULES,
    attributions=staffing_rows.ATTRIBUTIONS,
    params={
        "surplus": Param(
            "capped", "what a half hour with more than was requested brings", choices=("capped", "counted")
        ),
        "delivered": Param("worked", "agents at work, or those on the roster", choices=("worked", "scheduled")),
    },
    bounds=(0, None),
)

EXAMPLE = Example(
    rows=(
        {"worked_s": 7200, "required_s": 7200},
        {"worked_s": 9000, "required_s": 7200},
        {"worked_s": 5400, "required_s": 7200},
        {"worked_s": 1800, "required_s": 0},
        {"worked_s": 1800, "required_s": None},
    ),
    value=Fraction(19_800, 21_600),
    n=3,
    excluded=(("half hours that request nobody", 1), ("half hours without a request", 1)),
)
