"""Costs that are only passed on are part of the fee that credits are percentages of.

Cause: `billing.fees` names a charge of costs passed on, or names none, which means all. Usually they are left out of
the sum at risk.
Cure: name the other charges alone.
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    passed = {charge.id for charge in contract.charges if charge.kind == "pass_through"}
    for name, fee in contract.billing.fees.items():
        inside = sorted(passed & set(fee.charges)) if fee.charges else sorted(passed)
        if inside:
            message = f"The fee {name!r} holds costs passed on: {', '.join(inside)}."
            yield RULE.found(contract.place("billing", "fees", name), message)


RULE = Rule(
    "TS-C161",
    Severity.NOTE,
    "Costs passed on are part of a credit's base",
    "Leave them out, unless it is meant.",
    _look,
)
