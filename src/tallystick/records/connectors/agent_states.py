# ruff: noqa: E501 - lists of words read best as lines
"""States of agents: any table of a telephone system, chat or workforce tool that says what each agent did from when on.

In: a CSV, TSV, JSON Lines, JSON, Parquet or XLSX file. Out: states of agents.
Verbs: recognise, propose, read. Must not know: what an agent should have done.
"""

from __future__ import annotations

from collections.abc import Mapping as AbstractMapping
from collections.abc import Sequence
from typing import ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.records.connector import Mapping, Resolver
from tallystick.records.connectors._instants import NONE
from tallystick.records.connectors._listed import ListConnector, Rows, joined, lasting
from tallystick.records.connectors._roles import Role, clock, count, few, instant, known_share, length, word
from tallystick.records.connectors._state_words import state_of
from tallystick.records.connectors.any_table.profiles import Profile
from tallystick.records.connectors.any_table.reader import micros
from tallystick.records.connectors.any_table.words import ROLES as CASE_ROLES
from tallystick.records.connectors.any_table.words import channel_of
from tallystick.records.keys import keys_of
from tallystick.records.tables.agent_state import STATES

AGENTS = (
    "agent id|agentid|agent login|login id|employee id|staff id|user id|advisor id|extension|agent|agent name|employee|"
    "user|username|advisor|operator|staff|mitarbeiter|conseiller|agente|medewerker|angajat|pracownik"
)


class AgentStates(ListConnector):
    """One row per agent and state."""

    title: ClassVar[str] = "States of agents (any table with one row per agent and state)"
    fills: ClassVar[tuple[str, ...]] = ("agent_state",)
    cannot: ClassVar[AbstractMapping[str, str]] = {
        "shift": "states tell what agents did, not what they were scheduled for",
        "call": "states tell that agents were on contacts, not on which",
        "agent": "states name agents and tell nothing else about them",
        "identity": "states do not say which ids belong to one person",
    }
    shape: ClassVar[str] = "states"
    noun: ClassVar[str] = "state"
    meanings: ClassVar[tuple[str, ...]] = STATES
    roles: ClassVar[AbstractMapping[str, Role]] = {
        "state_id": word("state id|event id|record id|row id|status id|log id", differs=True),
        "agent": word(AGENTS),
        "date": instant("date|day|datum|fecha|data|jour"),
        "started": clock(
            "started at|state start|status start|start time|start|from|state started|since|event time|timestamp|time|"
            "changed at|state changed at|begin|beginn|debut|inicio|inizio|inceput"
        ),
        "ended": clock("ended at|state end|status end|end time|end|to|until|state ended|ende|fin|fine|sfarsit"),
        "duration": length("duration|duration s|state duration|time in state|seconds|length|dauer|duree|duracion|durata"),
        "state": few(
            "state|agent state|status|agent status|presence|activity state|aux|aux code|system presence|routing status|"
            "state name|status name|zustand|etat|estado|stato|stare",
            state_of,
            most=120,
        ),
        "reason": few(
            "reason|reason code|not ready reason|pause reason|aux reason|state reason|organization presence|"
            "secondary presence|sub status|detail|grund|motif|motivo|motiv",
            state_of,
            most=120,
        ),
        "queue": word("|".join(CASE_ROLES["queue"])),
        "partner": few("|".join(CASE_ROLES["partner"]), most=100),
        "channel": few("channel|media type|media|medium|kanal|canal", channel_of),
        "contacts": count("contacts|concurrent|concurrent contacts|concurrency|chats|concurrent chats|simultaneous chats"),
        "device": word("device|device id|ip|ip address|workstation|station|host|hostname|terminal"),
        "updated": instant("updated at|last updated|modified at"),
    }  # fmt: skip
    needs: ClassVar[tuple[tuple[str, ...], ...]] = (("agent",), ("started",), ("state",))
    own: ClassVar[tuple[str, ...]] = ("agent", "started", "ended", "duration", "state", "reason", "contacts", "device")
    enough: ClassVar[int] = 3
    against: ClassVar[str] = (
        r"\b(ticket|case|call id|survey|csat|shift|planned|scheduled|schedule|subject|customer|course)\b"
    )
    clocks: ClassVar[tuple[str, ...]] = ("started", "ended")

    def confidence(self, profiles: Sequence[Profile]) -> float:
        """As any list, and only where a third of the column's words at least are states."""
        state = self.columns(profiles).get("state")
        if state is None or (state.rows and known_share(state, state_of) * 3 < 1):
            return 0.0
        return super().confidence(profiles)

    def tables(self, rows: Rows, mapping: Mapping, resolver: Resolver) -> AbstractMapping[str, pa.Table]:  # noqa: ARG002
        """The states. A reason tells more than the state that it belongs to (`Not ready`, `Lunch` is a meal)."""
        started = rows.at("started")
        ended = rows.at("ended")
        ended = np.where(ended == NONE, lasting(started, rows.at("duration")), ended)
        state = pc.coalesce(_plainer(rows.meant("reason"), rows.meant("state")), rows.meant("state"))
        raw = pc.binary_join_element_wise(rows.word("state"), rows.word("reason"), " ", null_handling="skip")
        channel = rows.meant("channel")
        told = joined(rows.word("partner"), rows.word("agent"), channel, started, state)
        table = pa.table(
            {
                "state_key": keys_of(f"{mapping.source}:state", pc.coalesce(rows.word("state_id"), told)),
                "agent": rows.word("agent"),
                "state": state,
                "raw": raw,
                "started_at": micros(started),
                "ended_at": micros(ended),
                "queue": rows.word("queue"),
                "channel": channel,
                "contacts": rows.number("contacts").cast(pa.int32()),
                "device": rows.word("device"),
                "partner_given": rows.word("partner"),
                "source_at": rows.newest("started", "ended"),
                "source_row": rows.numbers,
            }
        )
        return {"agent_state": table}


def _plainer(reason: pa.Array, state: pa.Array) -> pa.Array:
    """The reason's meaning where the state says no more than that somebody is not ready."""
    vague = pc.fill_null(pc.is_in(state, value_set=pa.array(["not_ready", "break"])), fill_value=True)
    return pc.if_else(vague, reason, pa.scalar(None, pa.string()))
