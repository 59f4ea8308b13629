"""The days on which a contract's text changes something, or ends: what somebody must have in a calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tallystick.contract.model import DAY, Contract


class DateKind(StrEnum):
    """What happens on the day."""

    BEGINS = "the term begins"
    ENDS = "the term ends"
    AMENDED = "an amendment takes effect"
    STATE = "a clause changes its state"
    HOURS = "opening hours change"


@dataclass(frozen=True)
class ContractDate:
    """One day of a contract. `about` is the id of the amendment, clause or calendar, `title` its heading.

    `state` is the lifecycle state that a clause then has; a term's last day still belongs to it.
    """

    on: date
    kind: DateKind
    about: str = ""
    title: str = ""
    state: str = ""


def dates_of(contract: Contract) -> tuple[ContractDate, ...]:
    """Every day that the text names, with all amendments that are written, in order of time."""
    last = max([contract.term.to_on, *(part.effective for part in contract.amendments)])
    text = contract.in_force(last)
    found = [
        ContractDate(text.term.from_on, DateKind.BEGINS),
        ContractDate(text.term.to_on, DateKind.ENDS),
        *(ContractDate(part.effective, DateKind.AMENDED, part.id, part.title or "") for part in contract.amendments),
    ]
    for clause in text.clauses:
        turns = {part.from_on for part in clause.state} | {part.to_on + DAY for part in clause.state if part.to_on}
        found += [
            ContractDate(day, DateKind.STATE, clause.id, clause.title or clause.called, clause.state_on(day))
            for day in turns
            if clause.state_on(day) != clause.state_on(day - DAY)
        ]
    found += [
        ContractDate(version.from_on, DateKind.HOURS, name, calendar.title or "")
        for name, calendar in text.calendars.items()
        for version in calendar.versions
    ]
    inside = [one for one in found if text.term.from_on <= one.on <= text.term.to_on]
    return tuple(sorted(inside, key=lambda one: (one.on, one.kind, one.about)))
