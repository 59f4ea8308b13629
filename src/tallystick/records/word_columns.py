"""Columns of words that repeat, kept as codes and a list of words (Arrow's dictionary) on their way into the lake.

Codes are several times as quick to sort, to hash and to write as the words themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from numpy.typing import NDArray

# A list of more words than this is no shorter than the column.
FEW_WORDS = 65_536
# From so many rows on two threads are worth their while.
SIDE_BY_SIDE = 50_000
SAMPLE = 4096


def encoded(column: pa.ChunkedArray | pa.Array) -> tuple[list[Any], NDArray[np.int64]]:
    """Distinct words and the position of each row's word among them; a null points behind the last."""
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if not pa.types.is_dictionary(array.type):
        array = array.dictionary_encode()
    words = array.dictionary.to_pylist()
    codes = array.indices.cast(pa.int64()).fill_null(len(words)).to_numpy(zero_copy_only=False)
    return words, codes


def shortened(column: pa.ChunkedArray | pa.Array) -> pa.ChunkedArray | pa.Array:
    """A column of words that repeat as codes; any other column as it is."""
    if not pa.types.is_string(column.type):
        return column
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    sample = array.slice(0, SAMPLE)
    if pc.count_distinct(sample).as_py() * 4 > len(sample):
        return column
    codes = array.dictionary_encode()
    return codes if len(codes.dictionary) <= FEW_WORDS else column


def repeated(word: str | None, rows: int) -> pa.Array:
    """A column that says the same in each row."""
    if word is None:
        return pa.nulls(rows, pa.string())
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(rows, dtype=np.int32)), pa.array([word], pa.string()))


def taken(rows: pa.Table, places: NDArray[np.int64]) -> pa.Table:
    """`rows.take(places)`, columns side by side; what says the same in every row is not looked up row by row."""
    index = pa.array(places)
    count = len(places)

    def picked(column: pa.ChunkedArray) -> pa.ChunkedArray:
        if count <= len(column) and says_one_thing(column):
            return column.slice(0, count)
        return column.take(index)

    if count < SIDE_BY_SIDE:
        columns = [picked(column) for column in rows.columns]
    else:
        with ThreadPoolExecutor(max_workers=2) as pair:
            columns = list(pair.map(picked, rows.columns))
    return pa.table(columns, schema=rows.schema)


def says_one_thing(column: pa.ChunkedArray) -> bool:
    """Whether each row says the same, told without a look at each word."""
    if column.null_count:
        return bool(column.null_count == len(column))
    kind = column.type
    if pa.types.is_dictionary(kind):
        return column.num_chunks == 1 and len(column.chunk(0).dictionary) == 1
    if not (pa.types.is_integer(kind) or pa.types.is_timestamp(kind)):
        return False
    bounds = pc.min_max(column)
    return bool(bounds["min"].equals(bounds["max"]))


def written_out(rows: pa.Table) -> pa.Table:
    """The rows with every column of codes as the values themselves."""
    plain = [
        field.with_type(field.type.value_type) if pa.types.is_dictionary(field.type) else field for field in rows.schema
    ]
    return rows.cast(pa.schema(plain))


def laid_together(parts: Sequence[pa.Table]) -> pa.Table:
    """Tables with the same columns as one; codes stay where all of them have codes."""
    filled = [part for part in parts if part.num_rows] or list(parts[:1])
    if len(filled) == 1:
        return filled[0]
    if all(part.schema.equals(filled[0].schema) for part in filled):
        return pa.concat_tables(filled).unify_dictionaries()
    return pa.concat_tables([written_out(part) for part in filled])
