"""A worked example of a charge gives a quantity that the charge does not have, or lacks one that it needs.

Cause: a key of `given` is none of the charge's quantities, so it would change nothing.
Cure: the finding names the quantities.
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards
from tallystick.contract.charge import PART
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule, did_you_mean
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    for charge in contract.charges:
        for place, example in enumerate(charge.examples):
            roles = charge.later_roles(contract) if example.later else charge.roles(contract)
            for name in example.given:
                if name not in roles:
                    at = contract.charge_place(charge, "examples", place, "given", name)
                    cure = did_you_mean(name, roles, "The charge counts nothing.")
                    yield RULE.found(at, f"Charge {charge.id} has no quantity {name!r}.", cure)
            lacking = [name for name, role in roles.items() if name not in example.given and role.reach == PART]
            if lacking:
                at = contract.charge_place(charge, "examples", place)
                yield RULE.found(at, f"The example does not give {', '.join(lacking)}.", "Give every quantity.")


RULE = Rule(
    "TS-C162",
    Severity.ERROR,
    "A worked example gives what a charge does not count",
    "Name a quantity of the charge.",
    _look,
)
