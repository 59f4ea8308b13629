"""Reading what customers wrote: only through an action, for a reason, written to the audit trail, for a short time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tallystick.vocabulary.errors import NotFound
from tallystick.web.action import Done, action
from tallystick.web.evidence import case_address, case_of, verdict_of
from tallystick.web.roles import Role
from tallystick.web.workflow import Workflow

if TYPE_CHECKING:
    from tallystick.web.room import Room

HOLDS = timedelta(minutes=15)
READERS = frozenset(
    {
        Role.OWNER,
        Role.VENDOR_MANAGER,
        Role.QA_LEAD,
        Role.DATA_PROTECTION,
        Role.PARTNER_ADMIN,
        Role.TEAM_LEADER,
    }
)
REASONS = (
    ("dispute", gettext_lazy("A dispute about this case")),
    ("quality", gettext_lazy("Quality review and coaching")),
    ("complaint", gettext_lazy("A complaint of the customer")),
    ("data-check", gettext_lazy("Checking that the data are right")),
    ("person-request", gettext_lazy("A request of the person concerned")),
)


class Reading(models.Model):
    """One opening of one case's words by one person. `partner` is the reader's own side, empty for the client's."""

    partner = models.CharField(max_length=64, blank=True, db_index=True)
    person = models.UUIDField()
    person_name = models.CharField(max_length=120)
    of_partner = models.CharField(max_length=64)
    case_id = models.CharField(max_length=200)
    verdict = models.CharField(max_length=200)
    reason = models.CharField(max_length=32, choices=REASONS)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[Any]] = [models.Index(fields=["person", "case_id", "at"], name="readings_of_a_person")]

    @property
    def until(self) -> datetime:
        """When the words close again."""
        return self.at + HOLDS


class Readings(Workflow):
    """Who read what: everybody sees the own readings that are open; the data-protection officer sees all of a side."""

    def open_for(self, partner: str, case_id: str) -> Reading | None:
        """This person's reading of a case that has not run out."""
        found: Reading | None = (
            self.room.rows(Reading)
            .filter(person=self.room.actor.id, of_partner=partner, case_id=case_id, at__gt=self.room.now - HOLDS)
            .order_by("-at")
            .first()
        )
        return found

    def rows(self) -> Any:
        """The readings of this room, newest first."""
        return self.room.rows(Reading).order_by("-at")


class ReadTextForm(forms.Form):
    """Which case, and for what."""

    verdict = forms.CharField(max_length=200, widget=forms.HiddenInput)
    case = forms.CharField(max_length=200, widget=forms.HiddenInput)
    reason = forms.ChoiceField(
        label=gettext_lazy("Why you read it"),
        choices=REASONS,
        help_text=gettext_lazy("The reason, your name and the time are written to the audit trail."),
    )


@action(
    "Read the messages of a case",
    roles=READERS,
    form=ReadTextForm,
    button="Show the messages",
    help="You will see what the customer and the agents wrote, with personal data replaced, for 15 minutes.",
)
def do_read_text(room: Room, given: Mapping[str, Any]) -> Done:
    """Open the words of a case to this person for a quarter of an hour."""
    parts = given["verdict"].split("/")
    if len(parts) != 3:
        raise NotFound("verdict", given["verdict"])
    verdict = verdict_of(room, *parts)
    case_id = case_of(room, verdict, given["case"]).explained.case_id
    Reading.objects.create(
        partner=room.actor.party,
        person=room.actor.id,
        person_name=room.actor.name,
        of_partner=verdict.partner,
        case_id=case_id,
        verdict=verdict.name,
        reason=given["reason"],
        at=room.now,
    )
    return Done(
        words=_("The messages are open to you for 15 minutes. That you read them is in the audit trail."),
        about=f"case {case_id} of {verdict.partner}",
        partner=room.actor.party,
        goto=f"{case_address(verdict, case_id)}?text=1#messages",
        reason=given["reason"],
    )
