"""The natural order of rows, found with as little sorting as their arrival needs.

Rows are sorted by their first key; only where others disagree with that (a case whose events arrived out of order) are
they looked at. Rows that lie in order already cost one pass.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from tallystick.records.table import GENERATION, Table
from tallystick.records.tables.case_event import EVENT_KINDS
from tallystick.records.word_columns import encoded

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Stands for a null, behind every instant.
LAST = 2**62
_RANKS = {kind: rank for rank, kind in enumerate(EVENT_KINDS)}


def ordered(keys: Sequence[NDArray[np.int64]]) -> NDArray[np.int64]:
    """Positions of rows sorted by `keys`, the first one first; rows that are equal in all keep their order."""
    order: NDArray[np.int64] = np.argsort(keys[0], kind="stable")
    fresh = starts(keys[0][order])
    if fresh.all():
        return order
    wrong = _against_order(keys, order, np.flatnonzero(~fresh))
    if len(wrong):
        group = np.cumsum(fresh)
        hit = np.zeros(int(group[-1]) + 1, dtype=bool)
        hit[group[wrong]] = True
        places = np.flatnonzero(hit[group])
        rows = order[places]
        order[places] = rows[np.lexsort([key[rows] for key in reversed(keys)])]
    return order


def _against_order(
    keys: Sequence[NDArray[np.int64]], order: NDArray[np.int64], tied: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Those of the places `tied` (equal to the place before in the first key) that the further keys want elsewhere."""
    found = []
    for key in keys[1:]:
        mine, before = key[order[tied]], key[order[tied - 1]]
        found.append(tied[mine < before])
        tied = tied[mine == before]
        if not len(tied):
            break
    return np.concatenate(found) if found else tied[:0]


def starts(ranked: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Where a run of equal values begins."""
    fresh = np.ones(len(ranked), dtype=bool)
    np.not_equal(ranked[1:], ranked[:-1], out=fresh[1:])
    return fresh


def natural_keys(declared: Table, rows: pa.Table) -> list[NDArray[np.int64]]:
    """The columns of a table's natural order as numbers: instants with nulls last, kinds of event by their rank."""
    return [_ranks(rows.column(name)) if name == "kind" else _numbers(rows.column(name)) for name in declared.sort]


def newest_first(rows: pa.Table) -> list[NDArray[np.int64]]:
    """What tells the versions of one row apart, the newest first: generation, version time, hash, revision."""
    revision = rows.column("revision").to_numpy().astype(np.int64)
    version = rows.column("source_at").cast(pa.int64()).fill_null(-LAST).to_numpy()
    return [-(revision // GENERATION), -version, -rows.column("row_hash").to_numpy(), -revision]


def _numbers(column: pa.ChunkedArray) -> NDArray[np.int64]:
    found = column if pa.types.is_integer(column.type) else column.cast(pa.int64())
    if found.null_count:
        found = found.fill_null(LAST)
    values: NDArray[np.int64] = found.to_numpy().astype(np.int64, copy=False)
    return values


def _ranks(kinds: pa.ChunkedArray) -> NDArray[np.int64]:
    words, codes = encoded(kinds)
    return np.array([*(_RANKS.get(word, len(_RANKS)) for word in words), len(_RANKS)], dtype=np.int64)[codes]
