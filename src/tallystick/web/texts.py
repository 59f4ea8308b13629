"""The words of a case, redacted, for a person whose reading stands in the audit trail and has not run out.

This is the only place of the control room that reads messages. Without an open reading it gives none, whoever asks.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tallystick.records.lake import Lake
from tallystick.vocabulary.errors import NotFound
from tallystick.web.evidence import CaseSeen
from tallystick.web.room import Room


@dataclass(frozen=True)
class Message:
    """One message as it may be shown. `text` is None where it was erased or never stored.

    `language` is what its letters show, else the declared one; `translated`: the source says that a machine did it.
    """

    sent_at: datetime
    role: str
    public: bool
    language: str | None
    text: str | None
    translated: bool = False


@dataclass(frozen=True)
class Conversation:
    """A case's messages in order, the reason for which they are read, and until when."""

    messages: tuple[Message, ...]
    reason: str
    until: datetime


def conversation(room: Room, seen: CaseSeen) -> Conversation | None:
    """The messages of a case inside the room's scope; None where this person has no open reading of it."""
    reading = room.desk.reading.open_for(seen.explained.verdict.partner, seen.explained.case_id)
    if reading is None:
        return None
    try:
        lake = Lake.open(room.home.folder("lake"))
    except NotFound:
        return Conversation((), reading.reason, reading.until)
    with lake:
        pin = lake.pin()
        columns = ("sent_at", "role", "public", "language", "identified_language", "machine_translated", "text_id")
        sent = lake.read(room.scope, "message", pin=pin, columns=columns, case_keys=seen.case_keys).to_pylist()
        words = lake.read(
            room.scope, "message_text", pin=pin, columns=("text_id", "redacted"), case_keys=seen.case_keys
        ).to_pylist()
    texts = {row["text_id"]: row["redacted"] for row in words}
    messages = tuple(
        Message(
            row["sent_at"], row["role"], bool(row["public"]), row["identified_language"] or row["language"],
            texts.get(row["text_id"]), translated=bool(row["machine_translated"]),
        )
        for row in sorted(sent, key=lambda row: row["sent_at"])
    )  # fmt: skip
    return Conversation(messages, reading.reason, reading.until)
