"""A later deadline for a dispute, by agreement of both sides: one proposes a day and says why, the other answers.

A proposal changes nothing. Once the other side agrees, the dispute's clock runs to the new day; both sides read who
proposed it, who agreed, and why.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django import forms
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tallystick.vocabulary.errors import NotFound
from tallystick.web.deed import Done, deed
from tallystick.web.desk._fields import Told, hidden, long_text
from tallystick.web.desk._numbers import drawn_number
from tallystick.web.desk.disputes import OPENERS, Dispute
from tallystick.web.refusal import NotNow
from tallystick.web.said import period_words
from tallystick.web.workflow import Workflow

if TYPE_CHECKING:
    from tallystick.web.room import Room

MOST_DAYS = 90
PROPOSED, AGREED, REFUSED = "proposed", "agreed", "refused"


class Extension(models.Model):
    """One proposal of a later deadline. `party` proposed it; `answered_*` is who agreed, refused or took it back."""

    id = models.BigIntegerField(primary_key=True, default=drawn_number)
    dispute = models.BigIntegerField(db_index=True)
    partner = models.CharField(max_length=64, db_index=True)
    due_before = models.DateTimeField()
    due_at = models.DateTimeField()
    reason = models.TextField()
    state = models.CharField(max_length=16, default=PROPOSED)
    by = models.UUIDField()
    by_name = models.CharField(max_length=120)
    party = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()
    answered_name = models.CharField(max_length=120, blank=True)
    answered_party = models.CharField(max_length=64, blank=True)
    answered_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)


class Extensions(Workflow):
    """Proposals of later deadlines inside the room."""

    def of(self, dispute: Dispute) -> tuple[Extension, ...]:
        """Those of one dispute, oldest first."""
        return tuple(self.room.rows(Extension).filter(dispute=dispute.pk).order_by("at", "pk"))

    def open_of(self, dispute: Dispute) -> Extension | None:
        """The proposal that waits for an answer."""
        return next((one for one in self.of(dispute) if one.state == PROPOSED), None)

    def one(self, number: str) -> Extension:
        """One proposal; raises NotFound for none, and in the same words for one that is not ours."""
        wanted = int(number) if number.isascii() and number.isdecimal() and len(number) < 12 else 0
        found: Extension | None = self.room.rows(Extension).filter(pk=wanted).first()
        if found is None:
            raise NotFound("extension", number)
        return found

    def may_propose(self, dispute: Dispute) -> bool:
        """Whether this person may propose a later deadline now."""
        return dispute.is_open and self.room.actor.may(OPENERS) and self.open_of(dispute) is None

    def may_agree(self, found: Extension) -> bool:
        """Whether this person may agree now: the other side."""
        return self.room.actor.may(OPENERS) and found.state == PROPOSED and found.party != self.room.actor.party

    def may_refuse(self, found: Extension) -> bool:
        """Whether this person may end it without a new deadline: the other side, or the own side by taking it back."""
        return self.room.actor.may(OPENERS) and found.state == PROPOSED

    def waiting_for_me(self) -> list[dict[str, Any]]:
        """Proposals of the other side that wait for an answer."""
        disputes = {one.pk: one for one in self.room.desk.disputes.all if one.is_open}
        return [
            {
                "words": _("Answer: a later deadline for the dispute about %(what)s, %(name)s")
                % {
                    "what": disputes[one.dispute].about,
                    "name": period_words(
                        self.room.books.partners.get(one.partner, one.partner), disputes[one.dispute].period
                    ),
                },
                "href": f"{disputes[one.dispute].address}#deadline",
                "since": one.at,
                "due": one.due_before,
            }
            for one in self.room.rows(Extension).filter(state=PROPOSED).order_by("at")
            if one.dispute in disputes and self.may_agree(one)
        ]


# ---- forms -------------------------------------------------------------------------------------------------------


class ProposeExtension(forms.Form):
    """The new last day, and why."""

    dispute = hidden(most=12)
    told = Told(gettext_lazy("Which dispute"))
    day = forms.DateField(label=gettext_lazy("New last day"), widget=forms.DateInput({"type": "date"}))
    reason = long_text(
        gettext_lazy("Why more time is needed"), rows=3, most=2000, help_text=gettext_lazy("Both sides read it.")
    )


class AnswerExtension(forms.Form):
    """Which proposal; a word is free."""

    extension = hidden(most=12)
    told = Told(gettext_lazy("What is proposed"))
    reason = long_text(gettext_lazy("Remark, if you have one"), required=False, rows=2, most=2000)


def _told_of(room: Room, given: Mapping[str, str]) -> Mapping[str, Any]:
    dispute = room.desk.disputes.one(given.get("dispute", ""))
    words = _("Dispute about %(what)s; its decision is due by %(due)s UTC.")
    return {"told": words % {"what": dispute.about, "due": f"{dispute.due_at:%Y-%m-%d %H:%M}"}}


def _told_proposal(room: Room, given: Mapping[str, str]) -> Mapping[str, Any]:
    found = room.desk.extensions.one(given.get("extension", ""))
    words = _("%(name)s proposes %(due)s UTC instead of %(before)s UTC: %(reason)s")
    what = {"name": found.by_name, "reason": found.reason}
    what |= {"due": f"{found.due_at:%Y-%m-%d %H:%M}", "before": f"{found.due_before:%Y-%m-%d %H:%M}"}
    return {"told": words % what}


# ---- actions -----------------------------------------------------------------------------------------------------


@deed(
    gettext_lazy("Propose a later deadline"), roles=OPENERS, form=ProposeExtension, button=gettext_lazy("Propose"),
    initial=_told_of, opposite="refuse-extension",
    help=gettext_lazy("The clock runs on as it is until the other side agrees."),
)  # fmt: skip
def do_propose_extension(room: Room, given: Mapping[str, Any]) -> Done:
    """Ask the other side for more time."""
    dispute = _dispute(room, given["dispute"])
    if replace(room).desk.extensions.open_of(dispute) is not None:
        raise NotNow(_("A later deadline is proposed already."), _("Answer that proposal first."))
    due = _last_minute(given["day"], _zone(room, dispute))
    if due <= dispute.due_at or due <= room.now:
        raise NotNow(_("The new day is not later than the deadline."), _("Choose a later day."))
    if due > dispute.due_at + timedelta(days=MOST_DAYS):
        raise NotNow(
            _("A deadline moves by %(days)d days at most.") % {"days": MOST_DAYS},
            _("Choose an earlier day; it can be moved again."),
        )
    made = Extension.objects.create(
        dispute=dispute.pk, partner=dispute.partner, due_before=dispute.due_at, due_at=due,
        reason=given["reason"].strip(), by=room.actor.id, by_name=room.actor.name, party=room.actor.party, at=room.now,
    )  # fmt: skip
    done = _done(dispute, _("The later deadline is proposed; the other side answers."), {"due": dispute.due_at}, made)
    return replace(done, undo={"extension": made.pk, "reason": _("Proposed by mistake.")})


@deed(
    gettext_lazy("Agree to the later deadline"), roles=OPENERS, form=AnswerExtension, button=gettext_lazy("Agree"),
    initial=_told_proposal,
)  # fmt: skip
def do_agree_extension(room: Room, given: Mapping[str, Any]) -> Done:
    """The other side agrees: the dispute's clock runs to the new day."""
    found, dispute = _proposal(room, given)
    if found.party == room.actor.party:
        raise NotNow(_("Your own side proposed it."), _("The other side agrees or refuses."))
    before = {"due": dispute.due_at}
    dispute.due_at = found.due_at
    dispute.save(update_fields=["due_at"])
    words = _("The decision is now due by %(due)s UTC.") % {"due": f"{found.due_at:%Y-%m-%d %H:%M}"}
    return _answered(room, given, found, dispute, AGREED, words, before)


@deed(
    gettext_lazy("Keep the deadline"), roles=OPENERS, form=AnswerExtension, button=gettext_lazy("Keep it"),
    initial=_told_proposal, help=gettext_lazy("The proposal ends; the clock runs on as it is."),
)  # fmt: skip
def do_refuse_extension(room: Room, given: Mapping[str, Any]) -> Done:
    """The other side refuses, or who proposed it takes it back."""
    found, dispute = _proposal(room, given)
    return _answered(room, given, found, dispute, REFUSED, _("The deadline stays."), {"due": dispute.due_at})


def _dispute(room: Room, number: str) -> Dispute:
    """The dispute as it stands inside the writing transaction; it must be open."""
    seen = replace(room).desk.disputes.one(number)
    dispute: Dispute = Dispute.objects.select_for_update().get(pk=seen.pk)
    if not dispute.is_open:
        raise NotNow(_("The dispute is decided or withdrawn."), _("Its deadline is over."))
    return dispute


def _proposal(room: Room, given: Mapping[str, Any]) -> tuple[Extension, Dispute]:
    seen = replace(room).desk.extensions.one(given["extension"])
    dispute = _dispute(room, str(seen.dispute))
    found: Extension = Extension.objects.select_for_update().get(pk=seen.pk)
    if found.state != PROPOSED:
        raise NotNow(_("The proposal was answered already."), _("Open the dispute again to see how."))
    return found, dispute


def _answered(
    room: Room, given: Mapping[str, Any], found: Extension, dispute: Dispute, state: str, words: str, before: Any
) -> Done:
    found.state, found.answer, found.answered_at = state, given["reason"].strip(), room.now
    found.answered_name, found.answered_party = room.actor.name, room.actor.party
    found.save()
    return _done(dispute, words, before, found)


def _done(dispute: Dispute, words: str, before: Mapping[str, Any], found: Extension) -> Done:
    after = {"due": found.due_at, "state": found.state, "reason": found.reason, "answer": found.answer}
    return Done(
        words, f"dispute/{dispute.pk}", dispute.partner, f"{dispute.address}#deadline", before, after, found.state
    )


def _zone(room: Room, dispute: Dispute) -> str:
    """The zone in which the dispute's page tells the time: its contract's."""
    record = room.desk.disputes.judging_of(dispute)
    return record.zone if record else room.actor.zone


def _last_minute(day: date, zone: str) -> datetime:
    """The last minute of a day on a wall clock: a day that is named belongs to it."""
    return datetime.combine(day, time(23, 59), ZoneInfo(zone))
