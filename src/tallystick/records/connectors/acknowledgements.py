"""Acknowledgements: which agent was asked to confirm which announcement, and when each opened and confirmed it.

In: a CSV, TSV, JSON Lines, JSON, Parquet or XLSX file. Out: acknowledgements.
Verbs: recognise, propose, read. Must not know: what was announced.
"""

from __future__ import annotations

from collections.abc import Mapping as AbstractMapping
from typing import ClassVar

import numpy as np
import pyarrow as pa

from tallystick.records.connector import Mapping, Resolver
from tallystick.records.connectors._instants import NONE
from tallystick.records.connectors._listed import ListConnector, Rows, joined
from tallystick.records.connectors._roles import Role, few, instant, length, word
from tallystick.records.connectors.agent_states import AGENTS
from tallystick.records.connectors.announcements import ID, SYSTEM
from tallystick.records.connectors.any_table.reader import micros
from tallystick.records.connectors.any_table.words import ROLES as CASE_ROLES
from tallystick.records.keys import keys_of


class Acknowledgements(ListConnector):
    """One row per announcement and agent."""

    title: ClassVar[str] = "Acknowledgements (any table with one row per announcement and agent)"
    fills: ClassVar[tuple[str, ...]] = ("acknowledgement",)
    cannot: ClassVar[AbstractMapping[str, str]] = {
        "announcement": "what was announced is in a list of its own",
        "training": "a confirmation says that something was read, not that it was learnt",
    }
    shape: ClassVar[str] = "acknowledgements"
    noun: ClassVar[str] = "acknowledgement"
    roles: ClassVar[AbstractMapping[str, Role]] = {
        "id": word(ID + "|announcement|notice|article"),
        "agent": word(AGENTS + "|reader|recipient"),
        "asked": instant("asked at|sent at|published at|assigned at|delivered at|notified at|created at|gesendet am"),
        "opened": instant("opened at|read at|viewed at|first opened at|seen at|geoffnet am|ouvert le|deschis la"),
        "acknowledged": instant("acknowledged at|confirmed at|acknowledged on|acknowledged|confirmed on|accepted at|"
                                "signed at|bestatigt am|confirme le|confirmat la"),
        "reading": length("reading s|reading time|time spent|reading seconds|time open|dwell time|lesezeit"),
        "partner": few("|".join(CASE_ROLES["partner"]), most=100),
        "updated": instant("updated at|last updated|modified at"),
    }  # fmt: skip
    needs: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("id",), ("agent",), ("asked", "opened", "acknowledged"),
    )  # fmt: skip
    own: ClassVar[tuple[str, ...]] = ("id", "asked", "opened", "acknowledged", "reading")
    enough: ClassVar[int] = 3
    against: ClassVar[str] = r"\b(ticket|case|call id|survey|rating|requester|shift|course|subject)\b"

    def tables(self, rows: Rows, mapping: Mapping, resolver: Resolver) -> AbstractMapping[str, pa.Table]:  # noqa: ARG002
        """The acknowledgements; who was never asked in so many words was so when the announcement was opened."""
        told = joined(rows.word("id"), rows.word("partner"), rows.word("agent"))
        asked = rows.at("asked")
        for other in (rows.at("opened"), rows.at("acknowledged")):
            asked = np.where(asked == NONE, other, asked)
        table = pa.table(
            {
                "acknowledgement_key": keys_of(f"{mapping.source}:acknowledgement", told),
                "announcement_key": keys_of(str(mapping.settings.get("system") or SYSTEM), rows.word("id")),
                "agent": rows.word("agent"),
                "asked_at": micros(asked),
                "opened_at": rows.instant("opened"),
                "acknowledged_at": rows.instant("acknowledged"),
                "reading_s": rows.seconds("reading"),
                "partner_given": rows.word("partner"),
                "source_at": rows.newest("asked", "opened", "acknowledged"),
                "source_row": rows.numbers,
            }
        )
        return {"acknowledgement": table}
