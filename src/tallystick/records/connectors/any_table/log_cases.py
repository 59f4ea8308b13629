"""What a log says of its cases: of each the earliest word about every attribute, and where it stood.

Where the log tells of creations, a file without a case's creation may still say something of the case. It gives a row
without a creation then, which counts for nothing until the creation comes: `tallystick.records.log_cases` lays what
several files say of one case together, and the places make that the same whichever came first.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.records.connectors._instants import NONE, Flags, Integers
from tallystick.records.connectors.any_table.reader import constant, micros
from tallystick.records.log_cases import NEVER, places_told
from tallystick.records.ordering import ordered, starts

# Behind every place in time.
LAST = 2**62


def log_cases(
    case_key: pa.Array,
    case_id: pa.Array,
    at: Integers,
    created: Flags | None,
    due: Integers,
    numbers: Integers,
    attributes: Mapping[str, pa.Array],
    source: str,
) -> pa.Table:
    """A row of `case` for each case of a log. `created` says which rows tell of a creation, None where none ever does.

    The first row of a case is its creation then. The version of a row is the latest instant at which the log speaks of
    the case.
    """
    keys = case_key.to_numpy()
    # At one instant the creation comes first: what it says is what the case was created with.
    place = 2 * at + (1 if created is None else ~created)
    order = ordered([keys, place])
    ranked = place[order]
    begins = np.flatnonzero(starts(keys[order]))
    begun = at if created is None else np.where(created, at, LAST)
    created_us = _least(begun[order], begins)
    known = created_us != LAST
    version = np.maximum.reduceat(at[order], begins) if len(begins) else at[:0]
    latest_due = np.maximum.reduceat(due[order], begins) if len(begins) else due[:0]
    first_row = _least(numbers[order], begins)
    # Where an attribute stands that the creation itself tells; anything else is written down.
    usual = np.where(known, 2 * created_us + (created is None), LAST)
    values: dict[str, pa.Array] = {}
    told: dict[str, Integers] = {}
    for name, column in attributes.items():
        values[name], told[name] = _earliest(column, order, ranked, begins)
    said = places_told(told, usual, version, known, creates=created is None)
    speaks = known
    for column in values.values():
        speaks = speaks | column.is_valid().to_numpy(zero_copy_only=False)
    return pa.table(
        {
            "case_key": pa.array(keys[order[begins]]),
            "case_id": case_id.take(pa.array(order[begins])),
            "source": constant(source, len(begins)),
            "created_at": micros(np.where(known, created_us, NONE)),
            "source_due_at": micros(latest_due),
            "source_at": micros(np.where(known, version, NEVER)),
            "said_at": said,
            "source_row": pa.array(first_row),
            **values,
        }
    ).filter(pa.array(speaks))


def _least(values: Integers, begins: Integers) -> Integers:
    """The smallest value of each run."""
    return np.minimum.reduceat(values, begins) if len(begins) else values[:0]


def _earliest(column: pa.Array, order: Integers, ranked: Integers, begins: Integers) -> tuple[pa.Array, Integers]:
    """Per case the first word of a column, and its place (LAST where there is none)."""
    if column.null_count == len(column):
        return pa.nulls(len(begins), column.type), np.full(len(begins), LAST)
    given = column.is_valid().to_numpy(zero_copy_only=False)[order]
    where = _least(np.where(given, np.arange(len(order)), LAST), begins)
    place = np.where(where == LAST, LAST, ranked[np.minimum(where, len(ranked) - 1)])
    picked = order[np.minimum(where, len(order) - 1)]
    group = np.repeat(np.arange(len(begins)), np.diff(np.r_[begins, len(order)]))
    rivals = np.flatnonzero(given & (ranked == place[group]))
    if len(rivals) > np.count_nonzero(place != LAST):
        # Several rows of one instant: the word decides, for the order of the file must not.
        words = column.take(pa.array(order[rivals])).dictionary_encode()
        rank = np.empty(len(words.dictionary), np.int64)
        rank[pc.sort_indices(words.dictionary).to_numpy()] = np.arange(len(rank))
        best = np.lexsort((rank[words.indices.to_numpy()], group[rivals]))
        firsts = best[starts(group[rivals][best])]
        picked[group[rivals[firsts]]] = order[rivals[firsts]]
    return column.take(pa.array(picked, mask=place == LAST)), place
