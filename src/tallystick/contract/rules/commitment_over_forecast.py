"""More is committed than is forecast.

Cause: `share` of a minimum commitment is above 100 %, so even a forecast that comes true is paid beyond what came.
Cure: a share of 70 % to 90 % is usual.
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards
from tallystick.contract.charges.minimum_commitment import MinimumCommitment
from tallystick.contract.model import Contract
from tallystick.contract.quantity import percentage_text
from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    for charge in contract.charges:
        if isinstance(charge, MinimumCommitment) and charge.share is not None and charge.share > 1:
            message = f"Charge {charge.id} commits to {percentage_text(charge.share)} of the forecast."
            yield RULE.found(contract.charge_place(charge, "share"), message)


RULE = Rule(
    "TS-C155",
    Severity.WARNING,
    "More is committed than is forecast",
    "Commit to at most the forecast.",
    _look,
)
