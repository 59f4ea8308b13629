"""A parameter of a measure has a value that cannot be.

Cause: a word outside the parameter's list, or a number where the measure takes none.
Cure: use one of the values that the finding names; `tally explain MEASURE` lists the parameters.
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards, card_of
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule
from tallystick.vocabulary.errors import UsageError
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    for clause in contract.counted:
        card = card_of(cards, clause.measure, clause.version)
        if card is None or card.unit_under is None:
            continue
        for name, value in clause.params.items():
            if name not in card.params:
                continue
            try:
                card.unit_under({name: value})
            except UsageError as error:
                place = contract.clause_place(clause, "params", name)
                yield RULE.found(place, f"Clause {clause.id}: {error.message}", error.cure)


RULE = Rule(
    "TS-C068", Severity.ERROR, "A parameter cannot have this value", "Use a value that the measure takes.", _look
)
