"""The lifecycle of a clause leaves a time without a state.

Cause: the first state begins after the term, or a state that ends is not followed by another the day after. In such a
gap the clause is only reported and moves no money.
Cure: write a state for the gap, for example `reporting-only`.
"""

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

from tallystick.contract.card import Cards
from tallystick.contract.clause import Clause
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    if contract.assumed("term"):
        return
    for clause in contract.clauses:
        states = sorted(enumerate(clause.state), key=lambda entry: entry[1].from_on)
        if not states:
            continue
        index, first = states[0]
        if first.from_on > contract.term.from_on and not _joined_later(contract, clause):
            message = f"Clause {clause.id} has no state from {contract.term.from_on} until {first.from_on}."
            yield RULE.found(contract.clause_place(clause, "state", index, "from"), message)
        for (at, before), (_, after) in pairwise(states):
            if before.to_on is not None and before.to_on + timedelta(days=1) < after.from_on:
                message = (
                    f"Clause {clause.id} has no state from {before.to_on + timedelta(days=1)} until {after.from_on}."
                )
                yield RULE.found(contract.clause_place(clause, "state", at, "to"), message)


def _joined_later(contract: Contract, clause: Clause) -> bool:
    """Whether an amendment brought the clause, so that it may well begin after the term does."""
    return any((change.add or {}).get("id") == clause.id for part in contract.amendments for change in part.changes)


RULE = Rule(
    "TS-C044",
    Severity.WARNING,
    "A clause has no state for a time",
    "Begin the first state with the term, and each next one the day after.",
    _look,
)
