"""Comments on a verdict, a dispute or a closing, read by both sides; and notes that only the client's people read.

A note carries no partner, so neither the room nor the database's own view shows it on a partner's side.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tallystick.reports.figures import month_name
from tallystick.vocabulary.errors import Ambiguous, NotFound
from tallystick.web.deed import Done, deed
from tallystick.web.desk._fields import Told, hidden, long_text
from tallystick.web.figure import address_of
from tallystick.web.refusal import NotNow
from tallystick.web.roles import CLIENT_ROLES, READS_ONLY, Role
from tallystick.web.workflow import Workflow

if TYPE_CHECKING:
    from tallystick.web.room import Room

WITHDRAWN_WITHIN = timedelta(minutes=10)
CLIENT_WRITERS = CLIENT_ROLES - {READS_ONLY}
WRITERS = CLIENT_WRITERS | {Role.PARTNER_ADMIN, Role.TEAM_LEADER}


class Comment(models.Model):
    """One comment, on what `about` names.

    That is a `dispute/<number>`, a `close/<contract>/<partner>/<period>`, or a verdict by its whole name:
    `verdict/<contract>/<partner>/<clause>/<period>`. `partner` is whose matter it is, empty for a note of the client's
    own.
    """

    partner = models.CharField(max_length=64, blank=True, db_index=True)
    about = models.CharField(max_length=300, db_index=True)
    text = models.TextField()
    by = models.UUIDField()
    by_name = models.CharField(max_length=120)
    party = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()


class Comments(Workflow):
    """Comments and notes inside the room, oldest first."""

    def of(self, *about: str) -> tuple[Comment, ...]:
        """What both sides wrote about any of these objects."""
        return tuple(self.room.rows(Comment).filter(about__in=about).exclude(partner="").order_by("at", "pk"))

    def notes(self, *about: str) -> tuple[Comment, ...]:
        """What the client's people wrote for themselves; nothing in a partner's room."""
        if not self.room.actor.of_client:
            return ()
        return tuple(self.room.rows(Comment).filter(about__in=about, partner="").order_by("at", "pk"))

    @property
    def may_write(self) -> bool:
        """Whether this person may comment."""
        return self.room.actor.may(WRITERS)


@dataclass(frozen=True)
class Subject:
    """What a comment is about: its name in the table, whose it is, in words, and where the reader goes next."""

    about: str
    partner: str
    words: str
    address: str


def subject_of(room: Room, about: str) -> Subject:
    """The object that a comment names, found through the room; raises NotFound for none, and for not ours.

    The contract may be left out of `about` where it is clear without; what is kept names it.
    """
    kind, _sep, rest = about.partition("/")
    parts = rest.split("/")
    names = room.books.partners
    if kind == "dispute" and len(parts) == 1:
        dispute = room.desk.disputes.one(parts[0])
        words = _("Dispute about %(what)s, %(name)s") % {
            "what": dispute.about, "name": names.get(dispute.partner, dispute.partner),
        }  # fmt: skip
        return Subject(about, dispute.partner, words, dispute.address)
    if kind == "verdict":
        verdict = room.books.verdict_named(rest)
        words = _("%(clause)s %(title)s, %(period)s") % {
            "clause": verdict.clause,
            "title": verdict.title,
            "period": month_name(verdict.period),
        }
        return Subject(f"verdict/{verdict.whole_name}", verdict.partner, words, address_of(verdict))
    if kind == "close" and len(parts) in (2, 3):
        closing = room.desk.close.one(*parts) if len(parts) == 3 else _only(room.desk.close.of(*parts), rest)
        whole = "/".join(("close", *closing.key))
        return Subject(whole, closing.record.partner, room.desk.close.words(closing), closing.address)
    raise NotFound("object", about)


def _only(closings: tuple[Any, ...], name: str) -> Any:
    if len(closings) > 1:
        raise Ambiguous("closing", name, tuple("/".join(one.key) for one in closings))
    return closings[0]


class WriteComment(forms.Form):
    """A comment that both sides read."""

    about = hidden(most=300)
    told = Told(gettext_lazy("About"))
    text = long_text(gettext_lazy("Comment"), help_text=gettext_lazy("The client and the partner both read it."))


class WriteNote(forms.Form):
    """A note that the partner never reads."""

    about = hidden(most=300)
    told = Told(gettext_lazy("About"))
    text = long_text(
        gettext_lazy("Note"), help_text=gettext_lazy("Only the client's own people read it, never the partner.")
    )


def _told(room: Room, given: Mapping[str, str]) -> Mapping[str, Any]:
    return {"told": subject_of(room, given.get("about", "")).words}


@deed(
    gettext_lazy("Comment"), roles=WRITERS, form=WriteComment, button=gettext_lazy("Write"), initial=_told,
    opposite="withdraw-comment",
)  # fmt: skip
def do_comment(room: Room, given: Mapping[str, Any]) -> Done:
    """Write a comment for both sides."""
    subject = subject_of(room, given["about"])
    return _written(room, subject, subject.partner, given["text"], _("Your comment is there for both sides."))


@deed(
    gettext_lazy("Internal note"),
    roles=CLIENT_WRITERS,
    form=WriteNote,
    button=gettext_lazy("Keep the note"),
    opposite="withdraw-comment",
    initial=_told,
)
def do_note(room: Room, given: Mapping[str, Any]) -> Done:
    """Write a note for the client's own people."""
    subject = subject_of(room, given["about"])
    return _written(room, subject, "", given["text"], _("The note is kept; the partner does not see it."))


def _written(room: Room, subject: Subject, partner: str, text: str, words: str) -> Done:
    made = Comment.objects.create(
        partner=partner, about=subject.about, text=text.strip(), by=room.actor.id, by_name=room.actor.name,
        party=room.actor.party, at=room.now,
    )  # fmt: skip
    address = f"{subject.address}#comments"
    return Done(words, subject.about, partner, address, after={"text": made.text}, undo={"comment": made.pk})


class WithdrawComment(forms.Form):
    """Which comment or note."""

    comment = hidden(most=12)
    told = Told(gettext_lazy("What was written"))


def _told_of(room: Room, given: Mapping[str, str]) -> Mapping[str, Any]:
    return {"told": _own(room, given.get("comment", "")).text}


def _own(room: Room, number: str) -> Comment:
    """What this person wrote; raises NotFound for anything else."""
    wanted = int(number) if number.isascii() and number.isdecimal() else 0
    found: Comment | None = room.rows(Comment).filter(pk=wanted, by=room.actor.id).first()
    if found is None:
        raise NotFound("comment", number)
    return found


@deed(
    gettext_lazy("Withdraw what you wrote"), roles=WRITERS, form=WithdrawComment, button=gettext_lazy("Withdraw"),
    initial=_told_of,
    help=gettext_lazy("Its words go. The audit trail keeps that something was written and withdrawn."),
)  # fmt: skip
def do_withdraw_comment(room: Room, given: Mapping[str, Any]) -> Done:
    """Take a comment or note back shortly after it was written, before anybody builds on it."""
    found = _own(room, given["comment"])
    if room.now - found.at > WITHDRAWN_WITHIN:
        minutes = WITHDRAWN_WITHIN // timedelta(minutes=1)
        raise NotNow(
            _("It was written more than %(minutes)d minutes ago.") % {"minutes": minutes}, _("Write another comment.")
        )
    about, partner, text = found.about, found.partner, found.text
    subject = subject_of(room, about)
    Comment.objects.filter(pk=found.pk).delete()
    return Done(_("What you wrote is withdrawn."), about, partner, subject.address, before={"text": text})
