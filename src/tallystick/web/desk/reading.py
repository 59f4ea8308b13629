"""Reading what customers wrote: only through an action, for a reason, written to the audit trail, for a short time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tallystick.web.deed import Done, deed
from tallystick.web.desk._fields import Told, hidden
from tallystick.web.evidence import case_address, case_of
from tallystick.web.roles import Role
from tallystick.web.workflow import Workflow

if TYPE_CHECKING:
    from tallystick.verdicts.verdict import Verdict
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
    verdict = models.CharField(max_length=300)
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

    verdict = hidden(most=300)
    case = hidden()
    told = Told(gettext_lazy("What you ask to read"))
    reason = forms.ChoiceField(
        label=gettext_lazy("Why you read it"),
        choices=REASONS,
        help_text=gettext_lazy("The reason, your name and the time are written to the audit trail."),
    )


def _asked(room: Room, given: Mapping[str, Any]) -> tuple[Verdict, str]:
    """The verdict and the case inside the room; raises NotFound for any other."""
    verdict: Verdict = room.books.verdict_named(str(given.get("verdict", "")))
    return verdict, case_of(room, verdict, str(given.get("case", ""))).explained.case_id


def _told(room: Room, given: Mapping[str, str]) -> Mapping[str, Any]:
    verdict, case_id = _asked(room, given)
    name = room.books.partners.get(verdict.partner, verdict.partner)
    return {"told": _("All messages of case %(case)s of %(name)s") % {"case": case_id, "name": name}}


@deed(
    gettext_lazy("Read the messages of a case"),
    roles=READERS,
    form=ReadTextForm,
    button=gettext_lazy("Show the messages"),
    help=gettext_lazy(
        "You will see what the customer and the agents wrote, for 15 minutes. Addresses, phone, card and account "
        "numbers that were found are replaced; names may remain."
    ),
    initial=_told,
)
def do_read_text(room: Room, given: Mapping[str, Any]) -> Done:
    """Open the words of a case to this person for a quarter of an hour."""
    verdict, case_id = _asked(room, given)
    Reading.objects.create(
        partner=room.actor.party,
        person=room.actor.id,
        person_name=room.actor.name,
        of_partner=verdict.partner,
        case_id=case_id,
        verdict=verdict.whole_name,
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
