"""Who has access: the client sees everybody, a partner its own people."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tallystick.web.page import Asked, Page
from tallystick.web.roles import STEERING, Role
from tallystick.web.room import Room
from tallystick.web.said import role_words
from tallystick.web.table import Cell, Column, Table

READERS = STEERING | {Role.AUDITOR, Role.DATA_PROTECTION, Role.PARTNER_ADMIN}
CHANGERS = frozenset({Role.OWNER, Role.PARTNER_ADMIN})


def gather(room: Room, asked: Asked) -> dict[str, Any]:
    """People and open invitations."""
    people = room.desk.people.all()
    strong = room.desk.people.second_factors(people)
    changes = room.actor.may(CHANGERS)
    return {
        "changes": changes,
        "people": Table(
            "people",
            _("People"),
            (
                Column("name", _("Name"), as_is=True),
                Column("email", _("E-mail"), as_is=True),
                Column("party", _("Party"), as_is=True),
                Column("roles", _("Roles")),
                Column("second", _("Second factor")),
                Column("state", _("Account")),
                *([Column("change", "", sortable=False)] if changes else []),
            ),
            [_row(room, person, person.id in strong, changes=changes) for person in people],
            empty=_("Nobody has access yet."),
        ),
        "invitations": Table(
            "invitations",
            _("Open invitations"),
            (
                Column("name", _("Name"), as_is=True),
                Column("email", _("E-mail"), as_is=True),
                Column("roles", _("Roles")),
                Column("sent", _("Sent"), as_is=True),
                *([Column("change", "", sortable=False)] if changes else []),
            ),
            [
                {
                    "name": Cell(one.name),
                    "email": Cell(one.email),
                    "roles": Cell(", ".join(role_words(role) for role in one.held)),
                    "sent": Cell(one.sent_at, f"{one.sent_at:%Y-%m-%d %H:%M} UTC"),
                    "change": Cell("", _("Withdraw"), _do("withdraw-invitation", invitation=one.pk)),
                }
                for one in room.desk.people.open_invitations()
            ],
            empty=_("No invitation is open."),
        ),
    }


def _row(room: Room, person: Any, strong: bool, *, changes: bool) -> dict[str, Cell]:
    return {
        "name": Cell(person.name, None, _do("change-roles", person=person.id) if changes else ""),
        "email": Cell(person.email),
        "party": Cell(person.party, room.books.partners.get(person.party, person.party) or room.home.client_name),
        "roles": Cell(", ".join(role_words(role) for role in person.held)),
        "second": Cell(strong, _("on") if strong else _("off")),
        "state": Cell(person.is_active, _("on") if person.is_active else _("switched off")),
        "change": _change(room, person),
    }


def _change(room: Room, person: Any) -> Cell:
    if person.id == room.actor.id:
        return Cell("", _("you"))
    if person.is_active:
        return Cell("", _("Switch off"), _do("switch-off", person=person.id))
    return Cell("", _("Switch on"), _do("switch-on", person=person.id))


def _do(name: str, **given: Any) -> str:
    return f"/do/{name}?{urlencode({**given, 'back': '/people'})}"


PAGE = Page("people", gettext_lazy("People"), READERS, gather, order=80, key="u")
