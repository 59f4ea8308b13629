"""What differs between the two homes of a fact table: Arrow tables in memory, and relations of DuckDB.

This is the only module of the stage that knows an engine, and DuckDB is imported only by the caller who hands over its
relations. `Sums` says what to add up: a relation gives one Arrow table with the group columns, whole-number sums and
lists of gathered keys; Arrow tables are added up by `by_cell`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.measures.measure import Word
from tallystick.vocabulary.errors import UsageError

Frame = nw.LazyFrame[Any] | nw.DataFrame[Any]
WORTH_MARKING = 0.25


@dataclass(frozen=True)
class Sums:
    """Columns to group by, conditions to count, whole numbers to add, and (values, condition) to gather in lists."""

    groups: tuple[str, ...]
    counts: tuple[str, ...]
    totals: tuple[str, ...]
    lists: tuple[tuple[str, str, str], ...] = ()


def is_lazy(native: Any) -> bool:
    """Whether `native` is a relation of an engine; an Arrow table is not. Raises UsageError for anything else."""
    if isinstance(native, pa.Table):
        return False
    if type(native).__module__.partition(".")[0] in ("duckdb", "_duckdb"):
        return True
    raise UsageError(
        f"A fact table cannot be a {type(native).__name__}.", "Hand over an Arrow table or a DuckDB relation."
    )


def framed(native: Any) -> Frame:
    """A fact table as a Narwhals frame."""
    return cast("Frame", nw.from_native(native))


def prepared(native: Any, instants: Iterable[str], words: Iterable[Word], codes: Iterable[str] = ()) -> Any:
    """A fact table with what expressions ask of its columns.

    `<name>_second` for each instant: UTC seconds since 1970, rounded down; for each word the column that answers it;
    `<name>_code` for each column of words that is asked as numbers: 60 bits of the word's MD5, which both homes know.
    """
    if is_lazy(native):
        made = [f"(epoch_us({_quoted(name)}) // 1000000)::BIGINT AS {_quoted(name + '_second')}" for name in instants]
        made += [f"{_is_one_of(word)} AS {_quoted(word.flag)}" for word in words]
        made += [f"('0x' || substr(md5({_quoted(one)}), 1, 15))::BIGINT AS {_quoted(one + '_code')}" for one in codes]
        return native.project(", ".join(["*", *made])) if made else native
    for name in instants:
        microseconds = native.column(name).cast(pa.int64())
        native = native.append_column(f"{name}_second", _floor_to_seconds(microseconds))
    for word in words:
        native = native.append_column(word.flag, _answered(native.column(word.column), word.words))
    for name in codes:
        native = native.append_column(f"{name}_code", _numbered(native.column(name)))
    return native


def _is_one_of(word: Word) -> str:
    listed = ", ".join("'" + one.replace("'", "''") + "'" for one in word.words)
    return f"coalesce({_quoted(word.column)} IN ({listed}), false)"


def _answered(column: pa.ChunkedArray, words: tuple[str, ...]) -> pa.ChunkedArray:
    coded = column if pa.types.is_dictionary(column.type) else pc.dictionary_encode(column)
    chunks = []
    for chunk in coded.chunks:
        fits = np.array([*(value in words for value in chunk.dictionary.to_pylist()), False])
        chunks.append(as_bits(fits.take(codes_of(chunk, len(fits) - 1))))
    return pa.chunked_array(chunks, pa.bool_())


def _numbered(column: pa.ChunkedArray) -> pa.ChunkedArray:
    coded = column if pa.types.is_dictionary(column.type) else pc.dictionary_encode(column)
    chunks = []
    for chunk in coded.chunks:
        digests = [hashlib.md5(word.encode(), usedforsecurity=False) for word in chunk.dictionary.to_pylist()]
        codes = pa.array([int(one.hexdigest()[:15], 16) for one in digests], pa.int64())
        chunks.append(codes.take(chunk.indices))
    return pa.chunked_array(chunks, pa.int64())


# Arrow's own ways from and to numpy import pandas wherever it is installed, which takes a short command half a second.


def codes_of(words: pa.DictionaryArray, missing: int) -> npt.NDArray[np.int32]:
    """The codes of words, `missing` where there is none."""
    codes = words.indices.cast(pa.int32())
    found = np.frombuffer(codes.buffers()[1] or b"", dtype=np.int32)[codes.offset :][: len(codes)]
    if not codes.null_count:
        return found
    return np.where(as_truths(codes.is_valid()), found, np.int32(missing))


def as_truths(bits: pa.BooleanArray) -> npt.NDArray[np.bool_]:
    """Arrow's bits as truths; there is no null among them."""
    if not len(bits):
        return np.zeros(0, dtype=np.bool_)
    packed = np.frombuffer(bits.buffers()[1], dtype=np.uint8)
    return np.unpackbits(packed, count=bits.offset + len(bits), bitorder="little")[bits.offset :].view(np.bool_)


def as_bits(truths: npt.NDArray[np.bool_]) -> pa.BooleanArray:
    """Truths as Arrow's bits."""
    packed = pa.py_buffer(np.packbits(truths, bitorder="little"))
    return pa.Array.from_buffers(pa.bool_(), len(truths), [None, packed])


def _floor_to_seconds(microseconds: pa.ChunkedArray) -> pa.ChunkedArray:
    million = pa.scalar(1_000_000, pa.int64())
    whole = pc.divide(microseconds, million)
    above = pc.greater(pc.multiply(whole, million), microseconds)
    return pc.subtract(whole, above.cast(pa.int64()))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def added_up(relation: Any, sums: Sums) -> pa.Table:
    """One row for each group of a relation, in no particular order; no row where it has none."""
    groups = [_quoted(name) for name in sums.groups]
    wanted = [*groups]
    wanted += [f"CAST(count_if({_quoted(name)}) AS BIGINT) AS {_quoted(name)}" for name in sums.counts]
    wanted += [f"CAST(sum({_quoted(name)}) AS BIGINT) AS {_quoted(name)}" for name in sums.totals]
    wanted += [
        f"list({_quoted(value)}) FILTER (WHERE {_quoted(where)}) AS {_quoted(name)}"
        for name, value, where in sums.lists
    ]
    return relation.aggregate(", ".join(wanted), ", ".join(groups)).to_arrow_table()


def kept(frame: Frame, condition: nw.Expr, mark: str | None = None) -> Frame:
    """The rows that fulfil a condition; an Arrow table of which all do is handed back without a copy.

    With `mark` a table of which not a few do keeps every row, and a column of that name says which are meant.
    """
    if isinstance(frame, nw.LazyFrame):
        return frame.filter(condition)
    native = frame.to_native()
    fits = frame.select(condition.alias("fits")).to_native().column("fits")
    fitting = pc.sum(fits).as_py() or 0
    if fitting == native.num_rows:
        return frame
    # Copying the rows of many columns takes longer than to compute marks for rows that nobody asks for.
    if mark is None or fitting < native.num_rows * WORTH_MARKING:
        return framed(native.filter(fits))
    return framed(native.append_column(mark, pc.fill_null(fits, False)))


def listed(frame: Frame) -> pa.Table:
    """The rows of a frame as an Arrow table, words written out."""
    native = frame.to_native()
    if is_lazy(native):
        return cast("pa.Table", native.to_arrow_table())
    columns = [
        column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column
        for column in native.columns
    ]
    return pa.table(columns, names=native.column_names)
