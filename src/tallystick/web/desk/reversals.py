"""Taking a posted correction back: one person proposes it and says why, another approves, and a reversal is posted.

The entry stays as it is. Its reversal is a second entry with debit and credit exchanged, so both together come to
nothing; the ledger lets no entry be reversed twice. Whoever still finds the line of the invoice wrong disputes it anew.
Price adjustments are not taken back here: they follow the figures of a closed period, which a restatement changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tallystick.reports.figures import money_text
from tallystick.verdicts.ledger import Approval, Due, Entry
from tallystick.vocabulary.errors import NotFound
from tallystick.vocabulary.money import Money
from tallystick.web.closing import APPROVERS
from tallystick.web.deed import Done, deed
from tallystick.web.desk._fields import Told, hidden, long_text
from tallystick.web.desk._numbers import drawn_number
from tallystick.web.desk.corrections import DECIDERS, journal_of, matter_of
from tallystick.web.desk.disputes import Dispute
from tallystick.web.desk.ledger import post_matter
from tallystick.web.refusal import NotNow
from tallystick.web.said import period_words
from tallystick.web.workflow import Workflow

if TYPE_CHECKING:
    from tallystick.web.room import Room

PROPOSED, POSTED, REFUSED = "proposed", "posted", "refused"
ANSWERERS = APPROVERS | DECIDERS


class Reversal(models.Model):
    """One proposal to take back the entry `entry` of a partner; `answered_*` approved it, refused it or let it go."""

    id = models.BigIntegerField(primary_key=True, default=drawn_number)
    dispute = models.BigIntegerField(db_index=True)
    partner = models.CharField(max_length=64, db_index=True)
    entry = models.PositiveIntegerField()
    reason = models.TextField()
    state = models.CharField(max_length=16, default=PROPOSED)
    by = models.UUIDField()
    by_name = models.CharField(max_length=120)
    at = models.DateTimeField()
    answered_by = models.UUIDField(null=True)
    answered_name = models.CharField(max_length=120, blank=True)
    answered_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["partner", "entry"], condition=Q(state=PROPOSED), name="one_reversal_waits_for_an_entry"
            ),
            models.UniqueConstraint(
                fields=["partner", "entry"], condition=Q(state=POSTED), name="an_entry_is_taken_back_once"
            ),
            models.CheckConstraint(
                condition=~Q(state=POSTED) | (Q(answered_by__isnull=False) & ~Q(by=models.F("answered_by"))),
                name="a_reversal_by_two",
            ),
        ]

    def state_now(self) -> dict[str, Any]:
        """What the audit trail hashes of it."""
        return {"entry": self.entry, "state": self.state, "reason": self.reason, "answer": self.answer}


class Reversals(Workflow):
    """Proposals to take corrections back, inside the room."""

    @cached_property
    def all(self) -> tuple[Reversal, ...]:
        """Every proposal, oldest first."""
        return tuple(self.room.rows(Reversal).order_by("at", "pk"))

    @property
    def waiting(self) -> tuple[Reversal, ...]:
        """Those that wait for a second person, oldest first."""
        return tuple(one for one in self.all if one.state == PROPOSED)

    def of(self, dispute: Dispute) -> tuple[Reversal, ...]:
        """Those of one dispute's correction, oldest first."""
        return tuple(one for one in self.all if one.dispute == dispute.pk)

    def one(self, number: str) -> Reversal:
        """One proposal; raises NotFound for none, and in the same words for one that is not ours."""
        wanted = int(number) if number.isascii() and number.isdecimal() and len(number) < 12 else 0
        found: Reversal | None = self.room.rows(Reversal).filter(pk=wanted).first()
        if found is None:
            raise NotFound("reversal", number)
        return found

    def may_propose(self, dispute: Dispute) -> bool:
        """Whether this person may propose now that the dispute's correction is taken back."""
        return (
            self.room.actor.may(DECIDERS)
            and self.room.desk.corrections.posting_of(dispute) is not None
            and all(one.state != PROPOSED for one in self.of(dispute))
        )

    def may_approve(self, found: Reversal) -> bool:
        """Whether this person may approve it now: another one than who proposed it."""
        actor = self.room.actor
        return bool(found.state == PROPOSED and actor.may(APPROVERS) and found.by != actor.id)

    def may_refuse(self, found: Reversal) -> bool:
        """Whether this person may end it without a posting: an approver, or who proposed it."""
        own = found.by == self.room.actor.id and self.room.actor.may(ANSWERERS)
        return found.state == PROPOSED and (own or self.may_approve(found))

    def waiting_for_me(self) -> list[dict[str, Any]]:
        """Proposals that this person may approve."""
        mine = [one for one in self.waiting if self.may_approve(one)]
        disputes = {one.pk: one for one in self.room.desk.disputes.all} if mine else {}
        return [
            {
                "words": _("Approve taking back the correction of %(amount)s for %(what)s, %(name)s")
                % {
                    "amount": money_text(disputes[one.dispute].agreed_on),
                    "what": disputes[one.dispute].about,
                    "name": period_words(
                        self.room.books.partners.get(one.partner, one.partner), disputes[one.dispute].period
                    ),
                },
                "href": f"{disputes[one.dispute].address}#posting",
                "since": one.at,
            }
            for one in mine
        ]


# ---- forms ---------------------------------------------------------------------------------------------------------


class ProposeReversal(forms.Form):
    """Which correction, and why it should not stand."""

    dispute = hidden(most=12)
    told = Told(gettext_lazy("Which correction"))
    reason = long_text(
        gettext_lazy("Why it should be taken back"),
        rows=4,
        most=2000,
        help_text=gettext_lazy("The partner reads it too."),
    )


class ApproveReversal(forms.Form):
    """A second person's word; a remark is free."""

    reversal = hidden(most=12)
    told = Told(gettext_lazy("What is proposed"))
    reason = long_text(
        gettext_lazy("Remark, if you have one"), required=False, rows=2, most=2000,
        help_text=gettext_lazy("The partner reads it too."),
    )  # fmt: skip


class RefuseReversal(ApproveReversal):
    """Why the correction stays."""

    reason = long_text(gettext_lazy("Reason"), rows=3, most=2000, help_text=gettext_lazy("The partner reads it too."))


# ---- actions -------------------------------------------------------------------------------------------------------


def _told_of(room: Room, given: Mapping[str, str]) -> Mapping[str, Any]:
    dispute = _seen(room, given.get("dispute", ""))
    return {"told": _about(room, dispute, room.desk.corrections.posting_of(dispute))}


def _told_proposal(room: Room, given: Mapping[str, str]) -> Mapping[str, Any]:
    found = room.desk.reversals.one(given.get("reversal", ""))
    dispute = _seen(room, str(found.dispute))
    words = _("%(name)s proposes it: %(reason)s") % {"name": found.by_name, "reason": found.reason}
    return {"told": f"{_about(room, dispute, room.desk.corrections.posting_of(dispute))}\n{words}"}


def _about(room: Room, dispute: Dispute, entry: Entry | None) -> str:
    name = room.books.partners.get(dispute.partner, dispute.partner)
    head = _("%(period)s: %(what)s") % {"period": period_words(name, dispute.period), "what": dispute.about}
    if entry is None:
        return f"{head}\n{_('Nothing of it stands posted.')}"
    words = _("Entry %(number)d, %(amount)s. Its reversal is a new entry; both stay and come to nothing together.")
    return f"{head}\n{words % {'number': entry.number, 'amount': money_text(entry.amount)}}"


def _seen(room: Room, number: str) -> Dispute:
    """A dispute of a line of an invoice; raises NotFound for any other."""
    dispute: Dispute = replace(room).desk.disputes.one(number)
    if not dispute.line:
        raise NotFound("dispute", number)
    return dispute


def _standing(room: Room, dispute: Dispute) -> Entry:
    """The entry that stands for a dispute inside the writing transaction; raises NotNow where none does."""
    entry: Entry | None = replace(room).desk.corrections.posting_of(dispute)
    if entry is None:
        raise NotNow(
            _("No correction of this dispute stands, so nothing can be taken back."),
            _("Open the dispute to see what was posted and what was taken back."),
        )
    return entry


@deed(
    gettext_lazy("Take the correction back"), roles=DECIDERS, form=ProposeReversal, button=gettext_lazy("Propose"),
    initial=_told_of, opposite="refuse-reversal",
    help=gettext_lazy("The correction stands until a second person approves that it is taken back."),
)  # fmt: skip
def do_propose_reversal(room: Room, given: Mapping[str, Any]) -> Done:
    """Ask a second person to let a posted correction be taken back."""
    dispute = _seen(room, given["dispute"])
    entry = _standing(room, dispute)
    waits = next((one for one in replace(room).desk.reversals.of(dispute) if one.state == PROPOSED), None)
    if waits is not None:
        raise NotNow(
            _("%(name)s has proposed it already.") % {"name": waits.by_name}, _("Approve or refuse that proposal.")
        )
    made = Reversal.objects.create(
        dispute=dispute.pk, partner=dispute.partner, entry=entry.number, reason=given["reason"].strip(),
        by=room.actor.id, by_name=room.actor.name, at=room.now,
    )  # fmt: skip
    done = _done(dispute, _("It is proposed; a second person approves or refuses."), None, made.state_now(), made)
    return replace(done, undo={"reversal": made.pk, "reason": _("Proposed by mistake.")})


@deed(
    gettext_lazy("Approve that the correction is taken back"), roles=APPROVERS, form=ApproveReversal,
    button=gettext_lazy("Approve"), initial=_told_proposal,
    help=gettext_lazy("You approve as the second person. The reversal is posted to the ledger at once."),
)  # fmt: skip
def do_approve_reversal(room: Room, given: Mapping[str, Any]) -> Done:
    """A second person approves, and the reversal is posted."""
    found, dispute = _proposal(room, given)
    if found.by == room.actor.id:
        raise NotNow(
            _("You proposed this, so another person approves it."), _("Ask an owner, an executive or finance.")
        )
    entry, before = _standing(room, dispute), found.state_now()
    if entry.number != found.entry:
        raise NotNow(
            _("Another entry stands by now than the one that should be taken back."), _("Refuse it and propose anew.")
        )
    approval = Approval(entry.digest, str(found.by), str(room.actor.id))
    nothing = Due(matter_of(dispute), str(found.pk), Money.zero(entry.amount.currency))
    head = post_matter(room, journal_of(dispute), nothing, approval)
    _answer(room, found, POSTED, given)
    words = _("You approved it; %(amount)s is taken back.") % {"amount": money_text(entry.amount)}
    return _done(dispute, words, before, {**found.state_now(), "ledger": head}, found)


@deed(
    gettext_lazy("Leave the correction as it is"), roles=ANSWERERS, form=RefuseReversal,
    button=gettext_lazy("Leave it"), initial=_told_proposal,
    help=gettext_lazy("The proposal ends and nothing is posted. It can be proposed again."),
)  # fmt: skip
def do_refuse_reversal(room: Room, given: Mapping[str, Any]) -> Done:
    """A second person refuses, or who proposed it lets it go."""
    found, dispute = _proposal(room, given)
    if not replace(room).desk.reversals.may_refuse(found):
        raise NotNow(
            _("Only who proposed it, or who may approve it, ends it."), _("Ask an owner, an executive or finance.")
        )
    before = found.state_now()
    _answer(room, found, REFUSED, given)
    return _done(dispute, _("The correction stays as it is."), before, found.state_now(), found)


def _proposal(room: Room, given: Mapping[str, Any]) -> tuple[Reversal, Dispute]:
    """A proposal as it stands inside the writing transaction; raises NotNow where it was answered."""
    seen = replace(room).desk.reversals.one(given["reversal"])
    found: Reversal = Reversal.objects.select_for_update().get(pk=seen.pk)
    if found.state != PROPOSED:
        raise NotNow(_("The proposal was answered already."), _("Open the dispute again to see how."))
    return found, _seen(room, str(found.dispute))


def _answer(room: Room, found: Reversal, state: str, given: Mapping[str, Any]) -> None:
    found.state, found.answer = state, given["reason"].strip()
    found.answered_by, found.answered_name, found.answered_at = room.actor.id, room.actor.name, room.now
    found.save()


def _done(
    dispute: Dispute, words: str, before: Mapping[str, Any] | None, after: Mapping[str, Any], found: Reversal
) -> Done:
    return Done(
        words, f"dispute/{dispute.pk}", dispute.partner, f"{dispute.address}#posting", before, after, found.state
    )
