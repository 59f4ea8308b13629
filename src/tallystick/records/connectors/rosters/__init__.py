# ruff: noqa: E501 - lists of words read best as lines
"""Rosters: scheduled activities of agents, out of any table of a workforce tool, or an iCalendar file.

In: a CSV, TSV, JSON Lines, JSON, Parquet, XLSX or ICS file. Out: scheduled activities.
Verbs: recognise, propose, read. Must not know: who was there.
"""

from __future__ import annotations

from collections.abc import Mapping as AbstractMapping
from pathlib import Path
from typing import ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.records.connector import Mapping, Resolver
from tallystick.records.connectors._instants import NONE
from tallystick.records.connectors._listed import ListConnector, Rows, joined, lasting
from tallystick.records.connectors._roles import Role, clock, few, instant, length, word
from tallystick.records.connectors._state_words import activity_of
from tallystick.records.connectors.agent_states import AGENTS
from tallystick.records.connectors.any_table.reader import DAY_US, micros
from tallystick.records.connectors.any_table.words import ROLES as CASE_ROLES
from tallystick.records.connectors.any_table.words import channel_of, language_of, plain_name
from tallystick.records.connectors.rosters.calendar_file import is_calendar, load_events
from tallystick.records.containers import Container, Loaded, opened
from tallystick.records.containers.unpacking import head_of
from tallystick.records.keys import keys_of
from tallystick.records.tables.shift import ACTIVITIES
from tallystick.vocabulary.errors import DamagedContainer

_PLANNED = {
    **dict.fromkeys(("planned", "plan", "scheduled", "p", "geplant", "planifie", "planificat"), "planned"),
    **dict.fromkeys(
        ("unplanned", "adhoc", "ad hoc", "exception", "u", "ungeplant", "imprevu", "intraday"), "unplanned"
    ),
}
_GONE = frozenset({"cancelled", "canceled", "deleted", "removed", "withdrawn", "storniert", "annule", "anulat", "void"})


def planned_of(said: str) -> str | None:
    """Planned or unplanned; None where it is neither."""
    return _PLANNED.get(plain_name(said))


def status_of(said: str) -> str | None:
    """`gone` for an activity that was taken back, `stands` for any other status."""
    return "gone" if plain_name(said) in _GONE else "stands"


class Rosters(ListConnector):
    """One row, or one event of a calendar, per agent and activity."""

    title: ClassVar[str] = "Rosters (any table of agents' scheduled activities, or an iCalendar file)"
    fills: ClassVar[tuple[str, ...]] = ("shift",)
    cannot: ClassVar[AbstractMapping[str, str]] = {
        "agent_state": "a roster tells who should have been there, not who was",
        "agent": "a roster of shifts names agents and tells nothing else about them",
        "call": "a roster holds no contacts",
    }
    shape: ClassVar[str] = "roster"
    noun: ClassVar[str] = "scheduled activity"
    meanings: ClassVar[tuple[str, ...]] = ACTIVITIES
    roles: ClassVar[AbstractMapping[str, Role]] = {
        "shift_id": word("shift id|activity id|schedule id|entry id|assignment id|event id|uid|record id", differs=True),
        "agent": word(AGENTS),
        "mail": word("mail"),
        "date": instant("date|shift date|work date|schedule date|day|datum|fecha|data|jour|dienstdatum"),
        "started": clock(
            "shift start|started at|starts at|start time|start|from|begin|begins|schedule start|scheduled start|"
            "activity start|planned start|shift|shift time|schichtbeginn|beginn|debut|heure debut|inicio|inizio|inceput|"
            "started|start date|starts"
        ),
        "ended": clock(
            "shift end|ended at|ends at|end time|end|to|until|finish|schedule end|scheduled end|activity end|planned end|"
            "schichtende|ende|fin|heure fin|fine|sfarsit|ended|end date|ends"
        ),
        "duration": length("duration|hours|length|minutes|planned hours|scheduled hours|dauer|duree|duracion"),
        "activity": few(
            "activity|activity code|activity name|activity type|schedule activity|shift type|event|exception|"
            "exception code|code|summary|category|aktivitat|tatigkeit|activite|actividad|attivita|activitate|type|shift code",
            activity_of,
            most=200,
        ),
        "published": instant("published at|published on|published|schedule published|release date|released at|version date"),
        "queue": word("|".join(CASE_ROLES["queue"]) + "|skill group|line|service line"),
        "partner": few("|".join(CASE_ROLES["partner"]), most=100),
        "channel": few("channel|media type|media|medium|kanal|canal", channel_of),
        "language": few("|".join(CASE_ROLES["language"]), language_of),
        "planned": few("planned|plan type|planned or unplanned|is planned|source of change", planned_of, most=12),
        "approval": word("approved by|approval|approver|authorised by|authorized by|genehmigt von"),
        "status": few("status|state|schedule status", status_of, most=12),
        "updated": instant("updated at|last updated|modified at|updated|last modified"),
    }  # fmt: skip
    needs: ClassVar[tuple[tuple[str, ...], ...]] = (("agent", "mail"), ("started", "date"))
    own: ClassVar[tuple[str, ...]] = (
        "shift_id", "started", "ended", "activity", "published", "planned", "approval", "duration", "date",
    )  # fmt: skip
    enough: ClassVar[int] = 3
    against: ClassVar[str] = (
        r"\b(ticket|case|call id|survey|csat|subject|customer|course|reason code|talk|wait|requester)\b"
    )
    clocks: ClassVar[tuple[str, ...]] = ("started", "ended")
    ahead: ClassVar[tuple[str, ...]] = ("date", "started", "ended")
    dated: ClassVar[bool] = False
    versions: ClassVar[tuple[str, ...]] = ("updated", "published")

    def recognise(self, path: Path) -> float:
        """Sure of a calendar by its first line; of a table by its columns."""
        if path.is_file():
            try:
                if _is_calendar(opened(path, {})):
                    return 0.97
            except DamagedContainer:
                return 0.0
        return super().recognise(path)

    def load(self, container: Container) -> Loaded:
        """The events of a calendar, or the rows of a table."""
        return container.rows_by(load_events) if _is_calendar(container) else container.rows()

    def tables(self, rows: Rows, mapping: Mapping, resolver: Resolver) -> AbstractMapping[str, pa.Table]:
        """The activities. A day without times is the whole day; what was taken back is a retraction."""
        day = rows.at("date")
        started, ended = rows.at("started"), rows.at("ended")
        ended = np.where(ended == NONE, lasting(started, rows.at("duration")), ended)
        whole_day = (started == NONE) & (day != NONE)
        started = np.where(whole_day, day, started)
        ended = np.where(whole_day, day + DAY_US, ended)
        agent = rows.word("agent")
        if rows.has("mail") and resolver.pseudonyms is not None:
            # An address is kept as the keyed hash by which lists of agents know it.
            agent = pc.coalesce(agent, resolver.pseudonyms(rows.word("mail")).cast(pa.string()))
        said = rows.word("activity")
        activity = rows.meant("activity") if rows.has("activity") else pa.repeat(pa.scalar("work"), len(rows))
        activity = pc.if_else(pc.is_null(said), "work", activity)
        told = joined(rows.word("partner"), agent, pc.coalesce(activity, said), started)
        gone = np.asarray(pc.fill_null(pc.equal(rows.meant("status"), "gone"), fill_value=False), np.bool_)
        version = np.where(rows.at("updated") == NONE, rows.at("published"), rows.at("updated"))
        table = pa.table(
            {
                "shift_key": keys_of(f"{mapping.source}:shift", pc.coalesce(rows.word("shift_id"), told)),
                "agent": agent,
                "activity": activity,
                "raw": said,
                "started_at": micros(np.where(gone, NONE, started)),
                "ended_at": micros(ended),
                "published_at": rows.instant("published"),
                "queue": rows.word("queue"),
                "channel": rows.meant("channel"),
                "language": rows.meant("language"),
                "planned": rows.meant("planned"),
                "approval": rows.word("approval"),
                "partner_given": rows.word("partner"),
                "source_at": micros(version),
                "source_row": rows.numbers,
            }
        )
        return {"shift": table.filter(pc.is_valid(table["agent"]))}


def _is_calendar(container: Container) -> bool:
    return is_calendar(head_of(container.text, 1 << 12).decode("utf-8", errors="replace"))
