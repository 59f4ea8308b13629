"""What one person may see: reads bound to one scope. A page gets a Room and nothing else.

Two walls stand behind it. The Room filters by its scope; and the connection `room` on which it reads the desk shows
the database's own views of that scope (web/wall), so a forgotten filter reads nothing of others.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, cast
from uuid import UUID

from django.conf import settings

from tallystick import registry
from tallystick.home import Home
from tallystick.vocabulary.scope import Scope
from tallystick.web.books import Books, books_of
from tallystick.web.roles import Role
from tallystick.web.wall.base import PARTNER, seen_by
from tallystick.web.workflow import Workflow

DESK = "tallystick.web.desk"


@dataclass(frozen=True)
class Actor:
    """Who asks. `party` is the partner's id, empty on the client's side."""

    id: UUID
    name: str
    email: str
    party: str
    roles: frozenset[Role]
    zone: str = "UTC"

    @property
    def of_client(self) -> bool:
        """Whether this is one of the client's own people."""
        return self.party == ""

    def may(self, roles: frozenset[Role]) -> bool:
        """Whether one of the person's roles is among `roles`."""
        return bool(self.roles & roles)


@dataclass(frozen=True)
class Room:
    """Reads of one person at one instant. `request_id` names the request in the audit trail."""

    home: Home
    scope: Scope
    actor: Actor
    now: datetime
    request_id: str = ""

    @cached_property
    def books(self) -> Books:
        """Verdicts, judgings and contracts inside the scope."""
        return books_of(self.home, self.scope)

    def rows(self, model: Any) -> Any:
        """The rows of a desk table inside the scope, read behind the second wall."""
        found = model.objects.using("room")
        if self.scope.partners is None or not settings.ROOM_FILTERS:
            return found
        name = next(field.name for field in model._meta.fields if field.column == PARTNER)  # noqa: SLF001  Django's public way
        return found.filter(**{f"{name}__in": sorted(self.scope.partners)})

    @cached_property
    def desk(self) -> Desk:
        """What people did, by workflow: `room.desk.disputes`."""
        return Desk(self)

    @contextmanager
    def opened(self) -> Iterator[None]:
        """The second wall around whatever reads the desk: connections inside see this room's scope alone."""
        with seen_by(self.scope):
            yield

    def sees(self, partner: str) -> bool:
        """Whether a partner's data are inside."""
        return self.scope.sees(partner)


class Desk:
    """The workflows of web/desk by their names, each bound to the room."""

    def __init__(self, room: Room) -> None:
        self._room = room

    def __getattr__(self, name: str) -> Any:
        found = registry.load_one(DESK, Workflow, name)
        if found is None:
            raise AttributeError(f"web/desk has no workflow {name!r}")
        bound = cast("type[Workflow]", found)(self._room)
        setattr(self, name, bound)
        return bound
