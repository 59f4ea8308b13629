"""Disputes as pages word them: rows of a table, states with their clocks, and sides by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from tallystick.reports.figures import month_name
from tallystick.reports.markup import Markup, tag
from tallystick.web.clocks import clock
from tallystick.web.freshness import at_words
from tallystick.web.room import Room
from tallystick.web.table import Cell, Column, Table


def side_words(room: Room, party: str) -> str:
    """The name of a side: the client's, or the partner's."""
    return room.books.partners.get(party, party) if party else room.home.client_name


def state_words(state: str, *, over: bool = False) -> str:
    """A dispute's state in words."""
    return {
        "open": _("open, overdue") if over else _("open"),
        "accepted": _("accepted"),
        "partly accepted": _("partly accepted"),
        "rejected": _("rejected"),
        "withdrawn": _("withdrawn"),
    }[state]


def state_mark(state: str, *, over: bool = False) -> Markup:
    """A dispute's state as shape, word and colour."""
    kind = {"open": "late" if over else "todo", "rejected": "absent", "withdrawn": "none"}.get(state, "fresh")
    return tag("span", state_words(state, over=over), class_=f"lamp {kind}")


def dispute_row(room: Room, dispute: Any, zone: str) -> dict[str, Cell]:
    """One dispute as a row."""
    ticking = clock(dispute.at, dispute.due_at, room.now)
    return {
        "about": Cell(dispute.about, href=dispute.address),
        "period": Cell(dispute.period, month_name(dispute.period)),
        "category": Cell(dispute.category, dispute.kind),
        "side": Cell(side_words(room, dispute.party), f"{dispute.by_name}, {side_words(room, dispute.party)}"),
        "at": Cell(dispute.at, at_words(dispute.at, zone)),
        "state": Cell(dispute.state, state_mark(dispute.state, over=dispute.is_open and ticking["over"])),
        "due": Cell(dispute.due_at if dispute.is_open else None, ticking["words"] if dispute.is_open else None),
    }


def dispute_table(room: Room, rows: Sequence[dict[str, Cell]], *, periods: bool = False) -> Table:
    """Disputes as a table; `periods` adds the period that each is about."""
    columns = [
        Column("about", _("about"), as_is=True),
        Column("period", _("period"), as_is=True),
        Column("category", _("kind")),
        Column("side", _("opened by"), as_is=True),
        Column("at", _("opened"), as_is=True),
        Column("state", _("state")),
        Column("due", _("clock")),
    ]
    shown = tuple(column for column in columns if periods or column.key != "period")
    empty = _("No dispute. One is opened from a promise, a case or a credit that is not right.")
    return Table("disputes", _("Opened so far"), shown, rows, empty)
