"""A step of a glide path takes the minimum level away.

Cause: the clause has a minimum and the step names none, so from that day on nothing can fall below it.
Cure: write the minimum into the step, even where it stays as it was.
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    for clause in contract.counted:
        for index, step in enumerate(clause.glide):
            if clause.minimum is not None and step.minimum is None:
                message = f"From {step.from_on.isoformat()} {clause.id} has no minimum; before, it is {clause.minimum}."
                yield RULE.found(contract.clause_place(clause, "glide", index), message)


RULE = Rule(
    "TS-C133",
    Severity.WARNING,
    "A glide path without the minimum",
    "Write the `minimum` into each step.",
    _look,
)
