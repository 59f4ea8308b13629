"""A number lies below zero.

Cause: a sum, a cap, a factor, a rate or a number of points is written with a minus, or a fee that a clause takes a
share of. What follows from a miss is always written as a positive number; a price adjustment below zero would be an
addition to the fees.
Cure: write it without the minus. An addition to the fees is a `bonus_malus`.
"""

from collections.abc import Iterator
from decimal import Decimal

from tallystick.contract.card import Cards
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    bases = set[str]()
    for clause in contract.clauses:
        bases.update(name for name, _ in clause.fee_references())
        for said, path in clause.said():
            # A plain number is the only decimal that a clause writes; which way it moves money its kind says.
            if isinstance(said, Decimal) and said < 0:
                key = next(part for part in reversed(path) if isinstance(part, str))
                message = f"{said} as `{key}` of clause {clause.id} lies below zero."
                yield RULE.found(contract.clause_place(clause, *path), message)
    for name, fee in contract.fees.items():
        if name in bases and fee.amount < 0:
            message = f"Clauses take a share of the fee {name}, which lies below zero: {fee.amount}."
            yield RULE.found(contract.place("fees", name, "amount"), message)


RULE = Rule(
    "TS-C166",
    Severity.ERROR,
    "A number below zero",
    "Write the number without the minus.",
    _look,
)
