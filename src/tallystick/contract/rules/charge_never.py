"""A charge begins after it ends, or lies wholly outside the term.

Cause: `from` lies after `to`, or both lie before or after the term.
Cure: correct the days, or take the charge out.
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    for charge in contract.charges:
        if charge.begins(contract) >= charge.ends(contract):
            place = contract.charge_place(charge, "from" if charge.from_on else "to")
            yield RULE.found(place, f"Charge {charge.id} has no day on which it is charged.")


RULE = Rule(
    "TS-C163",
    Severity.WARNING,
    "A charge is never charged",
    "Correct `from` and `to`.",
    _look,
)
