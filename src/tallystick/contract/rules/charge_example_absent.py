"""A charge has no worked example.

Cause: both sides should have computed one month by hand before they sign. A worked example does that, and runs as a
test.
Cure: under `examples` of the charge write what is given, by role, and the `amount` that must come out.
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    for charge in contract.charges:
        if not charge.examples:
            message = f"No worked example shows what charge {charge.id} comes to."
            yield RULE.found(contract.charge_place(charge, "id"), message)


RULE = Rule(
    "TS-C151",
    Severity.WARNING,
    "A charge without a worked example",
    "Add one under `examples` of the charge, with the quantities of a month.",
    _look,
)
