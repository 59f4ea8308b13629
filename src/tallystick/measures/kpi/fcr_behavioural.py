"""First contact resolution, behavioural (K17).

Definition: The share of issues after whose first contact the customer did not come back about the same reason within
    the window.
Formula: first contacts on an issue that neither another contact on it nor a reopening followed within W / first
    contacts.
Unit: ratio 0..1; higher is better.
Counted: Cases that are the first contact on their issue, once W has passed since their first solving by `as_of`; the
    others are pending, so the last W days of every period wait. Cases of unknown customers, second and later contacts,
    cases that the customer did not begin, merged and excluded cases are left out, with counts.
Variants: Behavioural (this one) or as customers report it (K16), which runs higher. W is the repeat window of the clock
    terms, seven days unless a contract says otherwise.
Confused with: One-touch rate (K22), which counts the partner's replies; verified resolution (K26), which counts every
    solved case, later contacts too.
Edge cases: Same issue is the same customer key and the same contact reason; cases without a reason match each other.
    Wrong reasons make and hide returns: publish the precision of the match, found on a sample, beside the figure. A
    customer who gave up is silent too.
Source: KPI dictionary K17; Connections Magazine on what can be measured [conn-fcr].
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import case_rows, looking_ahead
from tallystick.measures.measure import CREATED_IN, HIGHER, RESOLVED_IN, At, Counting, Example, Measure


def _later_contact(at: At) -> nw.Expr:
    return at.col("contact_no") >= 2


def _not_from_customer(at: At) -> nw.Expr:
    return ~at.word("initiated_by", "customer")


def _did_not_return(at: At) -> nw.Expr:
    return ~at.col("repeated") & (at.col("reopens_in_window") == 0)


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="First contact resolution, behavioural",
    source="K17",
    unit="ratio",
    better=HIGHER,
    kind="share",
    fact="case",
    counting=Counting(
        left_out=(
            case_rows.MERGED,
            ("unknown customer", case_rows.unknown_customer),
            ("not begun by the customer", _not_from_customer),
            ("second or later contact", _later_contact),
        ),
        pending=case_rows.window_open,
        settles=looking_ahead.until("first_solved_at", "window_s"),
        numerator=_did_not_return,
    ),
    period_rules=(CREATED_IN, RESOLVED_IN),
    attributions=case_rows.BY_LAST_OWNER,
    params={"window_s": case_rows.WINDOW},
    bounds=(0, 1),
)

EXAMPLE = Example(
    rows=(
        {"requester_key": 7, "contact_no": 1},
        {"requester_key": 8, "contact_no": 1, "repeated": True},
        {"requester_key": 8, "contact_no": 2},
        {"requester_key": 9, "contact_no": 1, "reopens_in_window": 1},
        {"requester_key": 10, "contact_no": 1, "first_solved_at": "2026-04-12T10:00:00Z"},
    ),
    value=Fraction(1, 3),
    n=3,
    pending=1,
    excluded=(("second or later contact", 1),),
)
