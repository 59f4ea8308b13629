"""SHA-256 of a file, of a folder by the names and contents of its files, and of canonical rows by their values."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.records.table import STORAGE
from tallystick.vocabulary.canonical import digest
from tallystick.vocabulary.errors import UsageError


def digest_of_path(path: Path) -> str:
    """64 hexadecimal digits; empty where there is nothing to read. A folder's is independent of its place and order."""
    if path.is_dir():
        inside = sorted(part for part in path.rglob("*") if part.is_file())
        return digest({part.relative_to(path).as_posix(): digest_of_path(part) for part in inside})
    if not path.is_file():
        return ""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def rows_digest(rows: pa.Table) -> str:
    """SHA-256 of canonical rows as read: names, types and values column by column, 64 hexadecimal digits.

    It depends on nothing but the values and their order: chunks, offsets and what lies under a null are normalised.
    Storage columns must not be in it; `Lake.read` leaves them out.
    """
    if storage := STORAGE.intersection(rows.column_names):
        raise UsageError(f"A digest of canonical rows covers no storage column, such as {min(storage)!r}.")
    total = hashlib.sha256()
    for name, column in zip(rows.column_names, rows.columns, strict=True):
        array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
        if isinstance(array, pa.ChunkedArray):
            array = pa.concat_arrays(array.chunks) if array.num_chunks else pa.array([], array.type)
        if pa.types.is_dictionary(array.type):
            array = array.dictionary_decode()
        total.update(f"{name}\x1f{array.type}\x1f{len(array)}\x1e".encode())
        total.update(np.packbits(array.is_valid().to_numpy(zero_copy_only=False)).tobytes())
        kind = array.type
        if pa.types.is_timestamp(kind):
            array = array.cast(pa.int64())
        elif pa.types.is_date32(kind):
            array = array.cast(pa.int32())
        elif pa.types.is_decimal(kind):
            array = array.cast(pa.string())
        if pa.types.is_string(array.type) or pa.types.is_binary(array.type):
            filled = array.fill_null(b"" if pa.types.is_binary(array.type) else "")
            total.update(pc.binary_length(filled).to_numpy().astype("<i4").tobytes())
            _, bounds, letters = filled.buffers()
            if len(filled) and letters is not None:
                ends = np.frombuffer(bounds, dtype=np.int32)[filled.offset : filled.offset + len(filled) + 1]
                total.update(memoryview(letters)[int(ends[0]) : int(ends[-1])])
        elif pa.types.is_boolean(array.type):
            total.update(np.packbits(array.fill_null(False).to_numpy(zero_copy_only=False)).tobytes())
        else:
            whole = array.cast(pa.int64()).fill_null(0)
            total.update(whole.to_numpy().astype("<i8").tobytes())
    return total.hexdigest()
