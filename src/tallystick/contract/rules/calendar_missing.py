"""A time target runs in opening hours, but no calendar says when it is open.

Cause: none of the programmes that the clause covers names a calendar, and the contract has no single one for all.
Cure: declare a calendar; name it in the programme, or under `definitions.calendar`. For day and night say
`hours: calendar`.
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards
from tallystick.contract.clauses.sla_target import SlaTarget
from tallystick.contract.model import Contract
from tallystick.contract.populations import programmes_of
from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    if contract.declared("calendars") - set(contract.calendars):
        return  # a calendar is there, but broken
    for clause in contract.counted:
        if not isinstance(clause, SlaTarget) or clause.hours != "business":
            continue
        named = programmes_of(contract, clause)
        if any(contract.calendar_of(name) is None for name in named):
            message = f"Clause {clause.id} runs in opening hours, but no calendar holds for its cases."
            yield RULE.found(contract.clause_place(clause, "hours"), message)


RULE = Rule(
    "TS-C064",
    Severity.ERROR,
    "Opening hours without a calendar",
    "Declare a calendar, or say `hours: calendar`.",
    _look,
    whole=("definitions", "calendars", "programmes"),
)
