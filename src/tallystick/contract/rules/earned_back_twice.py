"""More of a credit can be earned back than there is of it.

Cause: several clauses let the same credit be earned back, and their shares together come to more than the whole.
Cure: name the credit in one of them, or write shares that come to 100 % at most.
"""

from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction

from tallystick.contract.card import Cards
from tallystick.contract.clauses.earn_back import EarnBack
from tallystick.contract.model import Contract
from tallystick.contract.quantity import percentage_text
from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    shares: dict[str, Fraction] = defaultdict(Fraction)
    for clause in contract.clauses:
        if not isinstance(clause, EarnBack):
            continue
        for index, name in enumerate(clause.credits):
            shares[name] += clause.share
            if shares[name] > 1:
                message = f"Of {name} {percentage_text(shares[name])} can be earned back, with {clause.id}."
                yield RULE.found(contract.clause_place(clause, "credits", index), message)


RULE = Rule(
    "TS-C134",
    Severity.WARNING,
    "A credit that can be earned back more than once",
    "Name the credit in one clause, or let the shares come to 100 % at most.",
    _look,
)
