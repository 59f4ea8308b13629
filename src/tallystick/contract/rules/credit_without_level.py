"""A credit waits for a level that its clause does not have.

Cause: it says `below: minimum` and the clause names no minimum, or it is tied to a clause that measures nothing.
Cure: give the clause a minimum, say `below: target`, or name a clause with a target.
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule
from tallystick.contract.triggered import Trigger
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    for credit in contract.clauses:
        when = getattr(credit, "when", None)
        if not isinstance(when, Trigger):
            continue
        trigger = contract.clause(when.clause)
        if trigger is not None and getattr(trigger, when.below, None) is None:
            message = f"Credit {credit.id} falls due below the {when.below} of {trigger.id}, which has none."
            yield RULE.found(contract.clause_place(credit, "when"), message)


RULE = Rule(
    "TS-C076",
    Severity.ERROR,
    "A credit without a level to fall below",
    "Give the clause a `minimum`, or say `below: target`.",
    _look,
)
