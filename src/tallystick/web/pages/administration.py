"""The installation: health, backups, the role matrix, and taking the example away."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tallystick.web import matrix
from tallystick.web.page import Asked, Page
from tallystick.web.place import is_example
from tallystick.web.roles import Role
from tallystick.web.room import Room
from tallystick.web.said import role_words
from tallystick.web.table import Cell, Column, Table

READERS = frozenset({Role.OWNER, Role.AUDITOR})
MEGA = 1_000_000


def gather(room: Room, asked: Asked) -> dict[str, Any]:
    """Health, backups and the matrix."""
    health = room.desk.safety.health()
    shown = {matrix.YES: _("● yes"), matrix.NO: _("○ no"), matrix.NOT_THERE: _("· not there")}
    return {
        "owner": Role.OWNER in room.actor.roles,
        "removable": is_example(room.home.root),
        "health": {
            "free_mb": health.free_bytes // MEGA,
            "desk_mb": health.desk_bytes // MEGA,
            "lake_mb": health.lake_bytes // MEGA,
            "backup_days": health.backup_days,
            "backup_is_old": health.backup_is_old,
        },
        "backups": Table(
            "backups",
            _("Backups"),
            (
                Column("name", _("File"), as_is=True),
                Column("taken", _("Taken (UTC)"), as_is=True),
                Column("size", _("MB"), number=True),
                Column("rows", _("Records"), number=True),
                Column("head", _("Head of the audit chain"), sortable=False, as_is=True),
            ),
            [
                {
                    "name": Cell(one.name),
                    "taken": Cell(one.taken_at, f"{one.taken_at:%Y-%m-%d %H:%M}"),
                    "size": Cell(one.bytes // MEGA),
                    "rows": Cell(one.rows, f"{one.rows:,}"),
                    "head": Cell(one.head, one.head[:12]),
                }
                for one in room.desk.safety.backups()
            ],
            empty=_("No backup was taken yet. `tally backup FILE` writes one too, for a schedule of your own."),
        ),
        "matrix": Table(
            "matrix",
            _("Who may see and do what"),
            (
                Column("what", _("Page or deed")),
                *(Column(role.name, role_words(role), sortable=False) for role in Role),
            ),
            [
                {
                    "what": Cell(f"{line.kind} {line.name}", line.title),
                    **{role.name: Cell(answer, shown[answer]) for role, answer in line.cells},
                }
                for line in matrix.lines()
            ],
        ),
    }


PAGE = Page("administration", gettext_lazy("Administration"), READERS, gather, menu=gettext_lazy("Admin"), order=95)
