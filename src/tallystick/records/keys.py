"""Keys and row hashes of whole columns, equal on every machine and in every version.

`keys_of` is `vocabulary.canonical.key_of` for a column. `mixed` makes one key out of several columns with integer
arithmetic only (splitmix64, Steele et al. 2014, "Fast splittable pseudorandom number generators"), for rows to which
the source gives no id, and for the hash of a row's content. 63 bits, never negative.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from numpy.typing import NDArray

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_NULL = np.uint64(0xA5A5_5A5A_0F0F_F0F1)
# So many rows are mixed through all columns before the next, that they stay in the processor's cache.
_AT_ONCE = 16_384
_BITS = 63
_SHIFT = (np.uint64(30), np.uint64(27), np.uint64(31))


def _hashed(prefix: bytes, words: pa.Array) -> NDArray[np.int64]:
    """`key_of` of each word; what a null gets means nothing."""
    values = words.cast(pa.large_binary()).fill_null(b"").to_pylist()
    digests = b"".join([blake2b(prefix + value, digest_size=8).digest() for value in values])
    return (np.frombuffer(digests, dtype=">u8").astype(np.uint64) >> np.uint64(1)).view(np.int64)


def _combined(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def keys_of(source: str, ids: pa.Array | pa.ChunkedArray) -> pa.Array:
    """The key of each id: `key_of(source, id)`; null for a null id. Numbers are written as text first."""
    array = _combined(ids)
    prefix = source.encode() + b"\x1f"
    if not pa.types.is_dictionary(array.type):
        if not (pa.types.is_string(array.type) or pa.types.is_large_string(array.type)):
            array = array.cast(pa.string())
        if hardly_repeats(array):
            hashed = _hashed(prefix, array)
            return pa.array(
                hashed, mask=None if array.null_count == 0 else array.is_null().to_numpy(zero_copy_only=False)
            )
        array = array.dictionary_encode()
    words = pa.array(_hashed(prefix, array.dictionary))
    return words.take(array.indices)


def hardly_repeats(words: pa.Array) -> bool:
    """Whether most words differ. Else (a case id stands in many rows) it is quicker to hash each distinct word once."""
    sample = words.slice(0, 4096)
    return bool(pc.count_distinct(sample).as_py() * 2 > len(sample))


def _bits(column: pa.Array | pa.ChunkedArray) -> NDArray[np.uint64]:
    """64 bits per value: integers as they are, instants as microseconds, words by their hash; null is one constant."""
    array = _combined(column)
    kind = array.type
    if pa.types.is_dictionary(kind):
        words = _bits(array.dictionary)
        codes = array.indices
        bits: NDArray[np.uint64] = np.full(len(array), _NULL, dtype=np.uint64)
        if len(words):
            bits = words[codes.fill_null(0).to_numpy()]
    elif pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_binary(kind):
        if pa.types.is_binary(kind):
            raw = [b"" if value is None else value for value in array.to_pylist()]
            bits = np.array([int.from_bytes(blake2b(v, digest_size=8).digest(), "big") for v in raw], dtype=np.uint64)
        else:
            bits = keys_of("", array).fill_null(0).to_numpy().view(np.uint64)
    elif pa.types.is_timestamp(kind):
        bits = array.cast(pa.timestamp("us", kind.tz)).cast(pa.int64()).fill_null(0).to_numpy().view(np.uint64)
    elif pa.types.is_date32(kind):
        bits = array.cast(pa.int32()).fill_null(0).to_numpy().astype(np.int64).view(np.uint64)
    elif pa.types.is_boolean(kind):
        bits = array.cast(pa.uint8()).fill_null(0).to_numpy().astype(np.uint64)
    elif pa.types.is_integer(kind):
        bits = array.cast(pa.int64()).fill_null(0).to_numpy().view(np.uint64)
    elif pa.types.is_null(kind):
        return np.full(len(array), _NULL, dtype=np.uint64)
    else:  # decimals and lists: their text
        bits = keys_of("", array.cast(pa.string())).fill_null(0).to_numpy().view(np.uint64)
    if array.null_count:
        bits = np.where(array.is_null().to_numpy(zero_copy_only=False), _NULL, bits)
    return bits


def mixed(*columns: pa.Array | pa.ChunkedArray) -> pa.Array:
    """One key per row out of all `columns`, in their order; a null counts as a value of its own, never null itself."""
    if not columns:
        raise ValueError("a key needs at least one column")
    state = np.zeros(len(columns[0]), dtype=np.uint64)
    bits = [_bits(column) for column in columns]
    shifted = np.empty(min(_AT_ONCE, len(state)), dtype=np.uint64)
    for begin in range(0, len(state), _AT_ONCE):
        part = state[begin : begin + _AT_ONCE]
        moved = shifted[: len(part)]
        for column in bits:
            # Unsigned arithmetic on arrays wraps around, which is what the generator wants.
            part ^= column[begin : begin + _AT_ONCE]
            part += _GOLDEN
            for shift, factor in zip(_SHIFT, (_FIRST, _SECOND, None), strict=True):
                np.right_shift(part, shift, out=moved)
                part ^= moved
                if factor is not None:
                    part *= factor
    return pa.array((state >> np.uint64(1)).view(np.int64))


def occurrence(keys: pa.Array | pa.ChunkedArray) -> pa.Array:
    """How many equal keys stand before each row (0, 1, 2 ...), so that two alike rows of a source get two keys.

    The result depends on how many alike rows there are, not on which comes first, because alike rows are equal.
    """
    values = _combined(keys).to_numpy()
    order = np.argsort(values, kind="stable")
    ranked = values[order]
    starts = np.r_[True, ranked[1:] != ranked[:-1]] if len(ranked) else np.zeros(0, dtype=bool)
    position = np.arange(len(ranked))
    since = position - np.maximum.accumulate(np.where(starts, position, 0)) if len(ranked) else position
    counted = np.empty(len(values), dtype=np.int64)
    counted[order] = since
    return pa.array(counted)


def distinct(values: NDArray[np.int64]) -> NDArray[np.int64]:
    """The distinct values, sorted. By sorting: several times quicker here than the hash table of `numpy.unique`.

    The stable sort sees values that lie in runs (rows in their order, tables laid together) and merely merges them.
    """
    ranked: NDArray[np.int64] = np.sort(values, kind="stable")
    if len(ranked) < 2:
        return ranked
    return ranked[np.r_[True, ranked[1:] != ranked[:-1]]]


def numbered(values: NDArray[np.int64]) -> tuple[int, NDArray[np.int64]]:
    """How many different values there are, and a small number for each: equal for equal values, in no certain order.

    Where values lie in order they are counted; otherwise a table of them is several times as quick as sorting.
    """
    if (values[1:] >= values[:-1]).all():
        numbers: NDArray[np.int64] = np.cumsum(np.r_[False, values[1:] != values[:-1]])[: len(values)]
        return (int(numbers[-1]) + 1 if len(values) else 0), numbers
    coded = pc.dictionary_encode(pa.array(values))
    return len(coded.dictionary), np.asarray(coded.indices, dtype=np.int64)


def ordered(*columns: NDArray[Any]) -> NDArray[np.int64]:
    """The places of rows in order of several columns of whole numbers, the first counts most; equal rows as they lie.

    Where the ranges of all fit into one number a row, that is sorted: several times as quick as column by column.
    """
    packed = _packed(columns)
    if packed is None:
        return np.lexsort(columns[::-1])
    order = np.argsort(packed)
    ranked = packed[order]
    tied = ranked[1:] == ranked[:-1]
    if tied.any():
        # The quick sort mixes equal rows: those few are put back as they lay.
        among = np.flatnonzero(np.r_[False, tied] | np.r_[tied, False])
        places = order[among]
        order[among] = places[np.lexsort((places, packed[places]))]
    return order


def _packed(columns: Sequence[NDArray[Any]]) -> NDArray[np.int64] | None:
    """One number a row that orders like all columns; None where their ranges are too wide."""
    size = len(columns[0])
    if not size:
        return np.zeros(0, np.int64)
    ranges = [(int(column.min()), int(column.max())) for column in columns]
    if sum((high - low).bit_length() for low, high in ranges) > _BITS:
        return None
    packed = np.zeros(size, np.int64)
    for column, (low, high) in zip(columns, ranges, strict=True):
        packed <<= (high - low).bit_length()
        packed |= column.astype(np.int64) - low
    return packed
