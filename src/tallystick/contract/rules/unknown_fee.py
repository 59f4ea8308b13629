"""A percentage refers to a fee that the text does not declare.

Cause: `of` in a credit or a cap names no entry of `fees`, so no sum follows.
Cure: declare the fee with its amount and currency, or correct the name.
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule, did_you_mean
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    known = contract.declared("fees")
    for clause in contract.clauses:
        for name, path in clause.fee_references():
            if name not in known:
                cure = did_you_mean(name, known, "Declare it under `fees`.")
                yield RULE.found(contract.clause_place(clause, *path), f"There is no fee named {name!r}.", cure)


RULE = Rule(
    "TS-C029",
    Severity.ERROR,
    "Unknown fee",
    "Declare the fee under `fees`.",
    _look,
)
