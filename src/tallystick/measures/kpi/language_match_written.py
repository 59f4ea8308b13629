"""Language match of written contacts (K64, by letters).

Definition: The share of written contacts in which every reply was in a language in which the customer had written.
Formula: contacts of which at least `percent` % of the replies match / contacts with at least `at_least` replies of
    which that is known.
Unit: ratio 0..1; higher is better.
Counted: Public messages by agents, gathered by contact; n is their number, numerator and denominator count contacts. A
    reply matches where the language identified in its letters is one that the customer had written in before. Replies
    of which the language, or the customer's, is not known are left out, with their count.
Variants: `basis` either (default) takes the identified languages where there are both, else those that the source
    declares for the messages or the case; identified takes nothing else; declared takes only what the source says.
    Every reply (default), or `percent` of them.
Confused with: Language match of calls (K64), which asks the roster; native quality (K38), which asks how good it was.
Edge cases: A language is identified offline from the text as it is taken in, where its likelihood is 80 % and more and
    there are twelve bytes of letters; shorter notes have none rather than a guess. On public sentences of twenty
    languages 99.9 % of what is told is right; Indonesian and Malay are the pair most often not told. Messages taken in
    before languages were identified have none. Declared languages are often those of a profile, not of the text. A
    partner who took the contact over may not see what the customer wrote before: then what is declared decides. A
    contact with replies in two months stands in both, by each month's replies.
Source: KPI dictionary K64; Oversai on quality across languages [oversai-ml].
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import reply_rows
from tallystick.measures.measure import HIGHER, At, Counting, Example, Measure, Param


def _match(at: At) -> nw.Expr:
    basis = at.text("basis")
    if basis == "either":
        return nw.coalesce(at.col("identified_match"), at.col("declared_match"))
    return at.col(f"{basis}_match")


def _not_known(at: At) -> nw.Expr:
    return _match(at).is_null()


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Language match of written contacts",
    source="K64",
    unit="ratio",
    better=HIGHER,
    kind="share",
    fact=reply_rows.FACT,
    counting=Counting(left_out=(("language not known", _not_known),), numerator=_match, key=reply_rows.contact),
    period_rules=reply_rows.RULES,
    attributions=reply_rows.ATTRIBUTIONS,
    params={
        "basis": Param("either", "which languages are compared", choices=("either", "identified", "declared")),
        "percent": Param(100, "per cent of a contact's replies that must match", least=1),
        "at_least": reply_rows.AT_LEAST,
    },
    bounds=(0, 1),
)

EXAMPLE = Example(
    rows=(
        {"case_key": 1},
        {"case_key": 1, "written_in": "en", "identified_match": False},
        {"case_key": 2, "written_in": None, "identified_match": None, "declared_match": True},
        {"case_key": 3},
        {"case_key": 4, "written_in": None, "identified_match": None},
    ),
    value=Fraction(2, 3),
    n=4,
    excluded=(("language not known", 1),),
)
