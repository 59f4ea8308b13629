"""Language match (K64).

Definition: The share of handled calls that were answered by somebody who is listed with the customer's language.
Formula: calls whose agent speaks the language of the contact / calls of which both are known.
Unit: ratio 0..1; higher is better.
Counted: Inbound calls that somebody talked on, each visit to a queue once. The agent's languages are those of the
    roster, the contact's language that of the queue or of the source. Calls of which either is not known are left out,
    with their count.
Variants: By roster (this one), because records of calls do not tell in which language was spoken. What was written is
    told by its letters: language_match_written; replies that a machine translated: machine_translation_share.
Confused with: Coverage by language (K63), which asks whether such an agent was there at all; native quality (K38).
Edge cases: A roster that lists too much flatters. Codes are compared as written, so pt and pt-br differ. Two agents of
    one id with different languages count as not known.
Source: KPI dictionary K64; Oversai on quality across languages [oversai-ml].
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import call_rows
from tallystick.measures.measure import HIGHER, At, Counting, Example, Measure


def _not_known(at: At) -> nw.Expr:
    return at.col("speaks").is_null()


def _speaks(at: At) -> nw.Expr:
    return at.col("speaks")


def _not_yet(at: At) -> nw.Expr:
    return ~(at.col("answered_at") <= at.as_of).fill_null(value=False)


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Language match",
    source="K64",
    unit="ratio",
    better=HIGHER,
    kind="share",
    fact="call_language",
    counting=Counting(
        left_out=(call_rows.INBOUND, ("language not known", _not_known)),
        pending=_not_yet,
        numerator=_speaks,
    ),
    period_rules=call_rows.RULES,
    attributions=call_rows.BY_AGENT,
    bounds=(0, 1),
)

EXAMPLE = Example(
    rows=(
        {},
        {"speaks": False},
        {},
        {"speaks": None},
        {"direction": "outbound"},
    ),
    value=Fraction(2, 3),
    n=3,
    excluded=(("language not known", 1), ("not inbound", 1)),
)
