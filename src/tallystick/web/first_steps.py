"""What is missing for the first verdict, in order: every page that would be empty shows it instead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tallystick.records import ledger
from tallystick.web.room import Room


@dataclass(frozen=True)
class FirstStep:
    """One thing to do, whether it is done, and where or by which command."""

    words: str
    done: bool
    href: str = ""
    command: str = ""

    def as_json(self) -> dict[str, Any]:
        """The step for the twin of a page."""
        return {"words": self.words, "done": self.done, "page": self.href, "command": self.command}


def first_steps(room: Room) -> tuple[FirstStep, ...]:
    """The way to the first verdict."""
    home = room.home
    texts = bool(room.books.contracts)
    rows = (home.root / "imports").is_dir() and any(True for _line in ledger.lines(home.root))
    return (
        FirstStep(_("Put a contract's text into the folder contracts and check it."), texts, command="tally check"),
        FirstStep(_("Import what happened: an export of the helpdesk."), rows, "/data", "tally ingest FILE"),
        FirstStep(_("Judge the months that are over."), bool(room.books.verdicts), command="tally assess"),
    )
