"""A calendar, or a version of it, has no opening hours at all.

Cause: `week` is empty or holds closed days only, so no clock would ever run and no target be missed.
Cure: write the hours, or `week: always` for day and night.
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    for name, calendar in contract.calendars.items():
        if not calendar.overrides and any(not any(week.values()) for week in calendar.weeks):
            yield RULE.found(contract.place("calendars", name), f"The calendar {name!r} is never open.")


RULE = Rule(
    "TS-C059",
    Severity.ERROR,
    "A calendar is never open",
    "Write opening hours under `week`.",
    _look,
)
