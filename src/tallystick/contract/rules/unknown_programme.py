"""A programme is named that the text does not declare.

Cause: a clause's population or a queue names a programme that does not exist, so nothing would be counted.
Cure: declare it under `programmes`, or correct the name.
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule, did_you_mean
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    known = contract.declared("programmes")
    for clause in contract.counted:
        for name in part.values if (part := clause.population.of("programme")) else ():
            if name not in known:
                cure = did_you_mean(name, known, "Declare it under `programmes`.")
                place = contract.clause_place(clause, "for", "programme")
                yield RULE.found(place, f"There is no programme named {name!r}.", cure)
    for queue, section in contract.queues.items():
        if section.programme is not None and section.programme not in known:
            cure = did_you_mean(section.programme, known, "Declare it under `programmes`.")
            place = contract.place("queues", queue, "programme")
            yield RULE.found(place, f"There is no programme named {section.programme!r}.", cure)


RULE = Rule(
    "TS-C026",
    Severity.ERROR,
    "Unknown programme",
    "Declare the programme under `programmes`.",
    _look,
)
