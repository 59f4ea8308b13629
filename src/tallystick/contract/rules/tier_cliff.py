"""Under prices for all units, the whole volume costs less just beyond a border than just before it.

Cause: when the border is crossed, the lower price holds for all units. Between the border and the volume at which the
sum has caught up, more work is paid less.
Cure: mean it, or let each unit keep the price of its own tier (`model: marginal`).
"""

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

from tallystick.contract.card import Cards
from tallystick.contract.charges.tiered import Tiered
from tallystick.contract.model import Contract
from tallystick.contract.quantity import figure_text
from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    for charge in contract.charges:
        if not isinstance(charge, Tiered) or charge.model != "all-units":
            continue
        for place, (low, high) in enumerate(pairwise(charge.tiers), start=1):
            if low.up_to is not None and high.rate < low.rate:
                catches_up = Fraction(low.up_to) * Fraction(low.rate) / Fraction(high.rate) if high.rate else None
                until = f" up to {figure_text(catches_up, 2)}" if catches_up is not None else ""
                message = f"Beyond {figure_text(Fraction(low.up_to))}{until} the sum is lower than at the border."
                yield RULE.found(contract.charge_place(charge, "tiers", place, "rate"), message)


RULE = Rule(
    "TS-C153",
    Severity.NOTE,
    "More volume can cost less",
    "Mean it, or price by `marginal` tiers.",
    _look,
)
