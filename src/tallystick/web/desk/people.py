"""Who may come in: invitations, roles, switching off, sessions. A partner's admin does so for its own people."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from allauth.usersessions.models import UserSession
from django import forms
from django.conf import settings
from django.core.mail import send_mail
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tallystick.vocabulary.errors import NotFound
from tallystick.web.accounts.models import CLIENT, INVITATION_HOLDS, Invitation, Person
from tallystick.web.deed import Done, deed
from tallystick.web.refusal import NotNow
from tallystick.web.roles import CLIENT_ROLES, PARTNER_ROLES, SEES, Role
from tallystick.web.said import ROLES, role_words
from tallystick.web.workflow import Workflow

if TYPE_CHECKING:
    from tallystick.web.room import Room

GIVES_ROLES = frozenset({Role.OWNER, Role.PARTNER_ADMIN})
TOKEN_BYTES = 32
BACK = "/people"


class People(Workflow):
    """People and invitations inside the room: the client sees everybody, a partner its own."""

    def all(self) -> list[Person]:
        """Everybody, by party and name."""
        return list(self.room.rows(Person).order_by("party", "name"))

    def open_invitations(self) -> list[Invitation]:
        """Invitations that can still be taken up."""
        return list(
            self.room.rows(Invitation)
            .filter(used_at=None, withdrawn_at=None, sent_at__gt=self.room.now - INVITATION_HOLDS)
            .order_by("-sent_at")
        )

    def sessions(self, person: UUID) -> int:
        """How many sessions a person inside the room has."""
        return int(UserSession.objects.filter(user_id=self.one(person).id).count())

    def one(self, person: UUID | str) -> Person:
        """A person inside the room; raises NotFound."""
        found = self.room.rows(Person).filter(id=person).first()
        if found is None:
            raise NotFound("person", str(person))
        return found

    @staticmethod
    def second_factors(people: list[Person]) -> frozenset[UUID]:
        """Which of these people have a second factor."""
        from allauth.mfa.models import Authenticator

        ids = [person.id for person in people]
        return frozenset(Authenticator.objects.filter(user_id__in=ids, type="totp").values_list("user_id", flat=True))


def _role_field() -> Any:
    return forms.MultipleChoiceField(
        label=gettext_lazy("Roles"),
        choices=[(role.value, format_lazy("{role}: {sees}", role=ROLES[role], sees=SEES[role])) for role in Role],
        widget=forms.CheckboxSelectMultiple,
    )


class InviteForm(forms.Form):
    """Whom, and as what."""

    email = forms.EmailField(label=gettext_lazy("E-mail"))
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    party = forms.CharField(
        label=gettext_lazy("Partner"),
        max_length=64,
        required=False,
        help_text=gettext_lazy("The partner's id, such as “aurora”; empty for the client's own people."),
    )
    roles = _role_field()


class PersonForm(forms.Form):
    """One person, by id."""

    person = forms.UUIDField(widget=forms.HiddenInput)


class RolesForm(PersonForm):
    """The roles that a person shall hold from now on."""

    roles = _role_field()


class InvitationForm(forms.Form):
    """One invitation."""

    invitation = forms.IntegerField(widget=forms.HiddenInput)


def _roles_for(room: Room, party: str, wanted: list[str]) -> set[Role]:
    """The roles asked for, if they belong to that side and this person may give them."""
    roles = {Role(one) for one in wanted}
    if roles - (CLIENT_ROLES if party == CLIENT else PARTNER_ROLES):
        side = _("the client's side") if party == CLIENT else _("a partner's side")
        raise NotNow(_("Some of these roles do not exist on %(side)s.") % {"side": side}, _("Choose others."))
    if not room.actor.of_client and party != room.actor.party:
        raise NotFound("partner", party)
    if party != CLIENT and party not in room.books.partners:
        raise NotNow(
            _("There is no partner “%(party)s”.") % {"party": party},
            _("Partners come from contracts: %(known)s.") % {"known": ", ".join(room.books.partners) or _("none yet")},
        )
    return roles


@deed(
    gettext_lazy("Invite a person"),
    roles=GIVES_ROLES,
    form=InviteForm,
    help=gettext_lazy("A link goes to the address. It works once, for seven days."),
    opposite="withdraw-invitation",
)
def do_invite(room: Room, given: Mapping[str, Any]) -> Done:
    """Send somebody a link to a place."""
    party = room.actor.party or given["party"].strip()
    roles = _roles_for(room, party, given["roles"])
    email = given["email"].strip().lower()
    if Person.objects.filter(email=email).exists():
        raise NotNow(_("This address has an account already."), _("Change the person's roles instead."))
    token = secrets.token_urlsafe(TOKEN_BYTES)
    made = Invitation.objects.create(
        sha256=Invitation.hash_of(token),
        email=email,
        name=given["name"],
        party=party,
        held=sorted(role.value for role in roles),
        by=room.actor.id,
        by_name=room.actor.name,
        sent_at=room.now,
    )
    address = f"{settings.PUBLIC_ADDRESS}{reverse('invitation', args=[token])}"
    send_mail(
        _("An invitation to the control room"),
        _("%(by)s invites you. Choose a password here, within seven days:\n\n%(address)s\n")
        % {"by": room.actor.name, "address": address},
        None,
        [email],
    )
    words = _("The invitation is on its way to %(email)s.") % {"email": email}
    return Done(words, f"invitation {made.pk}", party, BACK, after={"party": party, "roles": sorted(roles)},
                undo={"invitation": made.pk})  # fmt: skip


@deed(gettext_lazy("Withdraw the invitation"), roles=GIVES_ROLES, form=InvitationForm)
def do_withdraw_invitation(room: Room, given: Mapping[str, Any]) -> Done:
    """Make a link worthless before it is used."""
    if not room.rows(Invitation).filter(pk=given["invitation"]).exists():
        raise NotFound("invitation", str(given["invitation"]))
    made = Invitation.objects.get(pk=given["invitation"])
    if made.used_at or made.withdrawn_at:
        raise NotNow(_("The invitation was used or withdrawn already."), _("Switch the person off instead."))
    made.withdrawn_at = room.now
    made.save(update_fields=["withdrawn_at"])
    return Done(_("The link no longer works."), f"invitation {made.pk}", made.party, BACK)


def _person(room: Room, given: Mapping[str, Any]) -> Person:
    return Person.objects.get(id=room.desk.people.one(given["person"]).id)


def _present_roles(room: Room, query: Mapping[str, str]) -> Mapping[str, Any]:
    person = query.get("person", "")
    try:
        return {"roles": room.desk.people.one(UUID(person)).held}
    except ValueError:
        raise NotFound("person", person) from None


@deed(gettext_lazy("Change roles"), roles=GIVES_ROLES, form=RolesForm, initial=_present_roles, opposite="change-roles")
def do_change_roles(room: Room, given: Mapping[str, Any]) -> Done:
    """Give a person other roles; nobody changes its own, and one owner always stays."""
    person = _person(room, given)
    if person.id == room.actor.id:
        raise NotNow(_("Nobody changes the own roles."), _("Ask another owner."))
    roles = _roles_for(room, person.party, given["roles"])
    if Role.OWNER in person.roles and Role.OWNER not in roles:
        _keep_one_owner(person)
    before = {"roles": sorted(person.held)}
    person.held = sorted(role.value for role in roles)
    person.save(update_fields=["held"])
    words = _("%(name)s is now: %(roles)s.") % {
        "name": person.name,
        "roles": ", ".join(role_words(role) for role in person.held),
    }
    return Done(words, f"person {person.id}", person.party, BACK, before, {"roles": person.held},
                undo={"person": person.id, "roles": before["roles"]})  # fmt: skip


def _keep_one_owner(leaving: Person) -> None:
    others = Person.objects.filter(party=CLIENT, is_active=True).exclude(id=leaving.id)
    if not any(Role.OWNER in one.roles for one in others):
        raise NotNow(_("This is the last owner."), _("Make somebody else an owner first."))


@deed(
    gettext_lazy("Switch the account off"),
    roles=GIVES_ROLES,
    form=PersonForm,
    help=gettext_lazy("The person is out at once, in every session. What the person did stays."),
    opposite="switch-on",
)
def do_switch_off(room: Room, given: Mapping[str, Any]) -> Done:
    """End an account's access."""
    person = _person(room, given)
    if person.id == room.actor.id:
        raise NotNow(_("Nobody switches the own account off."), _("Ask another owner."))
    if Role.OWNER in person.roles:
        _keep_one_owner(person)
    person.is_active = False
    person.save(update_fields=["is_active"])
    _end_sessions(person)
    words = _("%(name)s can no longer sign in.") % {"name": person.name}
    return Done(words, f"person {person.id}", person.party, BACK, undo={"person": person.id})


@deed(gettext_lazy("Switch the account on"), roles=GIVES_ROLES, form=PersonForm, opposite="switch-off")
def do_switch_on(room: Room, given: Mapping[str, Any]) -> Done:
    """Give an account its access back."""
    person = _person(room, given)
    person.is_active = True
    person.save(update_fields=["is_active"])
    words = _("%(name)s can sign in again.") % {"name": person.name}
    return Done(words, f"person {person.id}", person.party, BACK, undo={"person": person.id})


@deed(gettext_lazy("End all sessions"), roles=GIVES_ROLES, form=PersonForm)
def do_end_sessions(room: Room, given: Mapping[str, Any]) -> Done:
    """Sign a person out everywhere."""
    person = _person(room, given)
    ended = _end_sessions(person)
    words = _("%(count)d sessions of %(name)s ended.") % {"count": ended, "name": person.name}
    return Done(words, f"person {person.id}", person.party, BACK)


def _end_sessions(person: Person) -> int:
    sessions = list(UserSession.objects.filter(user=person))
    for session in sessions:
        session.end()
    return len(sessions)
