"""A credit is tied to a clause that is never in effect.

Cause: the clause is only reported, baselining, suspended or retired for the whole term, so no money can follow.
Cure: give the clause a state `in-effect` with its day, or remove the credit.
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule
from tallystick.contract.triggered import Trigger
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    for credit in contract.clauses:
        when = getattr(credit, "when", None)
        if not isinstance(when, Trigger):
            continue
        trigger = contract.clause(when.clause)
        if trigger is None or not trigger.state or _becomes_effective(contract, trigger.id):
            continue
        if not any(part.as_state == "in-effect" for part in trigger.state):
            message = f"Credit {credit.id} is tied to clause {trigger.id}, which is never in effect."
            yield RULE.found(contract.clause_place(credit, "when", "clause"), message)


def _becomes_effective(contract: Contract, clause_id: str) -> bool:
    """Whether an amendment replaces the states of the clause; the amended text is looked at on its own."""
    return any(
        change.clause == clause_id and "state" in change.set
        for part in contract.amendments
        if part.id not in contract.applied
        for change in part.changes
    )


RULE = Rule(
    "TS-C070",
    Severity.ERROR,
    "A credit that can never follow",
    "Put the clause in effect, or remove the credit.",
    _look,
)
