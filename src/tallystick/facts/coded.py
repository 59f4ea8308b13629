"""Text columns as codes, instants as seconds, keys as arrays: the forms in which facts are made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tallystick.facts.fold.layout import NONE

Integers = npt.NDArray[Any]

LAST_SECOND = (1 << 32) - 2


@dataclass(frozen=True)
class Coded:
    """A text column as codes (NONE for null) and the words that they stand for, each word once."""

    codes: Integers
    words: list[str]

    def at(self, places: Any) -> Coded:
        """The values at some places (or where a mask is true), under the same codes."""
        return Coded(self.codes[places], self.words)

    def among(self, known: Sequence[str], default: int = NONE) -> Integers:
        """The column as places in a closed list of words; null and any other word become `default`."""
        place = {word: index for index, word in enumerate(known)}
        table = np.array([*(place.get(word, default) for word in self.words), default], np.int8)
        found: Integers = table[self.codes]
        return found


def coded(column: Any, known: Sequence[str] | None = None, default: int = NONE) -> Coded:
    """A string or dictionary column, chunked or not, as codes; words stand in the order in which they are met.

    With `known` the codes are places in that closed list, as small integers, and any other word becomes `default`.
    """
    if not pa.types.is_dictionary(column.type):
        column = column.cast(pa.string()).dictionary_encode()
    chunks = column.unify_dictionaries().chunks if isinstance(column, pa.ChunkedArray) else [column]
    words = chunks[0].dictionary.to_pylist() if chunks else []
    place: dict[str, int] = {} if known is None else {word: index for index, word in enumerate(known)}
    if known is None:
        new = [NONE if word is None else place.setdefault(word, len(place)) for word in words]
    else:
        new = [place.get(word, default) for word in words]
    codes = np.empty(len(column), np.int32 if known is None else np.int8)
    table = np.array(new or [NONE], codes.dtype)
    at = 0
    for chunk in chunks:
        out = codes[at : at + len(chunk)]
        at += len(chunk)
        _translated(chunk.indices, table, out)
        if chunk.indices.null_count:
            _without(chunk.indices, NONE if known is None else default, out)
    return Coded(codes, list(place) if known is None else list(known))


def _translated(indices: Any, table: Integers, out: Integers) -> None:
    """Each index through a table. What lies under a null is clipped into the table; `_without` replaces it."""
    bare = pa.Array.from_buffers(indices.type, len(indices), [None, indices.buffers()[1]], offset=indices.offset)
    np.take(table, bare.to_numpy(), out=out, mode="clip")


def _without(indices: Any, missing: int, out: Integers) -> None:
    """Put `missing` where there is no index. Arithmetic over the bits of validity, which no branch can foresee."""
    bits = np.frombuffer(indices.buffers()[0], np.uint8)
    valid = np.unpackbits(bits, bitorder="little")[indices.offset : indices.offset + len(indices)].view(np.int8)
    np.subtract(out, missing, out=out)
    np.multiply(out, valid, out=out)
    np.add(out, missing, out=out)


def recoded(codes: Integers, new: Sequence[int]) -> Integers:
    """`codes` through a table of new codes; NONE stays NONE."""
    table = np.empty(len(new) + 1, np.int32)
    table[:-1] = new
    table[-1] = NONE
    new_codes: Integers = table[codes]
    return new_codes


def seconds(column: Any) -> Integers:
    """A timestamp column as whole UTC seconds, rounded down; null becomes NONE."""
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if isinstance(array, pa.ChunkedArray):
        array = pa.concat_arrays(array.chunks) if array.num_chunks else pa.array([], array.type)
    if pa.types.is_null(array.type):
        return np.full(len(array), NONE, np.int64)
    if pa.types.is_timestamp(array.type) and array.type.unit != "us":
        array = array.cast(pa.timestamp("us", array.type.tz))
    micros = array.view(pa.int64()) if array.null_count == 0 else array.cast(pa.int64())
    if micros.null_count:
        known = micros.is_valid().to_numpy(zero_copy_only=False)
        values = np.clip(micros.fill_null(0).to_numpy() // 1_000_000, 0, LAST_SECOND)
        return np.where(known, values, NONE)
    whole: Integers = micros.to_numpy() // 1_000_000
    if len(whole) and (whole.min() < 0 or whole.max() > LAST_SECOND):
        whole = np.clip(whole, 0, LAST_SECOND)
    return whole


def integers(column: Any) -> Integers:
    """An integer column without nulls as an array."""
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if isinstance(array, pa.ChunkedArray):
        array = pa.concat_arrays(array.chunks) if array.num_chunks else pa.array([], array.type)
    numbers: Integers = array.to_numpy(zero_copy_only=False)
    return numbers


def united(*columns: Coded) -> tuple[list[str], list[Integers]]:
    """One word list for several columns, and each column's codes in it."""
    place: dict[str, int] = {}
    codes = []
    for column in columns:
        new = [place.setdefault(word, len(place)) for word in column.words]
        same = new == list(range(len(new)))
        codes.append(column.codes if same else recoded(column.codes, new))
    return list(place), codes


def joined(columns: Sequence[Coded]) -> Coded:
    """Several columns below each other."""
    words, codes = united(*columns)
    return Coded(np.concatenate(codes) if codes else np.zeros(0, np.int32), words)
