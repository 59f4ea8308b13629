"""Genesys Cloud: conversation details, as its analytics answer them.

In: JSON pages (`conversations`), a list, or JSON Lines. Out: segments (ivr, bot, queue, ring, talk, hold, wrap).
Verbs: recognise, propose, read. Must not know: any contract.
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
    segments,
    selected,
    text_at,
    worded,
)
from tallystick.records.containers import Loaded, finding
from tallystick.records.table import INSTANT
from tallystick.vocabulary.finding import Place

_CHANNELS = {
    "voice": "phone", "callback": "phone", "chat": "chat", "message": "chat", "webmessaging": "chat", "email": "email",
    "cobrowse": "chat", "video": "video", "workitem": "task",
}  # fmt: skip
# Of an agent's session, by the type of its segment.
_OF_AGENTS = {"alert": "ring", "interact": "talk", "hold": "hold", "wrapup": "wrap"}
_TRANSFERS = (
    "transfer", "forward.transfer", "conference.transfer", "consult.transfer", "transfer.conference",
    "transfer.consult", "transfer.noanswer", "transfer.notavailable",
)  # fmt: skip
_OF_MENUS = ("ivr", "system", "interact")
_ENDED_BY = {"client": "agent", "peer": "customer", "endpoint": "customer", "spam": "system", "transfer": "agent"}
_SQL = f"""
WITH conversation AS (
    SELECT ordinal, line, {text_at("$.conversationId")} AS conversation,
           {text_at("$.originatingDirection")} AS direction, {instant_at("$.conversationEnd")} AS over,
           from_json(coalesce(json_extract(line, '$.participants'), '[]'), '["JSON"]') AS participants
    FROM {{objects}}
), participant AS (
    SELECT * EXCLUDE (participants, line), unnest(participants) AS p FROM conversation
), session AS (
    SELECT * EXCLUDE (p), lower({text_at("$.purpose", "p")}) AS purpose, {text_at("$.userId", "p")} AS agent,
           unnest(from_json(coalesce(json_extract(p, '$.sessions'), '[]'), '["JSON"]')) AS s
    FROM participant
), known AS (
    SELECT * EXCLUDE (s), {text_at("$.sessionId", "s")} AS session, lower({text_at("$.mediaType", "s")}) AS media,
           {text_at("$.ani", "s")} AS ani, {text_at("$.direction", "s")} AS own_direction,
           json_extract_string(s, '$.metrics[*].name') AS metrics,
           json_extract_string(s, '$.segments[*].segmentType') AS types,
           unnest(from_json(coalesce(json_extract(s, '$.segments'), '[]'), '["JSON"]')) AS g
    FROM session
)
SELECT ordinal, conversation, over, purpose, agent, session, media,
       lower(coalesce(direction, own_direction)) AS direction,
       max(ani) FILTER (purpose IN ('customer', 'external')) OVER (PARTITION BY conversation) AS ani,
       lower({text_at("$.segmentType", "g")}) AS type, {instant_at("$.segmentStart", "g")} AS began,
       {instant_at("$.segmentEnd", "g")} AS ended, {text_at("$.segmentStart", "g")} AS written,
       {text_at("$.queueId", "g")} AS queue, {text_at("$.wrapUpCode", "g")} AS code,
       lower({text_at("$.disconnectType", "g")}) AS why,
       list_contains(metrics, 'tAnswered') AS was_answered, list_contains(metrics, 'tAbandon') AS was_lost,
       list_contains(metrics, 'tFlowOut') AS flowed_out, list_contains(types, 'interact') AS spoke
FROM known ORDER BY ordinal, conversation, session, written, type
"""  # noqa: S608 - paths of ours
_WHOLE = f"SELECT ordinal, {text_at('$.conversationId')} AS conversation FROM {{objects}} ORDER BY ordinal"  # noqa: S608


class GenesysCloud(ContactConnector):
    """Conversations with their participants' sessions, segment by segment."""

    title: ClassVar[str] = "Genesys Cloud (conversation details)"
    doubt: ClassVar[str] = (
        "Say under `queues` which partner each queue id belongs to, or give one partner for the feed."
    )
    cannot: ClassVar[AbstractMapping[str, str]] = {
        "agent_state": "conversation details tell of contacts; states are in the user status details",
        "shift": "conversation details hold no rosters",
        "forecast": "conversation details hold no forecasts",
        "agent": "conversation details name users by their ids and tell nothing else about them",
        "queue names": "queues are ids here; say under `queues` of the mapping whose each is",
    }

    def recognise(self, path: Path) -> float:
        """Sure of objects with a conversationId and participants."""
        found = first_object(path).keys()
        return 0.97 if {"conversationId", "participants"} <= found else 0.0

    def taken(self, loaded: Loaded, file: str, source: str) -> Taken:
        """Each conversation; one without an id is refused, a segment that tells nothing of calls is passed."""
        whole = selected(loaded, _WHOLE)
        rejects, bad = refused(
            loaded,
            whole,
            file,
            ((pc.is_null(whole["conversation"]), "TS-I107", "conversationId", "The conversation has no id."),),
        )
        rows = selected(loaded, _SQL)
        rows = rows.filter(pc.and_(pc.is_valid(rows["conversation"]), pc.is_valid(rows["session"])))
        unread = pc.sum(pc.and_(pc.is_valid(rows["written"]), pc.is_null(rows["began"]))).as_py() or 0
        rows = rows.filter(pc.is_valid(rows["began"]))
        table = _segments(dict(parts(rows)), source, loaded.row_numbers(np.asarray(rows["ordinal"], np.int64)))
        told = []
        if unread:
            place = Place(file=file, column="segmentStart")
            told.append(finding("TS-I231", f"{unread} segment(s) begin at no instant and were passed.", place,
                                count=unread))  # fmt: skip
        used = len(np.unique(np.asarray(table["source_row"])))
        silent = int((~bad).sum()) - used
        if silent:
            sentence = f"{silent} conversation(s) tell of no call: nothing of them is in any figure."
            told.append(finding("TS-I231", sentence, Place(file=file, column="participants"), count=silent))
        return Taken(table, rejects, told, silent)


def _segments(told: dict[str, pa.Array], source: str, numbers: Any) -> pa.Table:
    rows = len(told["conversation"])
    nothing = pa.nulls(rows, pa.string())
    purpose, type_ = told["purpose"], told["type"]

    def one_of(column: pa.Array, *words: str) -> pa.Array:
        return pc.is_in(column, value_set=pa.array(words))

    served = one_of(purpose, "agent", "user")
    # Somebody who asked to be called does not wait on the line.
    waits = pc.and_(one_of(purpose, "acd"), pc.and_(one_of(type_, "interact", "delay"), pc.invert(
        one_of(told["media"], "callback"))))  # fmt: skip
    kind = pc.if_else(served, worded(type_, _OF_AGENTS), nothing)
    kind = pc.if_else(waits, "queue", kind)
    kind = pc.if_else(
        pc.and_(one_of(purpose, "ivr", "workflow"), one_of(type_, "ivr", "system", "interact")), "ivr", kind
    )
    kind = pc.if_else(one_of(purpose, "botflow"), "bot", kind)
    why = told["why"]
    by = worded(why, _ENDED_BY, "system")
    by = pc.if_else(pc.and_(pc.is_valid(why), one_of(kind, "queue", "talk", "ivr", "bot")), by, nothing)
    true = {
        name: pc.fill_null(told[name], fill_value=False) for name in ("was_answered", "was_lost", "flowed_out", "spoke")
    }
    moved = one_of(why, *_TRANSFERS)
    customer = one_of(why, "peer", "endpoint")
    queued = pc.if_else(
        true["was_answered"], "answered",
        pc.if_else(true["was_lost"], "abandoned", pc.if_else(true["flowed_out"], "overflow", pc.if_else(
            moved, "answered", pc.if_else(customer, "abandoned", pc.if_else(one_of(why, "timeout"), "timeout",
            "unknown"))))),
    )  # fmt: skip
    # Nobody ended a waiting or a menu that led on.
    by = pc.if_else(pc.and_(moved, pc.invert(one_of(kind, "talk"))), nothing, by)
    talked = pc.if_else(moved, "transferred", pc.if_else(one_of(why, "error", "system"), "dropped", "completed"))
    rang = pc.if_else(true["spoke"], "answered", "no_answer")
    menu = pc.if_else(moved, "to_queue", pc.if_else(customer, "abandoned", "self_served"))
    result = pc.if_else(one_of(kind, "queue"), queued, pc.if_else(one_of(kind, "talk"), talked, pc.if_else(
        one_of(kind, "ring"), rang, pc.if_else(one_of(kind, "ivr", "bot"), menu, nothing))))  # fmt: skip
    key = pc.binary_join_element_wise(told["conversation"], told["session"], told["written"], type_, "\x1f")
    agents = pc.if_else(served, told["agent"], nothing)
    # Instants are microseconds here: Arrow has no kernel for the latest of timestamps.
    newest = pc.max_element_wise(told["over"], told["ended"], told["began"])
    columns = {
        "call_id": told["conversation"],
        "started_us": told["began"],
        "ended_us": told["ended"],
        "result": result,
        "ended_by": by,
        "direction": worded(told["direction"], {"outbound": "outbound"}, "inbound"),
        "channel": worded(told["media"], _CHANNELS, "phone"),
        "queue": told["queue"],
        "agent": agents,
        "reason": pc.if_else(one_of(kind, "talk", "wrap"), told["code"], nothing),
        "transfer": pc.if_else(
            pc.and_(one_of(kind, "talk"), moved),
            pc.if_else(pc.fill_null(pc.match_substring(why, "consult"), fill_value=False), "warm", "blind"), nothing,
        ),
        "requester": told["ani"],
        "source_at": newest.cast(INSTANT),
        "source_row": pa.array(numbers),
    }  # fmt: skip
    known = pc.is_valid(kind)
    picked = {name: column.filter(known) for name, column in columns.items()}
    return segments(kind.filter(known), source, key.filter(known), picked, pc.sum(known).as_py() or 0)
