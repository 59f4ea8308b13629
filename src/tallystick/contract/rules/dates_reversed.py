"""An end lies before its beginning.

Cause: `to` of the term, of a relief event or of a lifecycle state is earlier than `from`, or the last day of the term
is before the first.
Cure: correct the dates; `to` of the term and of a state is the last day itself.
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    if contract.term.to_on < contract.term.from_on:
        message = f"The term ends on {contract.term.to_on}, before it begins on {contract.term.from_on}."
        yield RULE.found(contract.place("term", "to"), message)
    for index, relief in enumerate(contract.relief):
        if relief.to_at.naive() < relief.from_at.naive() or (
            relief.to_at == relief.from_at and not relief.to_at.whole_day
        ):
            message = f"Relief {relief.id} ends at {relief.to_at.text}, not after it begins at {relief.from_at.text}."
            yield RULE.found(contract.place("relief", index, "to"), message)
    for clause in contract.clauses:
        for index, state in enumerate(clause.state):
            if state.to_on is not None and state.to_on < state.from_on:
                message = f"The state {state.as_state} ends on {state.to_on}, before it begins on {state.from_on}."
                yield RULE.found(contract.clause_place(clause, "state", index, "to"), message)


RULE = Rule(
    "TS-C040",
    Severity.ERROR,
    "An end lies before its beginning",
    "Exchange the two, or correct the one that is wrong.",
    _look,
)
