"""A charge names a queue or a programme that the text does not declare, or that its rows cannot tell.

Cause: the name is misspelt, or the measure counts rows that know no such field (a list of people knows no queue), so
nothing would be counted and nothing charged. Where the contract lists no queues, any queue is taken as it is.
Cure: declare it under `queues` or `programmes`, correct the name, or take the field out of `for`.
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards, card_of
from tallystick.contract.charge import asked
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule, did_you_mean
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    for charge in contract.charges:
        seen: set[str] = set()
        for role, one in asked(charge, contract):
            card = card_of(cards, one.measure, one.version)
            for field in (part.field for part in one.population if card and part.field in card.untold):
                path = ("for", field) if charge.population.of(field) else (role, "for", field)
                message = f"What {one.measure!r} counts tells no {field}, so nothing would be charged."
                yield RULE.found(contract.charge_place(charge, *path), message, f"Take {field!r} out of `for`.")
            for field, section in (("queue", "queues"), ("programme", "programmes")):
                known = contract.declared(section)
                for name in one.population.values_of(field):
                    if name in known or name in seen or (field == "queue" and not known):
                        continue
                    seen.add(name)
                    path = ("for", field) if charge.population.of(field) else (role, "for", field)
                    cure = did_you_mean(name, known, f"Declare it under `{section}`.")
                    yield RULE.found(contract.charge_place(charge, *path), f"There is no {field} named {name!r}.", cure)


RULE = Rule(
    "TS-C159",
    Severity.ERROR,
    "A charge is narrowed by what is not declared or not told",
    "Declare it, or correct the name.",
    _look,
)
