"""A time in opening hours is written in days.

Cause: a day is 24 hours here, and 24 opening hours are nearly three working days. Contracts that say "one business
day" mean different things by it.
Cure: write the opening hours that are meant (9h), or `hours: calendar` for days of the calendar.
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards
from tallystick.contract.clauses.sla_target import SlaTarget
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    for index, clause in enumerate(contract.clauses):
        if not isinstance(clause, SlaTarget) or clause.hours != "business":
            continue
        node = list((contract.tree.get("clauses") or contract.tree).elements())[index].get("within")
        text = node.value if node is not None and isinstance(node.value, str) else ""
        if any(letter in text.lower() for letter in ("d", "w")):
            hours = clause.within // 3600
            message = f"{text} of opening hours is {hours} opening hours, which may not be what is meant."
            yield RULE.found(contract.clause_place(clause, "within"), message)


RULE = Rule(
    "TS-C058",
    Severity.WARNING,
    "A day of opening hours is unclear",
    "Write the hours, or say `hours: calendar`.",
    _look,
)
