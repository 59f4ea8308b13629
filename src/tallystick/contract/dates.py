"""The days on which a contract's text changes something, asks for something, or ends: what belongs into a calendar."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tallystick.contract.model import Contract
from tallystick.contract.section import DAY, Term
from tallystick.vocabulary.money import Money


class DateKind(StrEnum):
    """What happens on the day."""

    BEGINS = "the term begins"
    NOTICE = "the last day to give notice"
    ENDS = "the term ends"
    RENEWS = "the term prolongs itself"
    AMENDED = "an amendment takes effect"
    STATE = "a clause changes its state"
    HOURS = "opening hours change"
    CLAIM = "the last day to claim a price adjustment"


# Days on which somebody loses a right by doing nothing.
DEADLINES = frozenset({DateKind.NOTICE, DateKind.CLAIM})


@dataclass(frozen=True)
class ContractDate:
    """One day of a contract. `about` is the id of the amendment, clause or calendar, `title` its heading.

    `state` is the lifecycle state that a clause then has; a term's last day still belongs to it. Of a renewal `until`
    is the last day of the term that follows; of a claim `about` is the period, `partner` whose, and `money` the sum.
    """

    on: date
    kind: DateKind
    about: str = ""
    title: str = ""
    state: str = ""
    until: date | None = None
    partner: str = ""
    money: Money | None = None


def dates_of(contract: Contract) -> tuple[ContractDate, ...]:
    """Every day that the text names for its written term, with all amendments that are written, in order of time."""
    text = latest(contract)
    inside = [
        *_term_dates(text.term),
        *(ContractDate(part.effective, DateKind.AMENDED, part.id, part.title or "") for part in contract.amendments),
    ]
    for clause in text.clauses:
        turns = {part.from_on for part in clause.state} | {part.to_on + DAY for part in clause.state if part.to_on}
        inside += [
            ContractDate(day, DateKind.STATE, clause.id, clause.title or clause.called, clause.state_on(day))
            for day in turns
            if clause.state_on(day) != clause.state_on(day - DAY)
        ]
    inside += [
        ContractDate(version.from_on, DateKind.HOURS, name, calendar.title or "")
        for name, calendar in text.calendars.items()
        for version in calendar.versions
    ]
    found = [one for one in inside if text.term.from_on <= one.on <= text.term.end_on]
    # What would change on the day after the last changes nothing any more.
    found = [one for one in found if one.on <= text.term.to_on or one.kind is DateKind.RENEWS]
    return in_order(found)


def latest(contract: Contract) -> Contract:
    """The text with every amendment that is written; raises DataError where one does not fit."""
    return contract.in_force(max([contract.term.to_on, *(part.effective for part in contract.amendments)]))


def next_dates(contract: Contract, as_of: date) -> tuple[ContractDate, ...]:
    """The days of the text from `as_of` on, the soonest first; where its term has prolonged itself, those that run.

    Raises DataError as `latest`.
    """
    found = [*dates_of(contract), *_term_dates(latest(contract).term.running_on(as_of))]
    return in_order({one for one in found if one.on >= as_of})


def _term_dates(term: Term) -> list[ContractDate]:
    found = [ContractDate(term.from_on, DateKind.BEGINS), ContractDate(term.to_on, DateKind.ENDS)]
    if term.notice_by is not None and term.notice_given is None:
        found.append(ContractDate(term.notice_by, DateKind.NOTICE, until=term.to_on))
    if term.renews:
        found.append(ContractDate(term.end_on, DateKind.RENEWS, until=term.running_on(term.end_on).to_on))
    return found


def in_order(dates: Iterable[ContractDate]) -> tuple[ContractDate, ...]:
    """Days by time, kind and what they are about."""
    return tuple(sorted(dates, key=lambda one: (one.on, one.kind, one.about, one.partner)))
