"""Contacts per productive hour (K47).

Definition: How many contacts agents handled in each hour in which they were on contacts or ready for one.
Formula: handled contacts / productive seconds x 3,600.
Unit: contacts per hour; higher is better where the mix of contacts is the same.
Counted: Contacts in live channels, each once for each agent who talked in it; n is the number of agents' days with any
    productive time. Productive are talk, hold, after-work, chats, outbound, case work, ringing and available.
Variants: As it is (this one). A figure adjusted for the mix of reasons is another one; compare partners only with the
    same queues, by `population`.
Confused with: Occupancy (K48), which is how busy they were; one over handling time (K46), which leaves out waiting.
Edge cases: A contact that is passed on counts for both agents. Time is not told by queue, so a population of some
    queues takes their contacts and no time, and has no value unless the agents' time is told apart too.
Source: KPI dictionary K47.
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import agent_rows
from tallystick.measures.measure import HIGHER, At, Counting, Example, Measure


def _time(_params: object) -> str:
    return "time"


def _contacts(_params: object) -> str:
    return "contacts"


def _handled(at: At) -> nw.Expr:
    return at.col("handled")


def _productive(at: At) -> nw.Expr:
    return at.col("productive_s")


def _nothing(at: At) -> nw.Expr:
    return at.never()


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Contacts per productive hour",
    source="K47",
    unit="contacts per hour",
    better=HIGHER,
    kind="rate",
    fact="agent_output",
    counting=Counting(
        clock=_time,
        pending=agent_rows.not_over,
        settles=agent_rows.settles,
        numerator=_nothing,
        denominator=_productive,
    ),
    beside=(
        Counting(
            clock=_contacts,
            pending=agent_rows.not_over,
            numerator=_handled,
            denominator=_nothing,
            silent=True,
        ),
    ),
    period_rules=agent_rows.RULES,
    attributions=agent_rows.ATTRIBUTIONS,
    scale=3600,
)

EXAMPLE = Example(
    rows=(
        {"productive_s": 21600},
        {"productive_s": 14400},
        {"kind": "contacts", "handled": 30},
        {"kind": "contacts", "handled": 20, "queue": "delivery"},
        {"kind": "contacts", "handled": 25},
    ),
    value=Fraction(75, 10),
    n=2,
)
