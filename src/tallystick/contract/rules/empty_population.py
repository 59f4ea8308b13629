"""A clause can never count a case.

Cause: a list in `for` is empty, or the population contradicts the programme it names (French in a German programme).
Cure: widen the population, or remove the clause.
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards
from tallystick.contract.model import Contract
from tallystick.contract.populations import reachable
from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    for clause in contract.counted:
        for part in clause.population:
            if part.op == "in" and not part.values:
                message = f"Clause {clause.id} counts nothing: `{part.field}` is an empty list."
                yield RULE.found(contract.clause_place(clause, "for", part.field), message)
                break
        else:
            if not reachable(contract, clause):
                message = f"Clause {clause.id} counts nothing: its population contradicts its programme."
                yield RULE.found(contract.clause_place(clause, "for"), message)


RULE = Rule(
    "TS-C057",
    Severity.ERROR,
    "A clause counts nothing",
    "Widen the population.",
    _look,
    whole=("programmes",),
)
