"""A clause on a percentage names no minimum volume.

Cause: with 3 cases in a month one late reply means 66.7 %, and money follows from chance.
Cure: add `minimum_volume`; below it the clause is not assessed. Handbooks use 25 to 50 cases a window.
"""

from collections.abc import Iterator

from tallystick.contract.card import RATIO, Cards
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    for clause in contract.counted:
        if clause.minimum_volume is None and clause.target.unit == RATIO:
            message = f"Clause {clause.id} is a percentage without a minimum volume."
            yield RULE.found(contract.clause_place(clause, "id"), message)


RULE = Rule(
    "TS-C052",
    Severity.WARNING,
    "No minimum volume",
    "Add `minimum_volume`, for example 30.",
    _look,
)
