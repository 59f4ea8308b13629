"""Asterisk's queue_log: the text file, or the table that Wazo, XiVO and realtime set-ups store.

In: lines `epoch|call|queue|agent|EVENT|parameters`, or a table time, callid, queuename, agent, event, data1 to data5
(CSV, JSON Lines, JSON, Parquet). Out: segments of calls (queue, ring, talk, hold, wrap) and states of agents.
Verbs: recognise, propose, read. Must not know: what counts as in time, any contract.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as AbstractMapping
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.records.connector import Batch, Connector, Mapping, Resolver
from tallystick.records.connectors._instants import NONE
from tallystick.records.connectors._lists import (
    dates_of,
    distinct_words,
    followed,
    kept_of,
    looked_at,
    told_of,
    unread_of,
    zone_of,
)
from tallystick.records.connectors.any_table import feed_of
from tallystick.records.connectors.any_table.profiles import Profile, profile
from tallystick.records.connectors.any_table.reader import Chunk, TableReader
from tallystick.records.connectors.any_table.words import plain_name
from tallystick.records.connectors.queue_log.lines import PARAMETERS, is_log, load_lines
from tallystick.records.connectors.queue_log.segments import OF_CALLS, Log, segments, unended
from tallystick.records.connectors.queue_log.states import OF_AGENTS, agents_of, states
from tallystick.records.containers import Container, Loaded, damaged, finding, forget, opened
from tallystick.records.containers.container import HINTS
from tallystick.records.containers.unpacking import head_of
from tallystick.vocabulary.errors import DamagedContainer
from tallystick.vocabulary.finding import Finding, Place

ROLES = {"time": "time", "call": "callid", "queue": "queuename", "agent": "agent", "event": "event"}
# What is known and tells nothing about calls or agents.
PASSED = frozenset(
    {"CONFIGRELOAD", "QUEUESTART", "RELOAD", "DID", "INFO", "RINGSTART", "AGENTDUMP", "PENALTY", "ADDPENALTY",
     "MEMBERPENALTY", "PAUSEREASON", "ATTEMPT"}
)  # fmt: skip


class QueueLog(Connector):
    """Callers in queues and members of queues, as Asterisk wrote them down."""

    title: ClassVar[str] = "Asterisk queue_log (the file, or the table of Wazo, XiVO and realtime set-ups)"
    fills: ClassVar[tuple[str, ...]] = ("call", "agent_state")
    cannot: ClassVar[AbstractMapping[str, str]] = {
        "call_interval": "single calls are told, which say more than counts of intervals",
        "case": "a queue_log names calls, not the cases that they are about",
        "shift": "a queue_log tells who was there, not who should have been",
        "forecast": "a queue_log tells what came, not what was expected",
        "survey_response": "a queue_log holds no answers of customers",
        "agent": "members of queues are ids; names and stays are in a list of agents",
        "identity": "a queue_log does not say which ids belong to one person",
        "language": "a queue_log names no languages, unless a queue has one",
    }

    def recognise(self, path: Path) -> float:
        """Sure of lines with an epoch, four bars and an event in capitals, and of the columns of the table."""
        if not path.is_file():
            return 0.0
        try:
            container = opened(path, {})
            if not _is_table(container):
                return 0.98
        except DamagedContainer:
            return 0.0
        names = {plain_name(one.name) for one in looked_at(path)}
        return 0.97 if {"time", "callid", "queuename", "event"} <= names else 0.0

    def propose(self, path: Path, saved: Mapping | None, hints: AbstractMapping[str, str]) -> Mapping:
        """The columns by their names, which are always the same; the queues that are to be mapped to partners."""
        container, loaded = _loaded(path, saved, hints)
        profiles = profile(loaded)
        doubts: list[str] = []
        found = _columns(profiles)
        followed(found, profiles, saved, path.name)
        missing = [ROLES[role] for role in ("time", "call", "event") if role not in found]
        if missing:
            raise damaged("TS-I022", path.name, f"no column is named {missing[0]!r}, as in every queue_log.")
        queues = [word for word in distinct_words(loaded, found["queue"]) if word != "NONE"] if "queue" in found else []
        partner = hints.get("partner") or (saved.partner if saved is not None else "")
        if queues and not partner and not (saved is not None and saved.queues):
            doubts.append(f"Say under `queues` which partner each queue belongs to: {', '.join(queues[:12])}.")
        feed = hints.get("feed") or (saved.feed if saved is not None else "") or feed_of(path)
        proposed = Mapping(
            connector="queue_log",
            feed=feed,
            source=hints.get("source") or feed,
            shape="queue_log",
            partner=partner or "",
            zone=zone_of(found, ("time",), saved, hints, doubts),
            dates=str(hints.get("dates") or ""),
            columns={role: one.name for role, one in found.items()},
            settings={"dates": dates_of(found, ("time",), hints, doubts), **told_of(container)},
            notes=("Say under `settings: keys` what a key that callers press means, such as `'1': callback`.",),
            doubts=tuple(doubts),
        )
        return proposed if saved is None else kept_of(saved, proposed)

    def read(self, path: Path, mapping: Mapping, resolver: Resolver) -> Iterator[Batch]:
        """Each event; what an event ends is a segment, what a member does is a state, the rest is read and passed."""
        container, loaded = _loaded(path, mapping, {})
        reader = TableReader(
            loaded, profile(loaded), mapping, container.name, resolver.as_of_us, instants=frozenset({"time"})
        )
        # What was said of the file as any table means nothing for a file of lines.
        told: list[Finding] = list(container.findings if _is_table(container) else loaded.findings)
        # The events of a call may lie anywhere in the file.
        for chunk in reader.chunks(whole=True):
            rows = len(chunk)
            _refuse(chunk, mapping, container.name)
            good = chunk.kept()
            log = Log.of(good, agents_of(good.word("agent")))
            keys: AbstractMapping[str, Any] = mapping.settings.get("keys", {})
            tables = {
                "call": segments(log, mapping.source, {str(key): str(word) for key, word in keys.items()}),
                "agent_state": states(log, mapping.source),
            }
            used = np.unique(np.concatenate([np.asarray(table["source_row"]) for table in tables.values()]))
            told += _findings(log, container.name, mapping)
            yield Batch(tables, rows, rejects=good.rejects, noted=len(good) - len(used), done=rows, total=loaded.rows)
        bad = unread_of(loaded, container.name)
        yield Batch({}, len(bad), rejects=bad, findings=told, done=loaded.rows_in, total=loaded.rows_in)
        forget()


def _head(container: Container) -> str:
    return head_of(container.text, 1 << 14).decode("utf-8", errors="replace")


def _loaded(path: Path, saved: Mapping | None, hints: AbstractMapping[str, str]) -> tuple[Container, Loaded]:
    settings = saved.settings if saved is not None else {}
    container = opened(path, {name: str(settings.get(name) or hints.get(name) or "") for name in HINTS})
    return container, container.rows() if _is_table(container) else container.rows_by(load_lines)


def _is_table(container: Container) -> bool:
    return container.form != "delimited" or not is_log(_head(container))


def _columns(profiles: list[Profile]) -> dict[str, Profile]:
    by_name = {plain_name(one.name): one for one in profiles}
    wanted = {**ROLES, **{name: name for name in PARAMETERS}}
    # Some tables shorten the names.
    also = {"queuename": "queue", "data1": "arg1", "data2": "arg2", "data3": "arg3", "data4": "arg4", "data5": "arg5"}
    found = {role: by_name.get(name) or by_name.get(also.get(name, "")) for role, name in wanted.items()}
    return {role: one for role, one in found.items() if one is not None}


def _refuse(chunk: Chunk, mapping: Mapping, file: str) -> None:
    """Mark events without an instant, and events of calls that name no call."""
    missing = (chunk.at("time") == NONE) & ~chunk.bad
    chunk.refuse(missing, "TS-I112", mapping.columns["time"], "The event has no instant.", None, file)
    of_call = pc.is_in(chunk.word("event"), value_set=pa.array(sorted(OF_CALLS)))
    nobody = pc.fill_null(pc.is_in(chunk.word("call"), value_set=pa.array(["NONE", "REALTIME"])), fill_value=True)
    nobody = pc.or_(nobody, pc.is_null(chunk.word("call")))
    nameless = pc.and_(of_call, nobody).to_numpy(zero_copy_only=False) & ~chunk.bad
    chunk.refuse(nameless, "TS-I107", mapping.columns["call"], "The event names no call.", None, file)


def _findings(log: Log, file: str, mapping: Mapping) -> Iterator[Finding]:
    place = Place(file=file, column=mapping.columns["event"])
    if count := unended(log):
        sentence = f"{count:,} caller(s) entered a queue and had not left it at the end of the file."
        yield finding("TS-I229", sentence, place, count=count)
    if log.loose:
        sentence = f"{log.loose:,} end(s) of calls tell no length, and their beginning is not in the file."
        yield finding("TS-I229", sentence, place, count=log.loose)
    known = OF_CALLS | OF_AGENTS | PASSED
    counted = pc.value_counts(log.event)
    said = zip(counted.field("values").to_pylist(), counted.field("counts").to_pylist(), strict=True)
    for word, count in sorted(said, key=str):
        if word and word not in known:
            yield finding("TS-I222", f"The event {word!r} of {count} row(s) has no meaning.", place, value=word,
                          count=count)  # fmt: skip
