"""What stands around every page: who is here, the menu, and a banner while the data are an example."""

from __future__ import annotations

from typing import Any

from tallystick import __version__
from tallystick.web.answers import menu

EXAMPLE_MARK = "raw/expected.yaml"


def frame(request: Any) -> dict[str, Any]:
    """The context of every template. Outside the door there is no room, and so nothing of the client but its name."""
    room = getattr(request, "room", None)
    if room is None:
        return {"version": __version__}
    return {
        "room": room,
        "client_name": room.home.client_name,
        "menu": menu(room),
        "version": __version__,
        "example": (room.home.root / EXAMPLE_MARK).is_file(),
        "twin_query": request.GET.urlencode(),
    }
