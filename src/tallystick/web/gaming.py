"""What the catalogue of gaming says of the judged months inside a room, kept for one state of the home and the lake."""

from __future__ import annotations

from tallystick.integrity import Integrity, integrity_of, lake_of, months
from tallystick.verdicts.store import Judged
from tallystick.web.room import Room


def judged_months(room: Room, label: str = "", partner: str = "") -> list[Judged]:
    """The judgings of months that the room sees: of one period, of one partner, where these are named."""
    return [
        one for one in months(room.books.records) if label in ("", one.period) and partner in ("", one.partner)
    ]  # fmt: skip


def gaming_of(room: Room, record: Judged) -> Integrity:
    """What the patterns say of a judging that the room's books gave."""
    lake = lake_of(room.home.root)
    if lake is None:
        return room.books.once(("gaming", record.digest), lambda: integrity_of(room.books.store, record, None))
    with lake:
        pin = lake.pin()
        key = ("gaming", record.digest, pin.number)
        return room.books.once(key, lambda: integrity_of(room.books.store, record, lake, pin=pin))
