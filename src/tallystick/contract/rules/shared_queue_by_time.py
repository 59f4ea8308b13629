"""Agents who also work for other clients are charged by their hours or heads.

Cause: a charge per hour or full-time equivalent counts a queue that the contract declares `shared`. Its agents' time is
not the client's alone, so it would be paid several times over.
Cure: charge a shared queue by minutes of calls or by contacts.
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards, card_of
from tallystick.contract.charge import Quantity, asked
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Finding, Severity


def _tells_queue(one: Quantity, cards: Cards) -> bool:
    card = card_of(cards, one.measure, one.version)
    return card is None or "queue" not in card.untold


def _counted(one: Quantity, contract: Contract) -> tuple[str, ...]:
    """The queues that a quantity counts: those that it names, those of its programmes, or all."""
    queues, programmes = one.population.of("queue"), one.population.of("programme")
    if queues is not None and queues.op == "in":
        return queues.values
    if programmes is not None and programmes.op == "in":
        return tuple(queue for name in programmes.values if name in contract.programmes
                     for queue in contract.programmes[name].queues)  # fmt: skip
    left_out = queues.values if queues is not None else ()
    return tuple(name for name in contract.queues if name not in left_out)


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    shared = {name for name, queue in contract.queues.items() if queue.shared}
    for charge in contract.charges:
        if charge.kind not in ("per_hour", "per_fte", "bank_of_hours"):
            continue
        told = [one for _, one in asked(charge, contract) if _tells_queue(one, cards)]
        for queue in sorted({name for one in told for name in _counted(one, contract)} & shared):
            message = f"Charge {charge.id} pays the time of agents of {queue!r}, who work for others too."
            yield RULE.found(contract.charge_place(charge, "for", "queue"), message)


RULE = Rule(
    "TS-C152",
    Severity.ERROR,
    "Agents of a shared queue are charged by their time",
    "Charge a shared queue by minutes of calls or by contacts.",
    _look,
)
