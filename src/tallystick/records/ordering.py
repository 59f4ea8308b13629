"""The natural order of rows, found with as little sorting as their arrival needs.

Rows are sorted by their first key; only where others disagree with that (a case whose events arrived out of order) are
they looked at. Rows that lie in order already cost one pass.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
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


def ordered(keys: Iterable[NDArray[np.int64]]) -> NDArray[np.int64]:
    """Positions of rows sorted by `keys`, the first one first; rows that are equal in all keep their order.

    A further key is asked for only where those before leave rows side by side.
    """
    following = iter(keys)
    first = next(following)
    order = _sorted_places(first)
    fresh = starts(first[order])
    while not fresh.all() and (key := next(following, None)) is not None:
        ranked = key[order]
        tied = np.flatnonzero(~fresh)
        if (ranked[tied] < ranked[tied - 1]).any():
            _settle(order, ranked, fresh, tied)
        fresh[1:] |= ranked[1:] != ranked[:-1]
    return order


def _sorted_places(values: NDArray[np.int64]) -> NDArray[np.int64]:
    """`argsort(values, kind="stable")`: value and place are sorted as one number, which takes half as long.

    As much of the value goes into that number as fits; where that leaves two values in the wrong order, the few rows
    concerned are sorted once more.
    """
    count = len(values)
    if count < 2 or (values[1:] >= values[:-1]).all():
        return np.arange(count)
    low, high = int(values.min()), int(values.max())
    place_bits = (count - 1).bit_length()
    dropped = max((high - low).bit_length() + place_bits - 63, 0)
    if high - low >= 2**63:
        order: NDArray[np.int64] = np.argsort(values, kind="stable")
        return order
    packed = (values - low) >> dropped
    packed <<= place_bits
    packed |= np.arange(count)
    packed.sort()
    order = packed & ((1 << place_bits) - 1)
    if dropped:
        ranked = values[order]
        wrong = ranked[1:] < ranked[:-1]
        if wrong.any():
            packed >>= place_bits
            fresh = starts(packed)
            group = np.cumsum(fresh)
            hit = np.zeros(int(group[-1]) + 1, dtype=bool)
            hit[group[1:][wrong]] = True
            places = np.flatnonzero(hit[group])
            order[places] = order[places[np.lexsort((ranked[places], group[places]))]]
    return order


def in_natural_order(declared: Table, rows: pa.Table) -> NDArray[np.int64]:
    """Positions of rows in their table's natural order, the versions of one row newest first."""
    return ordered(chain(natural_keys(declared, rows), newest_first(rows)))


def order_sql(declared: Table) -> str:
    """The natural order as the engine is told it."""
    ranks = " ".join(f"when '{kind}' then {rank}" for rank, kind in enumerate(EVENT_KINDS))
    return ", ".join(
        f"case kind {ranks} else {len(EVENT_KINDS)} end" if name == "kind" else name for name in declared.sort
    )


def _settle(
    order: NDArray[np.int64], ranked: NDArray[np.int64], fresh: NDArray[np.bool_], tied: NDArray[np.int64]
) -> None:
    """Sort the groups that begin where `fresh` says by `ranked`, in place; those that lie in order are not touched."""
    group = np.cumsum(fresh)
    hit = np.zeros(int(group[-1]) + 1, dtype=bool)
    hit[group[tied[ranked[tied] < ranked[tied - 1]]]] = True
    places = np.flatnonzero(hit[group])
    values, groups = ranked[places], group[places]
    near = _nulls_near(values)
    low, width = int(near.min()), int(near.max()) - int(near.min()) + 1
    if width * int(group[-1] + 1) < 2**63:
        # As one number the groups lie in order already and only rows within one move: few passes sort them.
        moved = np.argsort(groups * width + (near - low), kind="stable")
    else:
        moved = np.lexsort((values, groups))
    order[places] = order[places[moved]]
    ranked[places] = values[moved]


def _nulls_near(values: NDArray[np.int64]) -> NDArray[np.int64]:
    """The values with `LAST` brought down to right behind the others, which keeps their order."""
    null = values == LAST
    if not null.any() or null.all() or int(values.max()) > LAST:
        return values
    return np.where(null, values[~null].max() + 1, values)


def starts(ranked: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Where a run of equal values begins."""
    fresh = np.ones(len(ranked), dtype=bool)
    np.not_equal(ranked[1:], ranked[:-1], out=fresh[1:])
    return fresh


def natural_keys(declared: Table, rows: pa.Table) -> Iterator[NDArray[np.int64]]:
    """The columns of a table's natural order as numbers: instants with nulls last, kinds of event by their rank."""
    for name in declared.sort:
        yield _ranks(rows.column(name)) if name == "kind" else _numbers(rows.column(name))


def newest_first(rows: pa.Table) -> Iterator[NDArray[np.int64]]:
    """What tells the versions of one row apart, the newest first: generation, version time, hash, revision."""
    revision = rows.column("revision").to_numpy().astype(np.int64)
    yield -(revision // GENERATION)
    yield -rows.column("source_at").cast(pa.int64()).fill_null(-LAST).to_numpy()
    yield -rows.column("row_hash").to_numpy()
    yield -revision


def _numbers(column: pa.ChunkedArray) -> NDArray[np.int64]:
    found = column if pa.types.is_integer(column.type) else column.cast(pa.int64())
    if found.null_count:
        found = found.fill_null(LAST)
    values: NDArray[np.int64] = found.to_numpy().astype(np.int64, copy=False)
    return values


def _ranks(kinds: pa.ChunkedArray) -> NDArray[np.int64]:
    words, codes = encoded(kinds)
    return np.array([*(_RANKS.get(word, len(_RANKS)) for word in words), len(_RANKS)], dtype=np.int64)[codes]
