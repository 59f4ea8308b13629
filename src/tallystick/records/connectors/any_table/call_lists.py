"""Call lists: a row per call, as a telephony system lists them. A call is a case in the channel phone.

Its creation is when it entered the queue, the agent's first message is the answer, and it ends solved when it was
answered and `abandoned` when it was not.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.records.connectors import _instants as instants
from tallystick.records.connectors._instants import NONE, Integers
from tallystick.records.connectors.any_table.reader import DAY_US, Chunk, TableReader, constant, micros
from tallystick.records.connectors.any_table.snapshots import (
    CLOSED,
    CREATED,
    FIRST_REPLY,
    OWNER,
    RESOLVED,
    derived_key,
    latest_of,
)
from tallystick.records.connectors.any_table.words import plain_name
from tallystick.records.keys import keys_of

ABANDONED = "abandoned"
_LOST_WORDS = frozenset(
    {
        *(
            "abandoned",
            "abandon",
            "missed",
            "lost",
            "no answer",
            "noanswer",
            "unanswered",
            "not answered",
            "true",
            "yes",
        ),
        *("exitwithtimeout", "exitempty", "hangup", "verloren", "abgebrochen", "abandonne", "abandonado", "perdida"),
        *("abbandonata", "pierdut", "porzucone"),
    }
)


def add_instants(chunk: Chunk, reader: TableReader) -> None:
    """Begin, answer and end of each call as UTC instants, out of dates, clock readings and lengths."""
    dates = chunk.at("call_date")
    local = {role for role in ("call_started", "call_answered", "call_ended") if role in reader.clocks}
    if local and "call_date" in reader.columns:
        # The date was read as midnight in the zone; a clock reading is added to the wall time, not to the instant.
        zone = reader.mapping.zone or "UTC"
        midnight = wall_of(dates, zone)
        before: Integers | None = None
        for role in ("call_started", "call_answered", "call_ended"):
            if role not in local:
                continue
            clock = chunk.at(role)
            known = (clock != NONE) & (midnight != NONE)
            wall = np.where(known, midnight + np.where(known, clock, 0), NONE)
            if before is not None:
                # A call that ends before it begins went past midnight.
                wall = np.where(known & (before != NONE) & (wall < before), wall + DAY_US, wall)
            before = wall
            chunk.instants[role], gap, twice = instants.utc_of_local(wall, zone)
            chunk.twice += int(twice.sum())
            chunk.bad |= gap
    started = chunk.at("call_started")
    if "call_started" not in reader.columns:
        started = dates
    answered, ended = chunk.at("call_answered"), chunk.at("call_ended")
    wait, talk = chunk.at("wait"), chunk.at("talk")
    lost = _lost(chunk)
    can_answer = (started != NONE) & (wait != NONE) & ~lost
    if "call_answered" not in reader.columns:
        answered = np.where(can_answer, started + np.where(can_answer, wait, 0), NONE)
    answered = np.where(lost, NONE, answered)
    if "call_ended" not in reader.columns:
        base = np.where(answered != NONE, answered, np.where((started != NONE) & (wait != NONE), started + wait, NONE))
        more = np.where((answered != NONE) & (talk != NONE), talk, 0)
        ended = np.where(base != NONE, base + more, NONE)
    chunk.instants |= {"created": started, "first_reply": answered, "resolved": ended}


def wall_of(utc: Integers, zone: str) -> Integers:
    """The wall clock, as if it were UTC, of instants that are local midnights."""
    if zone == "UTC":
        return utc
    known = utc != NONE
    # The wall midnight lies within a day of the instant: round up and down and take the one that leads back.
    low = np.where(known, np.floor_divide(np.where(known, utc, 0), DAY_US) * DAY_US, NONE)
    high = np.where(known, low + DAY_US, NONE)
    back, _, _ = instants.utc_of_local(low, zone)
    return np.where(back == utc, low, high)


def _lost(chunk: Chunk) -> np.ndarray[Any, np.dtype[np.bool_]]:
    encoded = chunk.word("outcome").dictionary_encode()
    flags = [plain_name(word or "") in _LOST_WORDS for word in encoded.dictionary.to_pylist()]
    if not flags:
        return np.zeros(len(chunk), np.bool_)
    found: np.ndarray[Any, np.dtype[np.bool_]] = pc.fill_null(pa.array(flags).take(encoded.indices), False).to_numpy(
        zero_copy_only=False
    )
    return found


def call_tables(chunk: Chunk, reader: TableReader) -> tuple[dict[str, pa.Table], pa.Table | None]:
    """The canonical tables of a chunk of calls."""
    mapping = reader.mapping
    rows = len(chunk)
    case_id, agent = chunk.word("case"), chunk.word("agent")
    case_key = keys_of(mapping.source, case_id)
    created, answered, ended = chunk.at("created"), chunk.at("first_reply"), chunk.at("resolved")
    shared: dict[str, Any] = {
        "case_key": case_key,
        "source_at": micros(latest_of(created, answered, ended)),
        "source_row": pa.array(chunk.numbers),
    }
    if "partner" in chunk.words:
        shared["partner_given"] = chunk.word("partner")
    case = pa.table(
        {
            **shared,
            "case_id": case_id,
            "source": constant(mapping.source, rows),
            "created_at": micros(created),
            "channel": constant("phone", rows),
            "language": chunk.word("language"),
            "queue": chunk.word("queue"),
            "priority": chunk.word("priority"),
            "reason": chunk.word("reason"),
            "requester": chunk.word("requester"),
        }
    )
    nobody = pa.nulls(rows, pa.string())
    was_answered = answered != NONE
    steps = (
        (CREATED, created, "created", "customer", nobody, nobody),
        (OWNER, np.where(was_answered & pc.is_valid(agent).to_numpy(zero_copy_only=False), answered, NONE), "owner",
         "system", nobody, agent),
        (FIRST_REPLY, answered, "message", "agent", agent, constant("public", rows)),
        (RESOLVED, np.where(was_answered, ended, NONE), "status", "agent", agent, constant("solved", rows)),
        (CLOSED, np.where(was_answered, NONE, ended), "status", "customer", nobody, constant(ABANDONED, rows)),
    )  # fmt: skip
    events = pa.concat_tables(
        [
            pa.table(
                {
                    **shared,
                    "event_key": derived_key(case_key, sort),
                    "event_at": micros(at),
                    "kind": constant(kind, rows),
                    "actor": constant(actor, rows),
                    "agent": who,
                    "value": value,
                }
            )
            for sort, at, kind, actor, who, value in steps
        ]
    )
    return {"case": case, "case_event": events}, None
