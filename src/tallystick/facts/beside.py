"""Columns of one table beside the rows of another, by key: a left join that keeps the order of the left rows.

pyarrow's own join shuffles rows and loads its dataset layer; here the right side is looked up, so nothing else moves.
"""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc


def beside(left: pa.Table, right: pa.Table, keys: Sequence[str], columns: Sequence[str]) -> pa.Table:
    """`left` with `columns` of the right row of the same key; null where there is none. Right keys are unique."""
    at = _places(left, right, keys)
    for name in columns:
        column = right.column(name)
        left = left.append_column(name, column.take(at))
    return left


def _places(left: pa.Table, right: pa.Table, keys: Sequence[str]) -> pa.Array:
    """For each left row the place of the right row of the same key, or null."""
    if len(keys) == 1:
        found = pc.index_in(left.column(keys[0]), value_set=right.column(keys[0]).combine_chunks())
        return found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found
    # Only rows whose first key is asked for can be the one: of a period's clocks that is a small part.
    asked = pc.is_in(right.column(keys[0]), value_set=pc.unique(left.column(keys[0])))
    near = pc.indices_nonzero(asked)
    known = dict(zip(_tuples(right.select(keys).take(near), keys), near.to_pylist(), strict=True))
    return pa.array([known.get(key) for key in _tuples(left, keys)], pa.int64())


def _tuples(table: pa.Table, keys: Sequence[str]) -> list[tuple[object, ...]]:
    return list(zip(*(table.column(name).to_pylist() for name in keys), strict=True))
