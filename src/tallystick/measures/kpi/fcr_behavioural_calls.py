"""First contact resolution of calls, behavioural (K17, on calls).

Definition: The share of customers' issues handled in one call, after which the customer did not call again about the
    same reason within the window.
Formula: first calls that no other call about the same reason followed within W / first calls.
Unit: ratio 0..1; higher is better.
Counted: Inbound calls that were answered and are the first about their issue, each once by its last visit, when W has
    passed since the offer by `as_of`; the others are pending. Calls of unknown customers, second and later calls, and
    calls not answered are left out, with counts.
Variants: Behavioural (this one) or reported by the customer in a survey (K16). W is the repeat window of the clock
    terms, seven days unless a contract says otherwise. A try that nobody answered is a return too.
Confused with: The same over cases (K17); verified resolution (K26), which counts all solved issues, not first calls.
Edge cases: Same issue is the same customer key and the same reason, the newest that the call was given; a call without
    a reason matches calls without one. Wrong reasons and shared telephones make and hide returns: publish the precision
    of the match, found on a sample, beside the figure. Returns by e-mail or through another partner are not seen.
Source: KPI dictionary K17, K25.
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import call_rows, case_rows, looking_ahead
from tallystick.measures.measure import HIGHER, At, Counting, Example, Measure


def _later_contact(at: At) -> nw.Expr:
    return at.col("contact_no") >= 2


def _window_open(at: At) -> nw.Expr:
    return at.second("offered_at") + at.number("window_s") > at.as_of_second


def _did_not_return(at: At) -> nw.Expr:
    return ~at.col("repeated")


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="First contact resolution of calls, behavioural",
    source="K17",
    unit="ratio",
    better=HIGHER,
    kind="share",
    fact="call",
    counting=Counting(
        left_out=(
            call_rows.INBOUND,
            call_rows.MACHINE,
            call_rows.EARLIER,
            call_rows.STRANGER,
            ("not answered", call_rows.not_handled),
            ("second or later call", _later_contact),
        ),
        pending=_window_open,
        settles=looking_ahead.until("offered_at", "window_s"),
        numerator=_did_not_return,
    ),
    period_rules=call_rows.RULES,
    attributions=call_rows.BY_AGENT,
    params={"window_s": case_rows.WINDOW},
    bounds=(0, 1),
)

EXAMPLE = Example(
    rows=(
        {"requester_key": 7},
        {"requester_key": 8, "repeated": True},
        {"requester_key": 8, "contact_no": 2},
        {"requester_key": None},
        {"requester_key": 9, "offered_at": "2026-03-31T10:00:00Z"},
    ),
    value=Fraction(1, 2),
    n=2,
    as_of="2026-04-05T00:00:00Z",
    pending=1,
    excluded=(("second or later call", 1), ("unknown customer", 1)),
)
