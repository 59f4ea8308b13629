"""Giving files: the first step of the guided import."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy

from tallystick.web.page import Asked, Page
from tallystick.web.roles import STEERING, Role
from tallystick.web.room import Room


def gather(room: Room, asked: Asked) -> dict[str, Any]:
    """What the form needs: partners, where the client's people may name one."""
    return {
        "partners": dict(room.books.partners) if room.actor.of_client else {},
        "most": room.desk.imports.most_waiting,
    }


PAGE = Page("data/import", gettext_lazy("Import files"), STEERING | {Role.PARTNER_ADMIN}, gather)
