"""A roster: the agents of one or several partners, one row each.

In: a CSV, TSV, JSON Lines, Parquet or XLSX file. Out: rows of agent.
Verbs: recognise, propose, read. Must not know: who handled which case, or how well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Mapping as AbstractMapping
from pathlib import Path
from typing import ClassVar

import pyarrow as pa
import pyarrow.compute as pc

from tallystick.records.connector import Batch, Connector, Mapping, Reject, Resolver
from tallystick.records.connectors._instants import NONE
from tallystick.records.connectors.any_table import feed_of
from tallystick.records.connectors.any_table.profiles import Profile, profile
from tallystick.records.connectors.any_table.reader import Chunk, TableReader, micros
from tallystick.records.containers import damaged, finding, forget, opened
from tallystick.records.keys import keys_of
from tallystick.vocabulary.errors import DamagedContainer
from tallystick.vocabulary.finding import Place

# Role -> names of its column, lower case, letters and digits only.
NAMES: dict[str, tuple[str, ...]] = {
    "agent": ("agentid", "employeeid", "staffid", "userid"),
    "name": ("name", "agentname", "fullname", "employee"),
    "partner": ("partner", "vendor", "bpo"),
    "site": ("site", "location", "office"),
    "languages": ("languages", "language", "skills"),
    "started": ("startedon", "startdate", "hiredon", "hiredate", "joinedon"),
    "left": ("lefton", "enddate", "leavedate", "terminatedon"),
}
NEEDED = ("agent", "started")
NOT_HERE = ("caseid", "ticketid", "conversationid", "score")


def _columns(profiles: list[Profile]) -> dict[str, str]:
    plain = {re.sub(r"[^a-z0-9]", "", found.name.casefold()): found.name for found in reversed(profiles)}
    if any(name in plain for name in NOT_HERE):
        return {}
    return {role: plain[name] for role, names in NAMES.items() for name in names[::-1] if name in plain}


class Roster(Connector):
    """Agents with site, languages, first and last day."""

    title: ClassVar[str] = "A roster (one row per agent)"
    cannot: ClassVar[AbstractMapping[str, str]] = {
        "case": "a roster holds people, not cases",
        "case_event": "a roster holds people, not events",
        "message": "a roster holds people, not messages",
        "survey_response": "a roster holds people, not surveys",
    }

    def recognise(self, path: Path) -> float:
        """Sure where a table has an agent's id and a first day, and no case."""
        if not path.is_file():
            return 0.0
        try:
            found = _columns(profile(opened(path, {}).rows()))
        except DamagedContainer:
            return 0.0
        return 0.85 if all(role in found for role in NEEDED) else 0.0

    def propose(self, path: Path, saved: Mapping | None, hints: AbstractMapping[str, str]) -> Mapping:
        """The columns by their names."""
        found = _columns(profile(opened(path, {}).rows()))
        missing = [role for role in NEEDED if role not in found]
        if saved is None and missing:
            raise damaged("TS-I022", path.name, f"no column of a roster is its {missing[0]}.")
        feed = hints.get("feed") or feed_of(path)
        if saved is not None:
            return saved.with_(columns={**found, **saved.columns})
        source, partner = hints.get("source") or feed, hints.get("partner") or ""
        return Mapping("roster", feed, source, shape="roster", partner=partner, columns=found)

    def read(self, path: Path, mapping: Mapping, resolver: Resolver) -> Iterator[Batch]:
        """Each agent; a row without an id is refused."""
        container = opened(path, {})
        loaded = container.rows()
        reader = TableReader(loaded, profile(loaded), mapping, container.name, resolver.as_of_us)
        for chunk in reader.chunks():
            nameless = pc.is_null(chunk.word("agent")).to_numpy(zero_copy_only=False)
            column = mapping.columns["agent"]
            chunk.refuse(nameless, "TS-I107", column, "The row names no agent.", None, container.name)
            table = _agents(chunk.kept(), mapping)
            yield Batch({"agent": table}, len(chunk), rejects=chunk.rejects, done=len(chunk), total=loaded.rows)
        bad = [
            Reject(
                one.row, one.column, one.text, finding(one.rule, one.reason, Place(file=container.name, row=one.row))
            )
            for one in loaded.bad
        ]
        if bad:
            yield Batch({}, len(bad), rejects=bad)
        forget()


def _agents(chunk: Chunk, mapping: Mapping) -> pa.Table:
    started, left = chunk.at("started"), chunk.at("left")
    # The version of a row is the last day it knows of: a roster with somebody's last day wins over an older one.
    latest = [max(first, last) for first, last in zip(started.tolist(), left.tolist(), strict=True)]
    return pa.table(
        {
            "agent_key": keys_of(f"{mapping.source}:agent", chunk.word("agent")),
            "agent_id": chunk.word("agent"),
            "name": chunk.word("name"),
            "site": chunk.word("site"),
            "languages": chunk.word("languages"),
            "started_on": micros(started).cast(pa.timestamp("us")).cast(pa.date32()),
            "left_on": micros(left).cast(pa.timestamp("us")).cast(pa.date32()),
            "partner_given": chunk.word("partner"),
            "source_at": pa.array([None if at == NONE else at for at in latest], pa.int64()).cast(
                pa.timestamp("us", "UTC")
            ),
            "source_row": pa.array(chunk.numbers),
        }
    )
