"""Which state of the records a page reads."""

from __future__ import annotations

from tallystick.records.commits import PROTOCOL_FILE
from tallystick.records.lake import Lake
from tallystick.web.room import Room


def lake_number(room: Room) -> int | None:
    """The number of the newest state of the lake, by which answers are kept; None where nothing was imported yet."""
    folder = room.home.folder("lake")
    if not (folder / PROTOCOL_FILE).is_file():
        return None
    with Lake.open(folder) as lake:
        return lake.pin().number
