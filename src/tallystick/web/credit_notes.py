"""The credit note that a judged period asks for, as the page of credits gives it: the proposal of one room."""

from __future__ import annotations

from dataclasses import dataclass

from tallystick.records.commits import PROTOCOL_FILE
from tallystick.records.lake import Lake
from tallystick.reports.credit_note import CreditNote
from tallystick.reports.credit_note.proposal import checked
from tallystick.reports.credit_proposal import proposed_note
from tallystick.verdicts.store import Judged
from tallystick.vocabulary.errors import UsageError
from tallystick.web.remembered import remembered
from tallystick.web.room import Room


@dataclass(frozen=True)
class Proposed:
    """A credit note, or why there is none."""

    note: CreditNote | None
    why: str = ""


def credit_note_of(room: Room, record: Judged) -> Proposed:
    """The credit note of a judging that the room holds; made again for each state of the lake and of the judging."""
    number = 0
    if (room.home.folder("lake") / PROTOCOL_FILE).is_file():
        with Lake.open(room.home.folder("lake")) as lake:
            number = lake.pin().number
    return remembered(room, ("credit note", record.digest, number), lambda: _made(room, record))


def _made(room: Room, record: Judged) -> Proposed:
    try:
        note = proposed_note(room.home.root, room.books.texts_with(record.partner), record)
        checked(note)
    except UsageError as error:
        # The cure of the core names options of the command line; the page has its own.
        return Proposed(None, error.message)
    return Proposed(note)
