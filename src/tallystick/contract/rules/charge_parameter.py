"""A charge gives its measure a parameter that it does not take, or a value that cannot be.

Cause: a key of `params` is none of the measure's parameters, or its value is none that it allows.
Cure: the finding names what is allowed; `tally explain MEASURE` lists the parameters.
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards, card_of
from tallystick.contract.charge import asked
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule, did_you_mean
from tallystick.vocabulary.errors import UsageError
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    for charge in contract.charges:
        for role, one in asked(charge, contract):
            card = card_of(cards, one.measure, one.version)
            for name, value in one.params.items() if card else ():
                place = contract.charge_place(charge, role, "params", name)
                if card and name not in card.params:
                    message = f"The measure {one.measure!r} takes no parameter {name!r}."
                    yield RULE.found(place, message, did_you_mean(name, card.params, "It takes no such parameter."))
                    continue
                if card is None or card.unit_under is None:
                    continue
                try:
                    card.unit_under({name: value})
                except UsageError as error:
                    yield RULE.found(place, f"Charge {charge.id}: {error.message}", error.cure)


RULE = Rule(
    "TS-C142",
    Severity.ERROR,
    "A charge gives a measure a parameter that cannot be",
    "Use a parameter and a value that the measure takes.",
    _look,
)
