"""The events of a queue_log about its members as states of agents, each from an instant on."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.records.connectors._instants import Flags, Integers
from tallystick.records.connectors._state_words import state_of
from tallystick.records.connectors.any_table.reader import constant, micros
from tallystick.records.connectors.queue_log.segments import Log
from tallystick.records.keys import keys_of

LOGINS = ("AGENTLOGIN", "AGENTCALLBACKLOGIN")
LOGOFFS = ("AGENTLOGOFF", "AGENTCALLBACKLOGOFF")
PAUSES = ("PAUSE", "PAUSEALL")
RESUMES = ("UNPAUSE", "UNPAUSEALL")
MEMBERS = ("ADDMEMBER", "REMOVEMEMBER")
TAKEN, LEFT = ("CONNECT",), ("COMPLETEAGENT", "COMPLETECALLER", "BLINDTRANSFER", "ATTENDEDTRANSFER", "TRANSFER")
OF_AGENTS = frozenset({*LOGINS, *LOGOFFS, *PAUSES, *RESUMES, *MEMBERS})
_CHANNEL = r"^(SIP|PJSIP|IAX2|SCCP|DAHDI|Zap|Agent|Local|Custom|Hint)/"


def agents_of(column: pa.Array) -> pa.Array:
    """`SIP/101-0000a1b2`, `Agent/101` and `Local/101@queue/n` all are agent 101; nobody where it says NONE."""
    bare = pc.replace_substring_regex(column, _CHANNEL, "")
    bare = pc.replace_substring_regex(bare, r"(@[^|]*|-[0-9a-f]{8}(;\d)?|/n)$", "")
    nobody = pc.is_in(bare, value_set=pa.array(["NONE", ""]))
    return pc.if_else(pc.fill_null(nobody, fill_value=True), pa.scalar(None, pa.string()), bare)


def states(log: Log, source: str) -> pa.Table:
    """What each agent did from each event on.

    A pause is told for each queue and once more for all of them: it is one state. A member of several queues is ready
    with the first one and gone with the last one, as far as the file tells. Who comes and goes in the file is on a call
    between its connection and its end, and ready afterwards unless a pause begins in that second.
    """
    first, last = _crossings(log)
    pauses = log.says(*PAUSES)
    reason = log.chunk.word("data1").dictionary_encode()
    words = pa.array([state_of(word or "") or "not_ready" for word in reason.dictionary.to_pylist()], pa.string())
    why = pc.fill_null(words.take(reason.indices), "not_ready") if len(words) else constant("not_ready", len(log.at))
    ready = log.says(*LOGINS, *RESUMES) | first
    gone = log.says(*LOGOFFS) | last
    known = np.asarray(pc.is_valid(log.agent), np.bool_)
    taken, left = _calls(log, (pauses | ready | gone) & known, known)
    idle = pc.if_else(pa.array(ready | left), "available", "offline")
    state = pc.if_else(pa.array(pauses), why, pc.if_else(pa.array(taken), "talk", idle))
    place = np.flatnonzero((pauses | ready | gone | taken | left) & known)
    picked = pa.array(place)
    spoken = pc.replace_substring_regex(log.event, r"ALL$", "")
    pause_reason = pc.if_else(pa.array(pauses), log.chunk.word("data1"), pa.scalar(None, pa.string()))
    raw = pc.binary_join_element_wise(spoken, pause_reason, " ", null_handling="skip")
    agent, at, state = log.agent.take(picked), log.at[place], state.take(picked)
    told = pc.binary_join_element_wise(agent, pa.array(at).cast(pa.string()), state, "\x1f")
    found = pa.table(
        {
            "state_key": keys_of(f"{source}:state", told),
            "agent": agent,
            "state": state,
            "raw": raw.take(picked),
            "started_at": micros(at),
            "channel": constant("phone", len(place)),
            "source_at": micros(at),
            "source_row": pa.array(log.chunk.numbers).take(picked),
        }
    )
    # Queue by queue the same is said with the same words; of different reasons one key keeps the first by its letters.
    ranked = np.lexsort((np.asarray(found["source_row"]), _rank(found["raw"]), np.asarray(found["state_key"])))
    keys = np.asarray(found["state_key"])[ranked]
    fresh = np.r_[True, keys[1:] != keys[:-1]] if len(keys) else np.zeros(0, np.bool_)
    return found.take(pa.array(np.sort(ranked[fresh])))


def _calls(log: Log, told: Flags, known: Flags) -> tuple[Flags, Flags]:
    """Where an agent who comes or goes in the file takes a call, and is left by it with nothing else told then."""
    coded = log.agent.dictionary_encode()
    agent = np.asarray(coded.indices.fill_null(len(coded.dictionary)), np.int64)
    seen = np.zeros(len(coded.dictionary) + 1, np.bool_)
    seen[agent[(log.says(*LOGINS, *LOGOFFS, *MEMBERS)) & known]] = True
    taken, left = log.says(*TAKEN) & known & seen[agent], log.says(*LEFT) & known & seen[agent]
    if not left.any():
        return taken, left
    # One number for agent and instant; a call that ends as another begins, or as a pause does, leaves nobody ready.
    first, span = int(log.at.min()), int(log.at.max() - log.at.min()) + 1
    if span > 2**62 // (len(seen) + 1):
        return taken, left
    moment = agent * span + (log.at - first)
    left &= ~np.isin(moment, moment[told | taken])
    return taken, left


def _rank(column: pa.ChunkedArray) -> Integers:
    return np.asarray(pc.rank(column.combine_chunks(), "ascending", tiebreaker="dense"), np.int64)


def _crossings(log: Log) -> tuple[Flags, Flags]:
    """Where a member entered the first queue and where one left the last, reckoned from the lowest known point."""
    step = log.says("ADDMEMBER").astype(np.int64) - log.says("REMOVEMEMBER").astype(np.int64)
    nothing = np.zeros(len(log.at), np.bool_)
    rows = np.flatnonzero(step)
    if not len(rows):
        return nothing, nothing.copy()
    coded = log.agent.dictionary_encode()
    agent = np.asarray(coded.indices.fill_null(len(coded.dictionary)), np.int64)[rows]
    order = np.lexsort((log.chunk.ordinals[rows], log.at[rows], agent))
    rows, agent = rows[order], agent[order]
    total = np.cumsum(step[rows])
    fresh = np.r_[True, agent[1:] != agent[:-1]]
    group = np.cumsum(fresh) - 1
    total -= (total - step[rows])[fresh][group]
    # Each agent's own minimum so far, nought at most: agents follow each other ever lower.
    span = int(np.abs(total).max()) + 1
    low = np.minimum.accumulate(np.minimum(total, 0) - group * 2 * span) + group * 2 * span
    held = total - low
    first, last = nothing.copy(), nothing.copy()
    adds = step[rows] > 0
    first[rows[adds & (held == 1)]] = True
    last[rows[~adds & (held == 0)]] = True
    return first, last
