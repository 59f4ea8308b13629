"""The audit trail, and the check of its chain."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tallystick.web.page import Asked, Page
from tallystick.web.perform import deed_words
from tallystick.web.roles import Role
from tallystick.web.room import Room
from tallystick.web.said import role_words
from tallystick.web.table import Cell, Column, Table

READERS = frozenset({Role.OWNER, Role.AUDITOR, Role.DATA_PROTECTION, Role.PARTNER_ADMIN})
MOST = 5000


def gather(room: Room, asked: Asked) -> dict[str, Any]:
    """The rows of this room, and for the client the check of the whole chain when it is asked for."""
    rows = list(room.desk.audit.rows()[:MOST])
    proof = room.desk.audit.checked() if room.actor.of_client and asked.query.get("check") == "1" else None
    return {
        "proof": proof
        and {
            "holds": proof.holds,
            "rows": proof.rows,
            "head": proof.head,
            "checkpoints": proof.checkpoints,
            "first_bad": proof.first_bad,
            "finding": proof.finding,
            "checked_at": room.now,
        },
        "more": room.desk.audit.rows().count() - len(rows),
        "trail": Table(
            "trail",
            _("What was done"),
            (
                Column("seq", _("No."), number=True),
                Column("at", _("When (UTC)"), as_is=True),
                Column("who", _("Who"), as_is=True),
                Column("roles", _("As")),
                Column("action", _("What")),
                Column("about", _("About"), as_is=True),
                Column("partner", _("Partner"), as_is=True),
                Column("request", _("Request"), as_is=True),
                Column("hash", _("Hash"), sortable=False, as_is=True),
            ),
            [
                {
                    "seq": Cell(row.seq),
                    "at": Cell(row.at, f"{row.at:%Y-%m-%d %H:%M:%S}"),
                    "who": Cell(row.actor_name),
                    "roles": Cell(row.roles, ", ".join(role_words(name) for name in row.roles.split(", "))),
                    "action": Cell(row.action, deed_words(row.action)),
                    "about": Cell(row.about),
                    "partner": Cell(row.partner),
                    "request": Cell(row.request),
                    "hash": Cell(row.hash, row.hash[:12], title=row.hash),
                }
                for row in rows
            ],
            empty=_(
                "Nothing has been changed yet. Each change of state, and each reading of personal text, stands here."
            ),
        ),
    }


PAGE = Page("audit", gettext_lazy("Audit trail"), READERS, gather, menu=gettext_lazy("Audit"), order=90, key="a")
