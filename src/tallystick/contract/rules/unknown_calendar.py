"""A calendar is named that the text does not declare.

Cause: a programme or the definitions name a calendar that stands neither in the contract nor in a text it includes.
Cure: declare it under `calendars`, or correct the name.
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule, did_you_mean
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    known = contract.declared("calendars")
    named: list[tuple[tuple[str, ...], str | None]] = [
        (("programmes", name, "calendar"), part.calendar) for name, part in contract.programmes.items()
    ]
    named.append((("definitions", "calendar"), contract.definitions.calendar))
    for path, calendar in named:
        if calendar is not None and calendar not in known:
            cure = did_you_mean(calendar, known, "Declare it under `calendars`.")
            yield RULE.found(contract.place(*path), f"There is no calendar named {calendar!r}.", cure)


RULE = Rule(
    "TS-C025",
    Severity.ERROR,
    "Unknown calendar",
    "Declare the calendar under `calendars`.",
    _look,
)
