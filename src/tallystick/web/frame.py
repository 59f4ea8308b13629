"""What stands around every page: who is here, the menu, and a banner while the data are an example."""

from __future__ import annotations

from typing import Any

from tallystick import __version__
from tallystick.web.answers import menu
from tallystick.web.perform import UNDO_MINUTES, deeds
from tallystick.web.place import is_example


def frame(request: Any) -> dict[str, Any]:
    """The context of every template. Outside the door there is no room, and so nothing of the client but its name."""
    room = getattr(request, "room", None)
    if room is None:
        return {"product_version": __version__}
    return {
        "room": room,
        "client_name": room.home.client_name,
        "menu": menu(room),
        "may": frozenset(name for name, what in deeds().items() if room.actor.may(what.roles)),
        "product_version": __version__,
        "undo_minutes": UNDO_MINUTES,
        "example": is_example(room.home.root),
        "twin_query": request.GET.urlencode(),
    }
