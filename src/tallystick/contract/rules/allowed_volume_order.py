"""Allowed failures fall while the volume rises.

Cause: the entries are not in order of volume, or a smaller volume forgives more than a larger one, so that a partner
would gain by having fewer contacts counted.
Cure: order the entries by `under`, each with at least as many `allowed` as the one before.
"""

from collections.abc import Iterator
from itertools import pairwise

from tallystick.contract.card import Cards
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    for clause in contract.counted:
        parts = clause.allowed_by_volume
        for index, (small, large) in enumerate(pairwise(parts), start=1):
            if large.under <= small.under or large.allowed < small.allowed:
                message = f"Entry {index + 1} of {clause.id} does not rise above entry {index} in volume and failures."
                yield RULE.found(contract.clause_place(clause, "allowed_by_volume", index), message)
        for index, part in enumerate(parts):
            if part.allowed >= part.under:
                message = (
                    f"Under {part.under:,} counted, {clause.id} forgives {part.allowed:,}: it could never be missed."
                )
                yield RULE.found(contract.clause_place(clause, "allowed_by_volume", index), message)


RULE = Rule(
    "TS-C131",
    Severity.WARNING,
    "Allowed failures that do not rise with the volume",
    "Order the entries by volume, each with at least as many failures.",
    _look,
)
