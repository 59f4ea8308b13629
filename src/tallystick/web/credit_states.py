"""Each credit on its way: proposed by a judging, approved by a second person, posted, reversed; earned back or lost.

What follows is the judging's, who agreed is the closing's, what moved is the ledger's; nothing is counted anew here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from tallystick.contract.clauses.earn_back import EARNED, FORFEITED, PENDING
from tallystick.reports.figures import month_name
from tallystick.reports.markup import Markup
from tallystick.verdicts.credit_state import CreditState, HeldState, credit_state
from tallystick.verdicts.ledger import PRICE_ADJUSTMENT, Entry, Journal, standing_in
from tallystick.verdicts.statement import Statement
from tallystick.verdicts.store import Judged
from tallystick.vocabulary.money import Money
from tallystick.web.closing import State
from tallystick.web.closing_words import RESTATEMENT, stage
from tallystick.web.judgings import AsClosed
from tallystick.web.remembered import remembered
from tallystick.web.room import Room

PROPOSED, APPROVED, POSTED, REVERSED = "proposed", "approved", "posted", "reversed"
# Which state of a closing each looks like.
_LOOKS = {
    PROPOSED: State.PROPOSED.value,
    APPROVED: State.APPROVED.value,
    POSTED: State.CLOSED.value,
    REVERSED: RESTATEMENT,
}


@dataclass(frozen=True)
class CreditOnItsWay:
    """One credit of a contract, partner and period: what was granted, what is payable, and how far it has come.

    `entry` is the number of its posting. What is earned back or forfeited of it stands in `held`, None where it cannot.
    """

    journal: Journal
    clause: str
    follows: str
    granted: Money
    payable: Money
    state: str
    entry: int | None = None
    held: HeldState | None = None


def states_of(
    statement: Statement, state: State, entries: Iterable[Entry], held: Iterable[HeldState] = ()
) -> Iterator[CreditOnItsWay]:
    """The credits of a statement that moved money, and what was posted of its period otherwise and taken back.

    `state` is that of the closing that holds these figures, `entries` the partner's, `held` what earning back made of
    the contract's credits.
    """
    journal = Journal(statement.contract, statement.partner, statement.period, PRICE_ADJUSTMENT)
    own = [one for one in entries if one.journal == journal]
    standing = {one.matter: one for one in standing_in(own)}
    fates = {name: one for one in held if one.period == statement.period for name in one.credits}
    for line in statement.lines:
        if not line.amount.amount:
            continue
        entry = standing.get(line.clause)
        posted = entry is not None and entry.effect == line.payable
        way = POSTED if posted else APPROVED if state is State.APPROVED else PROPOSED
        if state is State.CLOSED and not line.payable.amount:
            way = POSTED  # nothing was left of it under the limits, so there is nothing to post
        yield CreditOnItsWay(
            journal, line.clause, line.follows, line.amount, line.payable, way,
            entry.number if posted and entry is not None else None, fates.get(line.clause),
        )  # fmt: skip
    by_number = {one.number: one for one in own}
    for one in own:
        if one.reverses is not None:
            old = by_number[one.reverses]
            yield CreditOnItsWay(journal, old.matter, "", old.effect, old.effect, REVERSED, old.number)


def credit_states(room: Room, partner: str) -> list[CreditOnItsWay]:
    """Every credit of a partner inside the room, the newest period first, but those that the term no longer reaches.

    A closed period shows the figures that it was closed with, and beside them what a later judging proposes instead
    for as long as that waits.
    """
    found = []
    closings = {one.record.digest: one for one in room.desk.close.all}
    newest = newest_held(room, partner)
    for record in reversed(_in_order(room, partner)):
        if room.desk.close.nothing_due(record):
            continue
        closing = closings.get(record.digest)
        state = State.PROPOSED if closing is None or closing.superseded else closing.course.state
        held = newest.get(record.contract, ())
        if closing is not None and closing.superseded and closing.course.state is State.CLOSED:
            shown = room.desk.close.record_shown(closing).statement
            # What a second person has refused is proposed no more.
            proposed = _told(record.statement, State.PROPOSED, (), held) if closing.restatement_waits else []
            closed = _told(shown, State.CLOSED, room.desk.ledger.entries, held)
            same = {(one.clause, one.payable) for one in closed if one.state == POSTED}
            found += [one for one in proposed if (one.clause, one.payable) not in same] + closed
        else:
            found += _told(record.statement, state, room.desk.ledger.entries, held)
    return found


def _told(
    statement: Statement | None, state: State, entries: Iterable[Entry], held: Iterable[HeldState]
) -> list[CreditOnItsWay]:
    return [] if statement is None else list(states_of(statement, state, entries, held))


def _in_order(room: Room, partner: str) -> list[Judged]:
    """The judgings of a partner, the oldest period first."""
    begins = {(one.contract, one.period): one.from_on for one in room.books.of(partner)}
    own = [one for one in room.books.records if one.partner == partner]
    return sorted(own, key=lambda one: (begins[one.contract, one.period], one.contract))


def newest_held(room: Room, partner: str) -> Mapping[str, tuple[HeldState, ...]]:
    """By contract, what became of every credit that may be earned back, as its newest judging tells."""
    newest = {record.contract: record for record in _in_order(room, partner)}
    found = {name: state_of(room, record_shown(room, record)) for name, record in newest.items()}
    return {name: state.held for name, state in found.items() if state is not None}


def record_shown(room: Room, record: Judged) -> Judged:
    """The judging whose figures count for the money of a period: the closed one where it is closed, else `record`."""
    closing = next((one for one in room.desk.close.all if one.record.digest == record.digest), None)
    return record if closing is None else room.desk.close.record_shown(closing)


def state_of(room: Room, record: Judged, on: date | None = None) -> CreditState | None:
    """Where the money of a judging stands on a day, by default today in its zone: what `tally credits` shows."""
    day = on or room.now.astimezone(ZoneInfo(record.zone)).date()
    closed = room.desk.close.closed_on(record.contract, record.partner)
    judgings = room.desk.close.judgings_closed
    own = tuple(sorted(one for one in judgings.items() if one[0][:2] == (record.contract, record.partner)))
    key = ("credit state", record.digest, day, tuple(sorted(closed.items())), own)
    return remembered(room, key, lambda: credit_state(AsClosed(room.books.store, judgings), record, day, closed))


# ---- words -------------------------------------------------------------------------------------------------------


def way_words(state: str) -> str:
    """How far a credit has come, in words."""
    return {
        PROPOSED: _("proposed"),
        APPROVED: _("approved"),
        POSTED: _("posted"),
        REVERSED: _("reversed"),
    }[state]


def way_mark(state: str) -> Markup:
    """The same with its shape and colour."""
    return stage(_LOOKS[state], way_words(state))


def held_words(held: Any) -> str:
    """What earning back made of a credit, in words; empty where it cannot be earned back."""
    if held is None:
        return ""
    words = {
        PENDING: _("can still be earned back"),
        EARNED: _("earned back in %(period)s"),
        FORFEITED: _("forfeited in %(period)s"),
    }[held.state]
    return words % {"period": month_name(held.decided)} if held.decided else words
