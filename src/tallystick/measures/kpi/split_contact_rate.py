"""Split contact rate (K25, in a short window).

Definition: The share of answered calls that came so soon after another answered call of the same customer about the
    same reason that both are one contact.
Formula: answered calls at most `within_s` after the one before on the same issue / answered calls.
Unit: ratio 0..1; lower is better.
Counted: Inbound answered calls, each once by its last visit. Calls of unknown customers and those not answered are left
    out, with counts; calls that still wait are pending.
Variants: Within an hour (default) or longer by `within_s`, at most the repeat window of the clock terms, beyond which
    nothing is looked for.
Confused with: Repeat call rate (K25), over days, which is about resolution; this is about what is billed twice.
Edge cases: Under a price per contact, dropping or closing and calling again makes two of one. A line that breaks does
    so too, so compare partners and look at who ended the first call. Customers with several numbers count as several.
Source: KPI dictionary K25.
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import call_rows
from tallystick.measures.measure import LOWER, At, Example, Measure, Param


def _soon_after(at: At) -> nw.Expr:
    return (at.col("since_previous_s") <= at.number("within_s")).fill_null(value=False)


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Split contact rate",
    source="K25",
    unit="ratio",
    better=LOWER,
    kind="share",
    fact="call",
    counting=call_rows.of_answered_calls(_soon_after),
    period_rules=call_rows.RULES,
    attributions=call_rows.BY_AGENT,
    params={"within_s": Param(3600, "seconds after the call before within which both are one contact", least=1)},
    bounds=(0, 1),
)

EXAMPLE = Example(
    rows=(
        {"requester_key": 7},
        {"requester_key": 7, "contact_no": 2, "since_previous_s": 3600},
        {"requester_key": 7, "contact_no": 3, "since_previous_s": 3601},
        {"requester_key": 8},
        {"requester_key": None},
    ),
    value=Fraction(1, 4),
    n=4,
    excluded=(("unknown customer", 1),),
)
