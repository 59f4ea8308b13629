"""An own holiday or a one-day override lies outside the term.

Cause: mostly the year is wrong, so the day that was meant is not closed. Calendars in a shared text are not looked
at, because they serve several terms.
Cure: correct the year, or remove the day.
"""

from collections.abc import Iterator
from datetime import date

from tallystick.contract.card import Cards
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    first, last = contract.term.from_on, contract.whole_term.to_on
    home = contract.mark("contract").file
    for name, calendar in contract.calendars.items():
        days: list[tuple[date, tuple[str | int, ...]]] = []
        for listed, path in calendar.all_holidays:
            days += [(day, (*path, "own", at)) for at, day in enumerate(listed.own)]
            days += [(day, (*path, "except", at)) for at, day in enumerate(listed.except_days)]
        for key in ("overrides", "breaks"):
            days += [(day, (key, day.isoformat())) for day in getattr(calendar, key)]
            for index, version in enumerate(calendar.versions):
                days += [(day, ("versions", index, key, day.isoformat())) for day in getattr(version, key)]
        for day, path in days:
            place = contract.place("calendars", name, *path)
            if not first <= day <= last and place.file == home:
                yield RULE.found(place, f"{day} in calendar {name!r} lies outside the term ({first} to {last}).")


RULE = Rule(
    "TS-C043",
    Severity.WARNING,
    "A day of the calendar lies outside the term",
    "Check the year of the day.",
    _look,
)
