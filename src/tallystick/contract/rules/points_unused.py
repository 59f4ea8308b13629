"""Points are given and nothing follows from them.

Cause: no clause turns the points into a price adjustment or counts them towards a right.
Cure: add a `points_credit`, or a `termination_trigger` that counts points.
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    used = {name for clause in contract.clauses for name, _ in clause.references()}
    for clause in contract.clauses:
        if clause.kind == "points" and clause.id not in used:
            message = f"The points of {clause.id} lead to nothing."
            yield RULE.found(contract.clause_place(clause, "id"), message)


RULE = Rule(
    "TS-C129",
    Severity.WARNING,
    "Points without a consequence",
    "Add a points_credit that names the clause.",
    _look,
    whole=("clauses",),
)
