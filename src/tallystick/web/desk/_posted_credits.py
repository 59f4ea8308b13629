"""What a dispute of a price adjustment's line and the closing of its period have in common: the credit moves once.

Closing posts the credit as a price adjustment, with its clause as the matter; the line of that clause on an invoice is
corrected under a matter of its own. So what stands by closing is taken off what a dispute of the line can post, and a
period is neither closed nor restated over a correction that has moved the credit already.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tallystick.billing.check.value import Kind, favours
from tallystick.billing.invoice import WindowCredit
from tallystick.reports.figures import list_words, money_text
from tallystick.verdicts.credit_state import promised
from tallystick.verdicts.ledger import PRICE_ADJUSTMENT, Entry, Journal
from tallystick.vocabulary.errors import NotFound
from tallystick.vocabulary.money import Money
from tallystick.vocabulary.period import Period
from tallystick.web.invoice_checks import invoice_check_of
from tallystick.web.refusal import NotNow

if TYPE_CHECKING:
    from tallystick.verdicts.store import Judged
    from tallystick.web.desk.disputes import Dispute
    from tallystick.web.room import Room


def clause_of(line: str) -> str:
    """The credit clause that a line of an invoice is of; empty for any other line."""
    kind, _colon, clause = line.partition(":")
    return clause if kind == Kind.CREDIT else ""


def posted_of(room: Room, dispute: Dispute) -> tuple[Entry, ...]:
    """The entries by which closing has posted the credit of a line, of those on the side of what is disputed."""
    clause, whole = clause_of(dispute.line), dispute.disputed
    if not clause or whole is None:
        return ()
    closes = _Closings(room, dispute.contract, dispute.partner)
    return tuple(
        one
        for one in replace(room).desk.ledger.standing(dispute.partner)
        if (one.journal.kind, one.journal.contract) == (PRICE_ADJUSTMENT, dispute.contract)
        and closes.alike(one.journal.period, dispute.period)
        and one.matter == clause
        and favours(one.effect) is favours(whole)
    )


def left_of(room: Room, dispute: Dispute) -> Money | None:
    """What of the disputed amount the ledger has not posted by closing; all of it where it posted nothing.

    Where it did, the credit itself is in the ledger with what its statement grants. Left is at most what the bill has
    with the wrong sign, a credit that was added, and what windows grant whose closing has not posted it.
    """
    whole, posted = dispute.disputed, posted_of(room, dispute)
    if whole is None or not posted:
        return whole
    nothing = Money.zero(whole.currency)
    rest = whole - sum((one.effect for one in posted), nothing)
    most = _most_left(room, dispute, {one.journal.period for one in posted})
    if not favours(rest) is favours(whole) is favours(most):
        return nothing
    return min(rest, most, key=lambda one: abs(one.amount))


def _most_left(room: Room, dispute: Dispute, posted: Collection[str]) -> Money:
    """What the bill has of a line on the side of the dispute, with what windows grant that have not posted it.

    Nothing where its check is gone.
    """
    nothing = Money.zero(dispute.currency)
    try:
        check = invoice_check_of(room, dispute.partner, dispute.period, dispute.contract)
    except NotFound:
        return nothing
    line, clause = check.line(dispute.line), clause_of(dispute.line)
    told = [line.billed] if line is not None and line.billed is not None else []
    granted = check.expected.credits if check.expected is not None else ()
    told += [
        one.payable
        for one in granted
        if isinstance(one, WindowCredit) and one.clause == clause and one.period not in posted
    ]
    side = favours(dispute.disputed or nothing)
    return sum((one for one in told if favours(one) is side), nothing)


def posted_words(room: Room, dispute: Dispute) -> str:
    """Which entry has the credit of a line already; while it is open, what is left of it too. Empty where none has."""
    posted, left = posted_of(room, dispute), left_of(room, dispute)
    if not posted or left is None:
        return ""
    told = {
        "entries": list_words([str(one.number) for one in posted], _("and")),
        "amount": money_text(sum((one.amount for one in posted), Money.zero(left.currency))),
        "clause": clause_of(dispute.line),
        "left": money_text(Money(abs(left.amount), left.currency)),
    }
    words = _(
        "The ledger has %(amount)s of %(clause)s already, by entry %(entries)s that closing the period posted."
    ) % told  # fmt: skip
    if not dispute.is_open:
        return words
    rest = _("So a decision posts at most %(left)s more.") if left.amount else _("So a decision posts nothing more.")
    return f"{words} {rest % told}"


def refuse_twice(room: Room, record: Judged) -> None:
    """Raise NotNow where closing or restating a period would post a credit that a correction has moved already."""
    words = twice_words(room, record)
    if words:
        raise NotNow(
            words,
            _("That correction is taken back first, on the page of its dispute; what is left then is disputed anew."),
        )


def twice_words(room: Room, record: Judged) -> str:
    """Which correction has moved a credit that a judging would post, in words; empty where none has."""
    return next(_in_the_way(replace(room), record), "")


def _in_the_way(room: Room, record: Judged) -> Iterator[str]:
    statement, corrections = record.statement, room.desk.corrections
    if statement is None:
        return
    nothing = Money.zero(statement.currency)
    due = {one.matter: one.amount for one in statement.dues()}
    journal = Journal(record.contract, record.partner, record.period)
    stands = {one.matter: one.effect for one in room.desk.ledger.standing(record.partner) if one.journal == journal}
    moved = {name for name in {*due, *stands} if due.get(name, nothing) != stands.get(name, nothing)}
    closes = _Closings(room, record.contract, record.partner)
    for dispute in room.desk.disputes.all:
        clause = clause_of(dispute.line)
        if not clause or (dispute.contract, dispute.partner) != (record.contract, record.partner):
            continue
        if not closes.alike(dispute.period, record.period):
            continue
        entry = corrections.posting_of(dispute) if clause in moved else None
        sides = {favours(one) for one in (due.get(clause, nothing), stands.get(clause, nothing)) if one.amount}
        if entry is not None and favours(entry.effect) in sides:
            yield (
                _(
                    "Dispute %(number)d of an invoice line has posted %(amount)s for %(clause)s already, by entry "
                    "%(entry)d; it would be in the ledger twice."
                )
                % {
                    "number": dispute.pk, "amount": money_text(entry.amount), "clause": clause, "entry": entry.number,
                }
            )  # fmt: skip


class _Closings:
    """On which day the periods of one contract and partner close.

    An invoice gives the credits of every window that closes with its month: a quarter's with those of its last month,
    and with those of the month in which the term ends where the quarter would have gone on.
    """

    def __init__(self, room: Room, contract: str, partner: str) -> None:
        self.room, self.contract, self.partner = room, contract, partner

    def alike(self, period: str, other: str) -> bool:
        """Whether two periods close on the same day."""
        return period == other or self._last_day(period) == self._last_day(other)

    def _last_day(self, period: str) -> date:
        """The last day of a period that lies in the term; of one that begins after the term, its own."""
        span, ends_on = Period.parse(period, "UTC"), self._term_ends_on
        return ends_on if ends_on is not None and span.contains_date(ends_on) else span.last_on

    @cached_property
    def _term_ends_on(self) -> date | None:
        """The last day of the whole term, of the newest kept text where the room holds none; None without either."""
        term = self.room.books.terms.get(self.contract)
        if term is not None:
            return term.to_on
        key = (self.contract, self.partner)
        records = [one for one in self.room.books.records if (one.contract, one.partner) == key]
        if not records:
            return None
        newest = max(records, key=lambda one: one.as_of)
        store = self.room.books.store
        return promised(store, newest, store.verdicts_of(newest)).whole_term.to_on
