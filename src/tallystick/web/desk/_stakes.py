"""What is at stake in a dispute of a line: whom it is against, what each decision posts, and whom that favours.

The client disputes a bill. A partner whose bill the check finds too high disputes the check, so what favours it is that
nothing is posted. An amount that is posted is always what the bill has too much (it lowers the fees) or too little.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tallystick.billing.check.value import Favours, favours
from tallystick.reports.figures import money_text
from tallystick.vocabulary.money import Money
from tallystick.web.desk._posted_credits import left_of
from tallystick.web.desk.disputes import ACCEPTED, PARTLY, REJECTED, Dispute

if TYPE_CHECKING:
    from tallystick.web.room import Room


@dataclass(frozen=True)
class Stake:
    """One decision: the amount that it posts (None for nothing; of a part, less than it), whom it favours, in words."""

    decision: str
    posts: Money | None
    favours: Favours
    words: str


def contest_words(room: Room, dispute: Dispute) -> str:
    """Who is against what."""
    names = _names(room, dispute)
    if dispute.contests_check:
        return _("The check: %(partner)s says that its bill is right.") % names
    if dispute.party:
        return _("Its own bill: %(partner)s says that it billed too little.") % names
    return _("The bill: %(client)s says that it is wrong.") % names


def stakes(room: Room, dispute: Dispute) -> tuple[Stake, ...]:
    """What each decision of a dispute of a line comes to; nothing of one that is about no line."""
    whole, left = dispute.disputed, left_of(room, dispute)
    if whole is None or left is None:
        return ()
    names = _names(room, dispute)
    if not whole.amount:
        return _nothing_at_stake()
    if not left.amount:
        return _nothing_left(room, dispute)
    whole = left
    # What is billed too much favours the partner, so posting it favours the client; and the other way round.
    stays = favours(whole)
    posted = Favours.CLIENT if stays is Favours.PARTNER else Favours.PARTNER
    told = {
        "amount": money_text(Money(abs(whole.amount), whole.currency)),
        "favoured": names[posted],
        "other": names[stays],
        **names,
    }
    return (
        Stake(ACCEPTED, None, stays, _settled_words() % told)
        if dispute.contests_check
        else Stake(ACCEPTED, whole, posted, _posted_words(posted) % told),
        Stake(PARTLY, whole, posted, _part_words(posted) % told),
        Stake(REJECTED, None, posted if dispute.contests_check else stays, _rejected_words(dispute) % told),
    )


def outcome_words(room: Room, dispute: Dispute) -> str:
    """What a decision came to where nothing is to be posted; empty while it is open, and where an amount was agreed."""
    whole = dispute.disputed
    if whole is None or dispute.agreed_on is not None or dispute.state not in (ACCEPTED, REJECTED):
        return ""
    names = _names(room, dispute)
    if not whole.amount:
        return _("Nothing is posted: the differences of the line come to nothing together.")
    if dispute.state == ACCEPTED and not dispute.contests_check:
        return _("Nothing is posted by this: the ledger had the price adjustment already.")
    if dispute.state == ACCEPTED:
        return _("Nothing is posted: the finding is settled in favour of %(partner)s.") % names
    if dispute.contests_check:
        return _("Nothing is posted: the check stands, and %(client)s can dispute the bill.") % names
    return _("Nothing is posted: the bill stands.")


def _nothing_at_stake() -> tuple[Stake, ...]:
    return (
        Stake(
            ACCEPTED, None, Favours.NOBODY,
            _("Accepted: nothing is posted, because the differences of the line come to nothing together."),
        ),
        Stake(REJECTED, None, Favours.NOBODY, _("Rejected: nothing is posted.")),
    )  # fmt: skip


def _nothing_left(room: Room, dispute: Dispute) -> tuple[Stake, ...]:
    """Of a price adjustment that closing has posted whole: no decision moves money, so none favours anybody."""
    names = _names(room, dispute)
    accepted = (
        _("Accepted: the finding is settled in favour of %(partner)s. Nothing is posted, and nothing is taken back.")
        if dispute.contests_check
        else _("Accepted: nothing is posted, because the ledger has the price adjustment already.")
    )
    return (
        Stake(ACCEPTED, None, Favours.NOBODY, accepted % names),
        Stake(REJECTED, None, Favours.NOBODY, _("Rejected: nothing is posted, and the ledger stays as it is.")),
    )


def _settled_words() -> str:
    return _(
        "Accepted: the bill is right. Nothing is posted, and no second person is asked. This is in favour of %(other)s."
    )


def _posted_words(posted: Favours) -> str:
    if posted is Favours.CLIENT:
        return _(
            "Accepted: %(amount)s lowers the fees, in favour of %(favoured)s. "
            "It is posted once a second person has approved it."
        )
    return _(
        "Accepted: %(amount)s raises the fees, in favour of %(favoured)s. "
        "It is posted once a second person has approved it."
    )


def _part_words(posted: Favours) -> str:
    if posted is Favours.CLIENT:
        return _(
            "Partly accepted: the amount that is agreed, less than %(amount)s, lowers the fees, in favour of "
            "%(favoured)s. It is posted once a second person has approved it. The rest stays as billed, in favour of "
            "%(other)s."
        )
    return _(
        "Partly accepted: the amount that is agreed, less than %(amount)s, raises the fees, in favour of "
        "%(favoured)s. It is posted once a second person has approved it. The rest stays as billed, in favour of "
        "%(other)s."
    )


def _rejected_words(dispute: Dispute) -> str:
    if dispute.contests_check:
        return _(
            "Rejected: the check stands, in favour of %(favoured)s. Nothing is posted by this; "
            "%(client)s can then dispute the bill."
        )
    return _("Rejected: nothing is posted and the bill stands, in favour of %(other)s.")


def _names(room: Room, dispute: Dispute) -> dict[str, str]:
    partner = room.books.partners.get(dispute.partner, dispute.partner)
    return {Favours.CLIENT.value: room.home.client_name, Favours.PARTNER.value: partner}
