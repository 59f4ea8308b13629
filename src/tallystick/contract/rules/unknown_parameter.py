"""A clause gives a measure a parameter that it does not take.

Cause: a key of `params` is none of the measure's parameters, so it would change nothing.
Cure: correct the name; `tally explain MEASURE` lists the parameters.
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards, card_of
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule, did_you_mean
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    for clause in contract.counted:
        card = card_of(cards, clause.measure, clause.version)
        for name in clause.params if card else ():
            if card and name not in card.params:
                message = f"The measure {clause.measure!r} takes no parameter {name!r}."
                cure = did_you_mean(name, card.params, "It takes no such parameter.")
                yield RULE.found(contract.clause_place(clause, "params", name), message, cure)


RULE = Rule(
    "TS-C023",
    Severity.ERROR,
    "Unknown parameter",
    "Remove the parameter or correct its name.",
    _look,
)
