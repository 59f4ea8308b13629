"""What a file of web/desk holds: its tables, its `do_*` actions, and one Workflow, the reads that pages may make."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tallystick.web.room import Room


class Workflow:
    """Reads of one workflow inside a room; subclasses add them as methods."""

    def __init__(self, room: Room) -> None:
        self.room = room
