"""A queue is named that the list of queues does not hold.

Cause: the contract lists its `queues`, and a programme or a population names another one. Where the contract lists no
queues, any name is taken as it is.
Cure: add the queue to the list, or correct the name.
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule, did_you_mean
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    known = contract.declared("queues")
    if not known:
        return
    named = [
        (queue, contract.place("programmes", name, "queues", at))
        for name, programme in contract.programmes.items()
        for at, queue in enumerate(programme.queues)
    ]
    named += [
        (queue, contract.clause_place(clause, "for", "queue"))
        for clause in contract.counted
        for queue in clause.population.values_of("queue")
    ]
    for queue, place in named:
        if queue not in known:
            cure = did_you_mean(queue, known, "Declare it under `queues`.")
            yield RULE.found(place, f"There is no queue named {queue!r}.", cure)


RULE = Rule(
    "TS-C030",
    Severity.ERROR,
    "Unknown queue",
    "Declare the queue under `queues`.",
    _look,
)
