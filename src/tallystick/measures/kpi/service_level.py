"""Service level (K1).

Definition: The share of contacts offered to a queue that were answered within the time agreed.
Formula: by `variant`: answered in time / offered (default); answered in time / (offered - abandoned in time);
    (answered in time + abandoned in time) / offered; answered in time / answered; answered in time / (answered +
    abandoned).
Unit: ratio 0..1; higher is better.
Counted: Inbound visits to a queue, by the instant of their offer; the wait runs from the entry into the queue, ringing
    included. Exactly `seconds` is in time. A call that still waits past `seconds` at `as_of` has failed (R4), one
    within them is pending. Refused calls (they are the blockage, K4), requests for a call back, short abandons where
    `short_s` is set, and visits of which nothing tells the outcome are left out, with counts.
Variants: of_offered: every abandon counts against. less_early_abandons: those who left in time leave the base.
    early_abandons_as_met: they count as served, which flatters. of_answered: nobody who left counts, which flatters
    most. genesys: Genesys Cloud's form, answered and abandoned only, flow-outs left out. Switches: `short_s`,
    `flow_outs` (overflow and timeout), `callbacks`, and `visits` (a call that overflows is offered again at the next
    queue).
Confused with: Average speed of answer (K2); interval attainment (K14), which a quiet night cannot lift; SLA attainment
    of tickets (K10).
Edge cases: There is no standard variant, so a contract must name one; two reports of one month may differ by ten
    points. Time in an IVR is no wait. Calls outside opening hours count unless the population or the routing keeps them
    out. Contacts transferred in are offered again.
Source: KPI dictionary K1, R4; WFM Labs [wfm-sl]; WFM Clubs [wfmclubs]; Genesys Cloud [gen-sl]; UniVoIP [univoip]; ICMI
    [icmi-sl].
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import call_rows, looking_ahead
from tallystick.measures.measure import HIGHER, At, Counting, Example, Measure, Param

OF_OFFERED, LESS_EARLY, EARLY_AS_MET = "of_offered", "less_early_abandons", "early_abandons_as_met"
OF_ANSWERED, GENESYS = "of_answered", "genesys"


def _met(at: At) -> nw.Expr:
    if at.text("variant") == EARLY_AS_MET:
        return call_rows.in_time(at) | call_rows.left_in_time(at)
    return call_rows.in_time(at)


def _early_abandon(at: At) -> nw.Expr:
    return call_rows.left_in_time(at) if at.text("variant") == LESS_EARLY else at.never()


def _flow_out(at: At) -> nw.Expr:
    if at.text("variant") == GENESYS or at.text("flow_outs") == call_rows.LEAVE_OUT:
        return call_rows.ended_as(at, *call_rows.FLOW_OUTS)
    return at.never()


def _not_answered(at: At) -> nw.Expr:
    return call_rows.lost(at) if at.text("variant") == OF_ANSWERED else at.never()


def _not_decided(at: At) -> nw.Expr:
    if at.text("variant") in (OF_ANSWERED, GENESYS):
        return call_rows.waiting(at)
    late = at.second("offered_at") + at.number("seconds") < at.as_of_second
    return call_rows.waiting(at) & ~late


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Service level",
    source="K1",
    unit="ratio",
    better=HIGHER,
    kind="share",
    fact="call",
    counting=Counting(
        clock=call_rows.AT_A_QUEUE,
        left_out=(
            call_rows.INBOUND,
            ("later visit of the same call", call_rows.later_visit),
            call_rows.REFUSED,
            call_rows.UNCLEAR,
            ("call back asked for", call_rows.left_out_if("callbacks", "callback")),
            ("flow-out", _flow_out),
            ("short abandon", call_rows.short_abandon),
            ("early abandon", _early_abandon),
            ("not answered", _not_answered),
        ),
        pending=_not_decided,
        settles=looking_ahead.until("offered_at", "seconds"),
        numerator=_met,
    ),
    period_rules=call_rows.RULES,
    attributions=call_rows.BY_QUEUE,
    params={
        "variant": Param(
            OF_OFFERED,
            "which of the five formulas",
            choices=(OF_OFFERED, LESS_EARLY, EARLY_AS_MET, OF_ANSWERED, GENESYS),
        ),
        "seconds": call_rows.SECONDS,
        "short_s": call_rows.SHORT,
        "flow_outs": Param(call_rows.COUNT, "overflow and timeout", choices=(call_rows.COUNT, call_rows.LEAVE_OUT)),
        "callbacks": Param(
            call_rows.LEAVE_OUT, "requests for a call back", choices=(call_rows.LEAVE_OUT, call_rows.COUNT)
        ),
        "visits": call_rows.VISITS,
    },
    bounds=(0, 1),
)

EXAMPLE = Example(
    rows=(
        {"wait_s": 20},
        {"wait_s": 21},
        {"wait_s": 5},
        {"outcome": "abandoned", "wait_s": 12},
        {"outcome": "callback", "wait_s": 90},
    ),
    value=Fraction(2, 4),
    n=4,
    excluded=(("call back asked for", 1),),
)
