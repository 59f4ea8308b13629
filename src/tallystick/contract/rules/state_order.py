"""Two lifecycle states of a clause begin on the same day, or are not in order of time.

Cause: nobody could say which of the two holds.
Cure: one state for each day, the earliest first.
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    for clause in contract.clauses:
        for index, (before, after) in enumerate(zip(clause.state, clause.state[1:], strict=False), start=1):
            if after.from_on <= before.from_on:
                message = (
                    f"The state {after.as_state} of clause {clause.id} begins on {after.from_on}, "
                    f"not after {before.as_state} ({before.from_on})."
                )
                yield RULE.found(contract.clause_place(clause, "state", index, "from"), message)


RULE = Rule(
    "TS-C045",
    Severity.ERROR,
    "Two states begin on one day",
    "Keep one state for each day.",
    _look,
)
