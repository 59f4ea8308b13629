"""Contacts that agents handled: each contact in a live channel once for each agent who talked, at the first moment.

Contacts inside the house (direction `internal`) are none. Cells gather them by agent, local day, queue, channel and
language, because what is asked of them is asked by those.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.facts.spans import Whole, seconds_of

TABLE = "call"
WORDS = ("queue", "channel", "language")


def talks(rows: pa.Table) -> pa.Table:
    """The segments in which somebody of the partner talked to a customer."""
    spoke = pc.and_(pc.equal(rows.column("kind"), "talk"), pc.is_valid(rows.column("agent")))
    outside = pc.fill_null(pc.not_equal(rows.column("direction"), "internal"), fill_value=True)
    return rows.filter(pc.fill_null(pc.and_(spoke, outside), fill_value=False))


def first_talks(segments: pa.Table, owner: Whole) -> Whole:
    """The places of the first segment of each contact and agent, in no particular order."""
    second = seconds_of(segments.column("started_at"))
    call = np.asarray(segments.column("call_key"), np.int64)
    order = np.argsort(call, kind="stable")
    same = call[order][1:] == call[order][:-1]
    several = np.zeros(len(order), bool)
    several[1:] |= same
    several[:-1] |= same
    alone, rest = order[~several], order[several]
    rest = rest[np.lexsort((np.asarray(segments.column("segment_key"), np.int64)[rest], second[rest], owner[rest],
                            call[rest]))]  # fmt: skip
    first = np.ones(len(rest), bool)
    first[1:] = (call[rest][1:] != call[rest][:-1]) | (owner[rest][1:] != owner[rest][:-1])
    found: Whole = np.concatenate([alone, rest[first]])
    known: Whole = found[owner[found] >= 0]
    return known


class Cells(NamedTuple):
    """Cells of contacts: owner and day of each, its words, and for each contact its cell."""

    owner: Whole
    day: Whole
    words: Mapping[str, pa.Array]
    of: Whole

    def contacts(self, which: Any = None) -> Whole:
        """How many contacts each cell has, or how many of some."""
        return np.bincount(self.of if which is None else self.of[which], minlength=len(self.owner))


def cells_of(contacts: pa.Table, owner: Whole, day: Whole) -> Cells:
    """The contacts gathered by agent, day, queue, channel and language."""
    coded = {name: pc.dictionary_encode(contacts.column(name).combine_chunks()) for name in WORDS}
    span = int(day.max(initial=0)) + 1
    code = owner * span + day
    for one in coded.values():
        wide = len(one.dictionary) + 1
        code = code * wide + np.asarray(one.indices.fill_null(wide - 1), np.int64)
    every, of = np.unique(code, return_inverse=True)
    rest, words = every, {}
    for name in reversed(WORDS):
        wide = len(coded[name].dictionary) + 1
        rest, at = np.divmod(rest, wide)
        words[name] = coded[name].dictionary.take(pa.array(at, mask=at == wide - 1))
    owners, days = np.divmod(rest, span)
    return Cells(owners, days, words, of)
