"""A base charge moves in a way that was hardly meant.

Cause: a unit below the baseline saves more than a unit above it costs, or the dead-band is as wide as the baseline, so
that no credit is ever due.
Cure: look at the rates and factors of `arc` and `rrc`, and at `dead_band`.
"""

from collections.abc import Iterator
from fractions import Fraction

from tallystick.contract.card import Cards
from tallystick.contract.charges.anchored import Anchored
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    for charge in contract.charges:
        if not isinstance(charge, Anchored):
            continue
        costs, saves = (Fraction(part.rate) * part.factor for part in (charge.arc, charge.rrc))
        if saves > costs:
            message = f"Charge {charge.id}: a unit below the baseline saves more than one above it costs."
            yield RULE.found(contract.charge_place(charge, "rrc", "rate"), message)
        baseline = Fraction(charge.baseline)
        if charge.dead_band is not None and charge.band_of(baseline, Fraction(1)) >= baseline:
            message = f"Charge {charge.id}: the dead-band reaches down to nothing, so no credit is ever due."
            yield RULE.found(contract.charge_place(charge, "dead_band"), message)


RULE = Rule(
    "TS-C154",
    Severity.WARNING,
    "Less volume saves more than more volume costs, or nothing ever moves",
    "Look at `arc`, `rrc` and `dead_band`.",
    _look,
)
