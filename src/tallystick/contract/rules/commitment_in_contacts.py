"""A share of forecast contacts is committed where minutes or hours are priced.

Cause: `per` of a minimum commitment is `minute` or `hour`, and `share` goes without a `forecast`. Then the forecast of
contacts is taken, which counts no time: read as minutes they are far fewer than come, and the commitment never holds.
Cure: name under `forecast` a measure in seconds, or commit to a number of minutes or hours by `units`.
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards
from tallystick.contract.charges.minimum_commitment import MinimumCommitment
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    for charge in contract.charges:
        if not isinstance(charge, MinimumCommitment) or charge.share is None or charge.forecast is not None:
            continue
        if charge.per != "unit":
            message = f"Charge {charge.id} is priced by the {charge.per} and commits to a share of forecast contacts."
            yield RULE.found(contract.charge_place(charge, "share"), message)


RULE = Rule(
    "TS-C165",
    Severity.ERROR,
    "A commitment of time by a forecast of contacts",
    "Name under `forecast` a measure in seconds, or commit to a number by `units`.",
    _look,
)
