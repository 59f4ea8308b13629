"""It is not said whether more or less is better.

Cause: a clause rests on a value that no measure of the catalogue defines, and neither `better` nor a minimum beside the
target shows the direction; or `better` contradicts the measure that the clause names.
Cure: write `better: higher` or `better: lower`; leave it out where the measure itself says it.
"""

from collections.abc import Iterator

from tallystick.contract.card import SECONDS, Cards, card_of
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    for clause in contract.counted:
        card = card_of(cards, clause.measure, clause.version)
        if card is not None and clause.better is not None and clause.better != card.better:
            message = (
                f"Clause {clause.id} says that {clause.better} is better; for {clause.measure} it is {card.better}."
            )
            yield RULE.found(contract.clause_place(clause, "better"), message)
        unknown = cards and clause.value != "measured" and clause.measure not in cards
        if unknown and clause.better is None and clause.minimum is None and clause.target.unit != SECONDS:
            message = f"Clause {clause.id} does not say whether more or less of {clause.measure} is better."
            yield RULE.found(contract.clause_place(clause, "target"), message)


RULE = Rule(
    "TS-C066",
    Severity.ERROR,
    "It is not said what is better",
    "Write `better: higher` or `better: lower`.",
    _look,
)
