"""Calls with the languages of whoever answered: each handled visit, and whether its agent is listed with its language.

Grain: one visit on which somebody talked, as in the call facts. `speaks` is empty where the roster does not tell the
agent's languages, where it tells two things of one id, or where the language of the contact is not known.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.facts.closure import Tied
from tallystick.facts.near_calls import calls_of_period
from tallystick.facts.stream import INSTANT, ONE_AGENT, TWO_OWNERS, Given, Rows, Stream
from tallystick.facts.streams.call import visits_of
from tallystick.vocabulary.clock_terms import ClockTerms

CALLS, AGENTS = "call", "agent"
OWN = {
    "call_key": pa.int64(),
    "visit": pa.int32(),
    "case_key": pa.int64(),
    "direction": pa.string(),
    "offered_at": INSTANT,
    "answered_at": INSTANT,
    "owner_start": pa.string(),
    "owner_stop": pa.string(),
}
SHARED = ("case_id", "partner", "programme", "queue", "agent", "channel", "language", "priority", "reason")


def _derive(given: Given) -> Mapping[str, Any]:
    found = visits_of(given)
    if not found:
        return {}
    names = (*OWN, *SHARED, "initiated_by", "excluded")
    calls = pa.table({name: found[name] for name in names}).filter(found["handled"])
    if not calls.num_rows:
        return {}
    return {name: calls.column(name) for name in names} | {"speaks": _speaks(calls, _languages(given.rows[AGENTS]))}


def _languages(agents: pa.Table) -> dict[str, frozenset[str]]:
    """The languages of each agent id, of those of which the roster tells one thing."""
    said: dict[str, set[frozenset[str]]] = {}
    ids, listed = agents.column("agent_id").to_pylist(), agents.column("languages").to_pylist()
    for agent, words in zip(ids, listed, strict=True):
        if agent is not None and words and words.strip():
            said.setdefault(agent, set()).add(frozenset(word.lower() for word in words.split()))
    return {agent: next(iter(told)) for agent, told in said.items() if len(told) == 1}


def _speaks(calls: pa.Table, languages: Mapping[str, frozenset[str]]) -> pa.Array:
    """Looked up once for each different pair of agent and language."""
    agent, language = (
        pc.dictionary_encode(calls.column(name).cast(pa.string())).unify_dictionaries().combine_chunks()
        for name in ("agent", "language")
    )
    agents, tongues = [*agent.dictionary.to_pylist(), None], [*language.dictionary.to_pylist(), None]
    answers = np.full((len(agents), len(tongues)), -1, np.int8)
    for row, name in enumerate(agents):
        if name in languages:
            known = languages[name]
            answers[row] = [-1 if tongue is None else int(tongue.lower() in known) for tongue in tongues]
    told = answers[
        np.asarray(agent.indices.fill_null(len(agents) - 1)), np.asarray(language.indices.fill_null(len(tongues) - 1))
    ]
    return pa.array(told == 1, mask=told < 0)


def _of_period(rows: Rows, start_s: int, end_s: int, terms: ClockTerms) -> Rows:
    calls = calls_of_period(rows[CALLS], start_s, end_s, terms.repeat_window_s)
    named = pc.unique(calls.column("agent"))
    return {CALLS: calls, AGENTS: rows[AGENTS].filter(pc.is_in(rows[AGENTS].column("agent_id"), value_set=named))}


def _ordinary(place: int, row: Mapping[str, Any]) -> Mapping[str, Any]:
    offered: datetime = row["offered_at"]
    return {
        "call_key": place + 1,
        "visit": 1,
        "case_key": place + 1,
        "channel": "phone",
        "direction": "inbound",
        "answered_at": offered + timedelta(seconds=15),
        "owner_start": "aurora",
        "owner_stop": "aurora",
        "speaks": True,
    }


STREAM = Stream(
    module=__name__,
    reads=(CALLS, AGENTS),
    derive=_derive,
    of_period=_of_period,
    closure=Tied({CALLS: {"call_key": "call"}}, ("call_key", "call"), of_case={CALLS: "case_key"}, beside=(AGENTS,)),
    columns={**OWN, "speaks": pa.bool_()},
    key=("call_key", "visit"),
    carried=("case_key",),
    begins="offered_at",
    ends=("answered_at",),
    dated={"offered": "offered_at"},
    moments={"created-in": ("offered",), "measured-in": ("offered",)},
    owners=TWO_OWNERS,
    agents=ONE_AGENT,
    row="call",
    occasions={"created-in": "it was offered", "measured-in": "it was offered"},
    ordinary=_ordinary,
    shown=("offered_at", "answered_at", "language", "speaks"),
)
