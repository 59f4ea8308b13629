"""The rows of a roster as agents and as the ids under which each of them is known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.records.connector import Mapping, Resolver
from tallystick.records.connectors import _instants as instants
from tallystick.records.connectors._instants import NONE, Integers
from tallystick.records.connectors.agents.columns import SYSTEMS, languages_in, left_as, role_of
from tallystick.records.connectors.any_table.reader import DAY_US, Chunk, constant, micros
from tallystick.records.keys import keys_of

PROOF = "roster file"


def agents(chunk: Chunk, mapping: Mapping) -> pa.Table:
    """One row per agent: of one who stands in several rows, that of the latest first day (the last of equals).

    Without an instant of its own a row has no version time: what is taken in last holds, and a roster that says what
    is known already is a duplicate.
    """
    agent = chunk.word("agent")
    started = chunk.at("started")
    version = chunk.at("updated")
    table = pa.table(
        {
            "agent_key": keys_of(f"{mapping.source}:agent", agent),
            "agent_id": agent,
            "name": _name(chunk),
            "site": chunk.word("site"),
            "languages": _languages(chunk.word("languages")),
            "started_on": day(started),
            "left_on": day(chunk.at("left")),
            "left_as": translated_by(chunk.word("left_as"), left_as),
            "live_on": day(chunk.at("live")),
            "role": translated_by(chunk.word("role"), role_of),
            "team_leader": chunk.word("leader"),
            "partner_given": chunk.word("partner"),
            "source_at": micros(version),
            "source_row": pa.array(chunk.numbers),
        }
    )
    keys = table["agent_key"].to_numpy()
    order = np.lexsort((chunk.numbers, started, version, keys))
    last = np.r_[keys[order][1:] != keys[order][:-1], True] if len(order) else np.zeros(0, np.bool_)
    return table.take(pa.array(np.sort(order[last])))


def identities(chunk: Chunk, mapping: Mapping, resolver: Resolver) -> pa.Table:
    """One row per id and person: their own id in this source, and those that the roster gives for other systems.

    An e-mail address is kept as its keyed hash only, and without a vault not at all. The first day holds from its local
    midnight, the last day until the midnight after it.
    """
    zone = mapping.zone or "UTC"
    started, left = chunk.at("started"), chunk.at("left")
    begin = _midnight(started, zone)
    end = _midnight(np.where(left == NONE, NONE, left + DAY_US), zone)
    version = np.maximum(np.maximum(begin, end), chunk.at("updated"))
    parts = []
    for role, system in (("agent", mapping.source), *SYSTEMS.items()):
        if role not in chunk.words:
            continue
        ids = chunk.word(role)
        if role == "email":
            if resolver.pseudonyms is None:
                continue
            ids = resolver.pseudonyms(pc.utf8_lower(ids)).cast(pa.string())
        since = pc.coalesce(pa.array(begin, mask=begin == NONE).cast(pa.string()), "")
        # Two partners may both have an extension 101.
        whose = pc.coalesce(chunk.word("partner"), mapping.partner or "")
        table = pa.table(
            {
                "identity_key": keys_of(system, pc.binary_join_element_wise(whose, ids, since, "\x1f")),
                "system": constant(system, len(chunk)),
                "source_id": ids,
                "person": chunk.word("agent"),
                "valid_from": micros(begin),
                "valid_to": micros(end),
                "proof": constant(PROOF, len(chunk)),
                "partner_given": chunk.word("partner"),
                "source_at": micros(version),
                "source_row": pa.array(chunk.numbers),
            }
        )
        parts.append(table.filter(pc.is_valid(ids)))
    return pa.concat_tables(parts)


def day(values: Integers) -> pa.Array:
    """Days of midnights (read as if in UTC)."""
    return micros(values).cast(pa.timestamp("us")).cast(pa.date32())


def _midnight(values: Integers, zone: str) -> Integers:
    """The instants of local midnights; where the clock skips midnight, the day begins an hour later."""
    whole = np.where(values == NONE, NONE, np.floor_divide(values, DAY_US) * DAY_US)
    if zone == "UTC":
        return whole
    found, gap, _ = instants.utc_of_local(whole, zone)
    if gap.any():
        later, _, _ = instants.utc_of_local(np.where(gap, whole + 3600 * instants.MICROS, NONE), zone)
        found = np.where(gap, later, found)
    return found


def _name(chunk: Chunk) -> pa.Array:
    if "first" not in chunk.words and "last" not in chunk.words:
        return chunk.word("name")
    joined = pc.binary_join_element_wise(chunk.word("first"), chunk.word("last"), " ", null_handling="skip")
    return pc.coalesce(chunk.word("name"), pc.if_else(pc.equal(joined, ""), pa.scalar(None, pa.string()), joined))


def _languages(column: pa.Array) -> pa.Array:
    return translated_by(column, lambda word: languages_in(word) or word)


def translated_by(column: pa.Array, meaning: Callable[[str], str | None]) -> pa.Array:
    """Each distinct word of a column by a function; null stays null."""
    encoded = column.dictionary_encode()
    words: list[Any] = [None if word is None else meaning(word) for word in encoded.dictionary.to_pylist()]
    return pa.array(words, pa.string()).take(encoded.indices)
