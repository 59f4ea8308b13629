"""A clause rests on a value that nobody can check.

Cause: `value: imported` needs the name under which the partner reports it (`reported_as`), and `value: typed` the
typed values, each with its evidence (or one `evidence` for all).
Cure: name them, or leave `value` out, so that the value is counted from records.
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    for clause in contract.counted:
        place = contract.clause_place(clause, "value")
        if clause.value == "imported" and not clause.reported_as:
            yield RULE.found(place, f"Clause {clause.id} is imported, but does not say `reported_as`.")
        if clause.value == "typed" and not clause.typed:
            yield RULE.found(place, f"Clause {clause.id} is typed, but holds no `typed` values.")
        for index, typed in enumerate(clause.typed):
            if not typed.evidence and not clause.evidence:
                message = f"The typed value of clause {clause.id} for {typed.period} has no evidence."
                yield RULE.found(contract.clause_place(clause, "typed", index), message)


RULE = Rule(
    "TS-C062",
    Severity.ERROR,
    "A value without evidence",
    "Name the evidence, or let the value be measured.",
    _look,
)
