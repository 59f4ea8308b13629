"""The one door from a request to data: `room_of(request)`.

A stranger has no room. What is not yours and what is not there answer alike, with 404; a role that is missing for a
page or an action of one's own side answers 403.
"""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from tallystick.vocabulary.scope import Scope
from tallystick.web.accounts.models import Person
from tallystick.web.place import home
from tallystick.web.refusal import Stranger
from tallystick.web.room import Actor, Room


def actor_of(person: Person) -> Actor:
    """A person as rooms and the audit trail know it."""
    return Actor(person.id, person.name, person.email, person.party, person.roles, person.zone)


def scope_of(actor: Actor) -> Scope:
    """The scope that follows from the person's party."""
    client = home().client
    return Scope.of_client(client) if actor.of_client else Scope.of_partner(client, actor.party)


def room_of(request: Any) -> Room:
    """The room of whoever signed in; raises Stranger for anybody else."""
    person = request.user
    if not person.is_active or not person.roles:  # nobody signed in is not active either
        raise Stranger
    actor = actor_of(person)
    return Room(home(), scope_of(actor), actor, timezone.now(), getattr(request, "tally_id", ""))


def room_of_person(person: Person) -> Room:
    """The room of a person without a request: what the daily mail and jobs read with, never more."""
    actor = actor_of(person)
    return Room(home(), scope_of(actor), actor, timezone.now())
