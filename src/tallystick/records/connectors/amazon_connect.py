"""Amazon Connect: contact records, as its data stream delivers them (at least once, again after every change).

In: JSON Lines, a JSON list, or objects one behind the other. Out: segments (ivr, queue, talk, hold, wrap).
Verbs: recognise, propose, read. Must not know: any contract.

A record tells one leg; the legs of one call have the first contact's id as their call. The record with the newest
LastUpdateTimestamp wins by ContactId: what it does not tell any more is taken back.
"""

from __future__ import annotations

from collections.abc import Mapping as AbstractMapping
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.records.connectors._json_contacts import (
    ContactConnector,
    Taken,
    first_object,
    instant_at,
    parts,
    refused,
    seconds_at,
    segments,
    selected,
    text_at,
    worded,
)
from tallystick.records.containers import Loaded
from tallystick.records.table import INSTANT

_CHANNELS = {"voice": "phone", "chat": "chat", "task": "task", "email": "email", "sms": "sms"}
_OUTBOUND = {"outbound": "outbound", "callback": "outbound", "external_outbound": "outbound", "monitor": "internal"}
_ENDED_BY = {
    "customer_disconnect": "customer", "customer_never_arrived": "customer", "agent_disconnect": "agent",
    "agent_complete": "agent", "transferred": "agent",
}  # fmt: skip
_TEXTS = {
    "contact": "$.ContactId",
    "initial": "$.InitialContactId",
    "previous": "$.PreviousContactId",
    "next": "$.NextContactId",
    "channel": "$.Channel",
    "method": "$.InitiationMethod",
    "why": "$.DisconnectReason",
    "queue_name": "$.Queue.Name",
    "queue_arn": "$.Queue.ARN",
    "agent_name": "$.Agent.Username",
    "agent_arn": "$.Agent.ARN",
    "caller": "$.CustomerEndpoint.Address",
    "target": "$.TransferredToEndpoint.Address",
    "language": "$.LanguageCode",
}
_INSTANTS = {
    "begun": "$.InitiationTimestamp",
    "system": "$.ConnectedToSystemTimestamp",
    "enqueued": "$.Queue.EnqueueTimestamp",
    "dequeued": "$.Queue.DequeueTimestamp",
    "agent_at": "$.Agent.ConnectedToAgentTimestamp",
    "wrap_from": "$.Agent.AfterContactWorkStartTimestamp",
    "wrap_to": "$.Agent.AfterContactWorkEndTimestamp",
    "moved": "$.TransferCompletedTimestamp",
    "ended": "$.DisconnectTimestamp",
    "updated": "$.LastUpdateTimestamp",
}
_SECONDS = {
    "waited": "$.Queue.Duration",
    "spoken": "$.Agent.AgentInteractionDuration",
    "held": "$.Agent.CustomerHoldDuration",
    "wrapped": "$.Agent.AfterContactWorkDuration",
}
_SQL = (  # paths of ours
    "SELECT ordinal, "  # noqa: S608
    + ", ".join(f"{text_at(path)} AS {name}" for name, path in _TEXTS.items())
    + ", "
    + ", ".join(f"{instant_at(path)} AS {name}" for name, path in _INSTANTS.items())
    + ", "
    + ", ".join(f"{seconds_at(path)} * 1000000 AS {name}" for name, path in _SECONDS.items())
    + " FROM {objects} ORDER BY ordinal"
)


class AmazonConnect(ContactConnector):
    """Contacts with their waiting, talking, holding and after-work."""

    title: ClassVar[str] = "Amazon Connect (contact records)"
    doubt: ClassVar[str] = "Say under `queues` which partner each queue belongs to, or give one partner for the feed."
    cannot: ClassVar[AbstractMapping[str, str]] = {
        "agent_state": "contact records tell of contacts; states are in the agent event stream",
        "ring": "contact records count attempts to connect an agent and tell no time of theirs",
        "shift": "contact records hold no rosters",
        "forecast": "contact records hold no forecasts",
        "callback": "a promised call back is a contact of its own; the first one does not say that it was promised",
        "agent": "contact records name agents and tell nothing else about them",
    }

    def recognise(self, path: Path) -> float:
        """Sure of objects with a ContactId and what only contact records have."""
        found = first_object(path).keys()
        own = {"InitiationMethod", "ContactId", "Channel", "InitiationTimestamp", "InstanceARN", "LastUpdateTimestamp"}
        return 0.97 if "ContactId" in found and len(own & found) >= 3 else 0.0

    def taken(self, loaded: Loaded, file: str, source: str) -> Taken:
        """Each record; one without an id or an instant is refused."""
        rows = selected(loaded, _SQL)
        rejects, bad = refused(
            loaded,
            rows,
            file,
            (
                (pc.is_null(rows["contact"]), "TS-I107", "ContactId", "The record has no ContactId."),
                (pc.is_null(rows["begun"]), "TS-I112", "InitiationTimestamp", "The record has no instant."),
            ),
        )
        good = rows.filter(pa.array(~bad))
        numbers = loaded.row_numbers(np.asarray(good["ordinal"], np.int64))
        return Taken(_segments(dict(parts(good)), source, numbers), rejects)


def _segments(told: dict[str, pa.Array], source: str, numbers: Any) -> pa.Table:
    rows = len(told["contact"])
    nothing, never = pa.nulls(rows, pa.string()), pa.nulls(rows, pa.int64())
    direction = worded(told["method"], _OUTBOUND, "inbound")
    inbound = pc.equal(direction, "inbound")
    answered = pc.is_valid(told["agent_at"])
    by = worded(told["why"], _ENDED_BY, "system")
    by = pc.if_else(pc.is_valid(told["ended"]), by, nothing)
    # Instants are microseconds here: Arrow has no kernel for the latest of timestamps.
    newest = pc.max_element_wise(*(told[name] for name in _INSTANTS if name != "updated"))
    shared = {
        "call_id": pc.coalesce(told["initial"], told["contact"]),
        "direction": direction,
        "channel": worded(told["channel"], _CHANNELS, "phone"),
        "language": pc.utf8_slice_codeunits(pc.utf8_lower(told["language"]), 0, 2),
        "requester": told["caller"],
        "source_at": pc.coalesce(told["updated"], newest).cast(INSTANT),
        "source_row": pa.array(numbers),
    }
    queue = pc.coalesce(told["queue_name"], told["queue_arn"])
    agent = pc.coalesce(told["agent_name"], told["agent_arn"])
    gone_on = pc.or_(pc.is_valid(told["next"]), pc.is_valid(told["moved"]))
    lost = pc.if_else(gone_on, "overflow", pc.if_else(pc.equal(by, "customer"), "abandoned", "unknown"))
    # Someone who asked to be called does not wait on the line.
    waits = pc.and_(pc.is_valid(told["enqueued"]), inbound)
    out = pc.coalesce(told["dequeued"], pc.add(told["enqueued"], told["waited"]), told["agent_at"], told["ended"])
    spoken_to = pc.coalesce(
        pc.add(told["agent_at"], told["spoken"]),
        pc.subtract(told["ended"], pc.fill_null(told["held"], 0)),
    )
    held = pc.and_(answered, pc.greater(pc.fill_null(told["held"], 0), 0))
    first = pc.and_(pc.is_null(told["previous"]), pc.and_(inbound, pc.is_valid(told["system"])))
    menu_end = pc.coalesce(told["enqueued"], told["agent_at"], told["ended"])
    menu = pc.if_else(
        pc.or_(pc.is_valid(told["enqueued"]), answered), "to_queue",
        pc.if_else(pc.equal(by, "customer"), "abandoned", "self_served"),
    )  # fmt: skip
    wrap_to = pc.coalesce(told["wrap_to"], pc.add(told["wrap_from"], told["wrapped"]))

    def of(kind: str, where: Any, start: pa.Array, end: pa.Array, **columns: Any) -> pa.Table:
        """One segment of each contact, or the retraction of it."""
        begin = pc.if_else(pc.fill_null(where, fill_value=False), start, never)
        key = pc.binary_join_element_wise(told["contact"], kind, "\x1f")
        own = {"result": nothing, "ended_by": nothing, "agent": nothing, "transferred_to": nothing, "queue": queue}
        return segments(kind, source, key, {**shared, **own, **columns, "started_us": begin, "ended_us": end}, rows)

    return pa.concat_tables(
        [
            of("ivr", first, told["system"], menu_end, result=menu, queue=nothing),
            of("queue", waits, told["enqueued"], out, result=pc.if_else(answered, "answered", lost),
               ended_by=pc.if_else(answered, nothing, by)),
            of("talk", answered, told["agent_at"], spoken_to, agent=agent, ended_by=by,
               result=pc.if_else(gone_on, "transferred", "completed"),
               transferred_to=pc.if_else(gone_on, told["target"], nothing)),
            of("hold", held, spoken_to, pc.add(spoken_to, told["held"]), agent=agent),
            of("wrap", answered, told["wrap_from"], wrap_to, agent=agent),
        ]
    )  # fmt: skip
