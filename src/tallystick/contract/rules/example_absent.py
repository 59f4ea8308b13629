"""A credit has no worked example.

Cause: both sides should have computed one month by hand before they sign. A worked example does that, and runs as a
test.
Cure: under `examples` write the clause or its credit, what is given and what must come out, with the `credit`.
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    shown = {example.clause for example in contract.examples if example.expect.credit is not None}
    for credit in contract.clauses:
        if credit.moves_money and not shown & {credit.id, *credit.needs(contract)}:
            message = f"No worked example shows what follows from credit {credit.id}."
            yield RULE.found(contract.clause_place(credit, "id"), message)


RULE = Rule(
    "TS-C083",
    Severity.WARNING,
    "A credit without a worked example",
    "Add one under `examples` with the figures of a month.",
    _look,
    whole=("examples",),
)
