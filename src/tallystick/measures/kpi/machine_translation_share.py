"""Machine-translated contacts (K64, as the source tells).

Definition: The share of written contacts in which the source says that a machine translated a reply.
Formula: contacts of which at least `percent` % of the replies are marked as translated / contacts with at least
    `at_least` replies of which the source tells.
Unit: ratio 0..1; lower is better where people are paid for a language.
Counted: Public messages by agents, gathered by contact; n is their number, numerator and denominator count contacts.
    Replies of which the source does not tell are left out, with their count.
Variants: Any reply (default, 1 %), or `percent` of them.
Confused with: Language match (K64), which a machine's translation passes; native quality (K38).
Edge cases: This is the source's own mark and nothing else. Translated text cannot be told from a person's by its
    letters with a precision that anybody could state, so none is guessed; a tool outside of the source leaves no mark,
    and the figure is a lower bound. Where nothing is marked, no value is given rather than 0.
Source: KPI dictionary K64; Oversai on quality across languages [oversai-ml].
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import reply_rows
from tallystick.measures.measure import LOWER, At, Counting, Example, Measure, Param


def _not_told(at: At) -> nw.Expr:
    return at.col("machine_translated").is_null()


def _translated(at: At) -> nw.Expr:
    return at.col("machine_translated")


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Machine-translated contacts",
    source="K64",
    unit="ratio",
    better=LOWER,
    kind="share",
    fact=reply_rows.FACT,
    counting=Counting(left_out=(("source does not tell", _not_told),), numerator=_translated, key=reply_rows.contact),
    period_rules=reply_rows.RULES,
    attributions=reply_rows.ATTRIBUTIONS,
    params={
        "percent": Param(1, "per cent of a contact's replies that make it a translated one", least=1),
        "at_least": reply_rows.AT_LEAST,
    },
    bounds=(0, 1),
)

EXAMPLE = Example(
    rows=(
        {"case_key": 1, "machine_translated": False},
        {"case_key": 1, "machine_translated": True},
        {"case_key": 2, "machine_translated": False},
        {"case_key": 3, "machine_translated": False},
        {"case_key": 4},
    ),
    value=Fraction(1, 3),
    n=4,
    excluded=(("source does not tell", 1),),
)
