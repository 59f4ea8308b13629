"""A lifecycle state begins after the last day of the term, or ends before the first.

Cause: mostly the year is wrong, and a clause that was meant to move money never does.
Cure: correct the day.
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    for clause in contract.clauses:
        for index, state in enumerate(clause.state):
            if state.from_on > contract.whole_term.to_on or (
                state.to_on is not None and state.to_on < contract.term.from_on
            ):
                message = f"The state {state.as_state} of clause {clause.id} lies outside the term."
                yield RULE.found(contract.clause_place(clause, "state", index, "from"), message)


RULE = Rule(
    "TS-C046",
    Severity.WARNING,
    "A state begins outside the term",
    "Check the year of the day.",
    _look,
)
