"""A clause rounds the value before it compares it.

Cause: rounded to whole percents, 79.5 % meets a target of 80 %. This is a choice of the contract, and it should be
one that both sides made knowingly.
Cure: `when: never` compares the exact value; `when: after` rounds only what is shown.
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    for clause in contract.counted:
        if clause.rounding.when == "before" and clause.rounding.mode not in {"down", "floor"}:
            message = f"Clause {clause.id} rounds to {clause.rounding.decimals} decimals before it compares."
            yield RULE.found(contract.clause_place(clause, "rounding"), message)


RULE = Rule(
    "TS-C063",
    Severity.WARNING,
    "Rounding before the comparison moves the target",
    "Say `when: never`, or be sure that both sides want it.",
    _look,
)
