"""Agents: a roster of one or several partners, one row per agent (or per agent and stay).

In: a CSV, TSV, JSON Lines, Parquet or XLSX file. Out: agents, and the ids under which each is known, for how long.
Verbs: recognise, propose, read. Must not know: who handled which case, or how well.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as AbstractMapping
from pathlib import Path
from typing import ClassVar

import numpy as np
import pyarrow.compute as pc

from tallystick.records.connector import Batch, Connector, Mapping, Resolver
from tallystick.records.connectors._instants import LATEST_US, NONE
from tallystick.records.connectors._lists import (
    container_of,
    dates_of,
    followed,
    kept_of,
    looked_at,
    table_findings,
    told_of,
    unread,
)
from tallystick.records.connectors.agents.columns import INSTANTS, columns_of, confidence
from tallystick.records.connectors.agents.persons import agents, identities
from tallystick.records.connectors.any_table import feed_of
from tallystick.records.connectors.any_table.profiles import profile
from tallystick.records.connectors.any_table.reader import FUTURE_US, TableReader
from tallystick.records.containers import damaged, finding, forget
from tallystick.vocabulary.finding import Place


class Agents(Connector):
    """Agents with name, partner, site, languages, first and last day, and their ids in other systems."""

    title: ClassVar[str] = "A roster of agents (any table with one row per agent)"
    fills: ClassVar[tuple[str, ...]] = ("agent", "identity")
    clients_alone: ClassVar[str] = "a list of agents"
    cannot: ClassVar[AbstractMapping[str, str]] = {
        "case": "a roster holds people, not cases",
        "case_event": "a roster holds people, not events",
        "message": "a roster holds people, not messages",
        "survey_response": "a roster holds people, not surveys",
    }

    def recognise(self, path: Path) -> float:
        """Sure where a table has an id that differs in each row, details of persons, and nothing of cases."""
        profiles = looked_at(path)
        return confidence(profiles) if profiles else 0.0

    def propose(self, path: Path, saved: Mapping | None, hints: AbstractMapping[str, str]) -> Mapping:
        """Columns by name and content."""
        container = container_of(path, saved, hints)
        profiles = profile(container.rows())
        doubts: list[str] = []
        notes: list[str] = []
        found = columns_of(profiles)
        followed(found, profiles, saved, path.name)
        if "agent" not in found:
            listed = ", ".join(repr(one.name) for one in profiles[:12])
            raise damaged("TS-I022", path.name, f"no column is the id of an agent; there are {listed}.")
        if {"name", "first", "last"} & found.keys():
            notes.append("Names are stored as pseudonyms, the names themselves encrypted.")
        if "partner" not in found and not hints.get("partner") and (saved is None or not saved.partner):
            doubts.append("No column is the partner of an agent and none was given; name one.")
        settings = {"dates": dates_of(found, INSTANTS, hints, doubts), **told_of(container)}
        feed = hints.get("feed") or (saved.feed if saved is not None else "") or feed_of(path)
        proposed = Mapping(
            connector="agents",
            feed=feed,
            source=hints.get("source") or feed,
            shape="roster",
            partner=hints.get("partner") or "",
            zone=(saved.zone if saved is not None else "") or hints.get("zone", ""),
            dates=str(hints.get("dates") or ""),
            columns={role: one.name for role, one in found.items()},
            settings=settings,
            notes=tuple(notes),
            doubts=tuple(doubts),
        )
        return proposed if saved is None else kept_of(saved, proposed)

    def read(self, path: Path, mapping: Mapping, resolver: Resolver) -> Iterator[Batch]:
        """Each agent; a row without an id, or with a last day before the first, is refused."""
        container = container_of(path, mapping, {})
        loaded = container.rows()
        profiles = profile(loaded)
        # Days are days wherever the site is, and a last day may lie ahead: neither zone nor today bounds them.
        plain = mapping.with_(zone="UTC")
        reader = TableReader(loaded, profiles, plain, container.name, LATEST_US - FUTURE_US)
        for chunk in reader.chunks(whole=True):
            rows = len(chunk)
            nameless = pc.is_null(chunk.word("agent")).to_numpy(zero_copy_only=False) & ~chunk.bad
            chunk.refuse(nameless, "TS-I107", mapping.columns["agent"], "The row names no agent.", None, container.name)
            started, left = chunk.at("started"), chunk.at("left")
            turned = (started != NONE) & (left != NONE) & (left < started) & ~chunk.bad
            if turned.any():
                sentence = "The last day lies before the first."
                chunk.refuse(turned, "TS-I110", mapping.columns["left"], sentence, None, container.name)
            good = chunk.kept()
            tables = {"agent": agents(good, mapping), "identity": identities(good, mapping, resolver)}
            findings = []
            several = len(good) - tables["agent"].num_rows
            if several:
                sentence = f"{several} row(s) repeat an agent; the latest stay is the agent's, each stay an identity."
                place = Place(file=container.name, column=mapping.columns["agent"])
                findings.append(finding("TS-I228", sentence, place, count=several))
            used = np.unique(tables["identity"]["source_row"].to_numpy())
            yield Batch(
                tables,
                rows,
                rejects=chunk.rejects,
                findings=findings,
                noted=len(good) - len(used),
                done=rows,
                total=loaded.rows,
            )
        told = [
            *container.findings,
            *(one for one in table_findings(reader, profiles, plain, 0) if one.id != "TS-I206"),
        ]
        bad = unread(container)
        yield Batch({}, len(bad), rejects=bad, findings=told, done=loaded.rows_in, total=loaded.rows_in)
        forget()
