"""First reply time (K5).

Definition: The time from the creation of a case to the first public reply by a person.
Formula: the chosen statistic of (first public human reply - start), in business or calendar seconds, pauses taken
    out.
Unit: seconds; lower is better.
Counted: Every case whose first reply clock has stopped. A case still waiting is pending: it has no duration yet,
    which is why the share in time (K10) and not this figure should carry money. Cases closed without any reply are
    left out as cancelled, with their count.
Variants: Median (default), mean, or a percentile by `statistic`; nearest-rank (default) or interpolated by `method`;
    in the target's own basis (default), business or calendar time by `basis`. `view` partner starts the clock when a
    bot hands over to people, `view` customer at the customer's first message (R9); report both where a bot answers
    first.
Confused with: Next reply time (K6), which starts at later customer messages; acknowledgement by an automatic reply,
    which never stops this clock (R10).
Edge cases: Agent-opened cases start at the customer's first answer. The mean hides the tail; a median of 0 can stand
    beside a bad 90th percentile. Merged cases count once, from the earliest customer message (R6).
Source: KPI dictionary K5, R9, R10; Zendesk, "Definitions of duration metrics" [z-dur]; dbt_zendesk DECISIONLOG.
"""

from collections.abc import Mapping
from fractions import Fraction

from tallystick.measures.durations import duration
from tallystick.measures.measure import Example, Param, Setting


def _clock(params: Mapping[str, Setting]) -> str:
    return "customer_first_reply" if params["view"] == "customer" else "first_reply"


MEASURE = duration(
    module=__name__,
    text=__doc__,
    title="First reply time",
    source="K5",
    clock=_clock,
    params={
        "view": Param(
            "partner",
            "whose waiting: from hand-over (partner) or from first contact (customer)",
            choices=("partner", "customer"),
        ),
    },
)

EXAMPLE = Example(
    rows=(
        {"business_s": 600},
        {"business_s": 1200},
        {"business_s": 5400},
        {"business_s": 90, "state": "cancelled", "stop_at": None},
        {"business_s": 7200, "state": "running", "stop_at": None},
    ),
    value=Fraction(1200),
    n=3,
    pending=1,
    excluded=(("cancelled", 1),),
)
