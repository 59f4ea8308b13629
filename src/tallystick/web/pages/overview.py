"""The first screen."""

from __future__ import annotations

from typing import Any

from tallystick.web.page import Asked, Page
from tallystick.web.roles import EVERYONE
from tallystick.web.room import Room


def gather(room: Room, asked: Asked) -> dict[str, Any]:
    """All that the first screen shows."""
    return {"periods": list(room.books.periods), "partners": dict(room.books.partners)}


PAGE = Page("overview", "Overview", EVERYONE, gather, order=10, key="o")
