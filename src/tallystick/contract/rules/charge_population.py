"""A charge names a queue or a programme that the text does not declare.

Cause: the name is misspelt, so nothing would be counted and nothing charged. Where the contract lists no queues, any
queue is taken as it is.
Cure: declare it under `queues` or `programmes`, or correct the name.
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards
from tallystick.contract.charge import asked
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule, did_you_mean
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    for charge in contract.charges:
        seen: set[str] = set()
        for role, one in asked(charge, contract):
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
    "A charge names a queue or programme that is not declared",
    "Declare it, or correct the name.",
    _look,
)
