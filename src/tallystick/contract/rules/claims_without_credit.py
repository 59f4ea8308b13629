"""Price adjustments lapse by the text, but no clause brings one.

Cause: `claims` was taken over from another contract, or the clause with the adjustment is missing.
Cure: add the clause, or take `claims` out.
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    if contract.claims is not None and not any(clause.capped for clause in contract.clauses):
        message = f"Adjustments must be claimed within {contract.claims.within}, but no clause brings an adjustment."
        yield RULE.found(contract.place("claims"), message)


RULE = Rule(
    "TS-C103",
    Severity.WARNING,
    "A time to claim, and nothing to claim",
    "Add the price adjustment, or take `claims` out.",
    _look,
    whole=("clauses",),
)
