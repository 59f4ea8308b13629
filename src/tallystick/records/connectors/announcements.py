"""Announcements: changes that agents were told of.

In: a CSV, TSV, JSON Lines, JSON, Parquet or XLSX file. Out: announcements.
Verbs: recognise, propose, read. Must not know: who has read them.
"""

from __future__ import annotations

from collections.abc import Mapping as AbstractMapping
from typing import ClassVar

import pyarrow as pa

from tallystick.records.connector import Mapping, Resolver
from tallystick.records.connectors._listed import ListConnector, Rows
from tallystick.records.connectors._roles import Role, few, instant, word
from tallystick.records.connectors.any_table.words import ROLES as CASE_ROLES
from tallystick.records.keys import keys_of

# Announcements and who confirmed them come as two files: both find each other by this, unless a mapping says `system`.
SYSTEM = "announcements"
ID = "announcement id|message id|notice id|news id|bulletin id|article id|update id|post id"


class Announcements(ListConnector):
    """One row per announcement."""

    title: ClassVar[str] = "Announcements (any table with one row per change that agents were told of)"
    fills: ClassVar[tuple[str, ...]] = ("announcement",)
    cannot: ClassVar[AbstractMapping[str, str]] = {
        "acknowledgement": "who confirmed an announcement is in a list of its own",
        "training": "an announcement is read, not learnt",
    }
    shape: ClassVar[str] = "announcements"
    noun: ClassVar[str] = "announcement"
    roles: ClassVar[AbstractMapping[str, Role]] = {
        "id": word(ID + "|id", differs=True),
        "title": word("title|subject|headline|announcement|announcement title|titel|titre|titulo|titlu", longest=200),
        "topic": few("topic|contact reason|process|category|reason|area|thema|sujet|tema|temat", most=400),
        "published": instant("published at|published on|published|announced at|announced on|sent at|posted at|"
                             "publication date|veroffentlicht am|publie le|publicat la"),
        "effective": instant("effective at|effective from|effective on|effective date|valid from|in force from|"
                             "applies from|gultig ab|en vigueur le|valabil de la"),
        "ended": instant("ended at|valid until|valid to|effective until|expires at|gultig bis|valabil pana la"),
        "queue": word("|".join(CASE_ROLES["queue"]) + "|audience"),
        "partner": few("|".join(CASE_ROLES["partner"]), most=100),
        "updated": instant("updated at|last updated|modified at"),
    }  # fmt: skip
    needs: ClassVar[tuple[tuple[str, ...], ...]] = (("id",), ("published",))
    own: ClassVar[tuple[str, ...]] = ("id", "title", "published", "effective", "ended")
    enough: ClassVar[int] = 3
    against: ClassVar[str] = (
        r"\b(ticket|case|call id|survey|agent|agent id|acknowledged|rating|stars|requester|author|review|shift)\b"
    )
    ahead: ClassVar[tuple[str, ...]] = ("effective", "ended")
    dated: ClassVar[bool] = False

    def tables(self, rows: Rows, mapping: Mapping, resolver: Resolver) -> AbstractMapping[str, pa.Table]:  # noqa: ARG002
        """The announcements."""
        table = pa.table(
            {
                "announcement_key": keys_of(str(mapping.settings.get("system") or SYSTEM), rows.word("id")),
                "announcement_id": rows.word("id"),
                "title": rows.word("title"),
                "topic": rows.word("topic"),
                "published_at": rows.instant("published"),
                "effective_at": rows.instant("effective"),
                "ended_at": rows.instant("ended"),
                "queue": rows.word("queue"),
                "partner_given": rows.word("partner"),
                "source_at": rows.instant("updated"),
                "source_row": rows.numbers,
            }
        )
        return {"announcement": table}
