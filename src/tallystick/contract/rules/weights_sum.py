"""The weights of the clauses do not come to 100 %.

Cause: a clause was added or retired and the weights were not spread again. Retired clauses do not count.
Cure: change the weights; clauses without a weight weigh nothing.
"""

from collections.abc import Iterator
from fractions import Fraction

from tallystick.contract.card import Cards
from tallystick.contract.model import Contract
from tallystick.contract.quantity import percentage_text
from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    weighted = [
        clause
        for clause in contract.counted
        if clause.weight is not None and clause.state_on(contract.whole_term.to_on) != "retired"
    ]
    total = sum((clause.weight for clause in weighted if clause.weight is not None), Fraction(0))
    if weighted and total != 1:
        message = f"The weights of {', '.join(clause.id for clause in weighted)} come to {percentage_text(total)}."
        yield RULE.found(contract.clause_place(weighted[-1], "weight"), message)


RULE = Rule(
    "TS-C050",
    Severity.ERROR,
    "Weights do not come to 100 %",
    "Change the weights so that they come to 100 %.",
    _look,
    whole=("clauses",),
)
