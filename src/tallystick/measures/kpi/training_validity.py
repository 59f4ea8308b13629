"""Training validity (K60).

Definition: The share of contacts whose agent held a valid certificate of a course at that moment.
Formula: contacts handled with a valid certificate / contacts that need it.
Unit: ratio 0..1; higher is better.
Counted: Contacts in live channels, each once for each agent who talked in it. n is the number of agents' days by queue,
    channel and language. The population says which contacts need the certificate, `course` which one it is.
Variants: One course (`course`), or every course that the records know (default), where each contact counts once under
    each of them.
Confused with: The share of agents trained, or of courses completed: courses without contacts keep no customer safe.
Edge cases: A certificate without an end holds for ever, a course that was only begun or failed never. One that ran out
    at noon covers the morning. An agent of whom the learning system knows nothing has none.
Source: KPI dictionary K60; Frontline, training and its proof [fl-train].
"""

from collections.abc import Mapping
from fractions import Fraction

import narwhals as nw

from tallystick.measures import agent_rows
from tallystick.measures.measure import HIGHER, At, Counting, Example, Measure, Param, Setting


def _course(params: Mapping[str, Setting]) -> str | None:
    return None if params["course"] is None else str(params["course"])


def _valid(at: At) -> nw.Expr:
    return at.col("valid")


def _handled(at: At) -> nw.Expr:
    return at.col("handled")


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Training validity",
    source="K60",
    unit="ratio",
    better=HIGHER,
    kind="mean",
    fact="certificate",
    counting=Counting(
        clock=_course,
        pending=agent_rows.not_over,
        settles=agent_rows.settles,
        numerator=_valid,
        denominator=_handled,
    ),
    period_rules=agent_rows.RULES,
    attributions=agent_rows.ATTRIBUTIONS,
    params={"course": Param(None, "id of the course that the contacts need", pattern=r".+")},
    bounds=(0, 1),
)

EXAMPLE = Example(
    rows=(
        {"handled": 40, "valid": 40},
        {"handled": 30, "valid": 12},
        {"handled": 20, "valid": 0},
        {"handled": 10, "valid": 10, "queue": "delivery"},
        {"handled": 25, "valid": 25, "kind": "gdpr"},
    ),
    value=Fraction(62, 100),
    n=4,
    params={"course": "refunds"},
)
