"""Columns of integers in one file: an Arrow IPC file of one row, in which each cell is a whole column.

Columns of any length and type stand beside each other, are written without a copy and mapped into memory when they are
read. Nothing is compressed, because that costs more processor time than everything else that a build does; instead a
column takes no more room than it says something:

- the same value in every row: no cell, only the value in the schema's metadata;
- the same value in all but an eighth of the rows: the places and values of the others;
- otherwise the narrowest signed integers that hold it.
"""

from __future__ import annotations

import json
import zlib
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tallystick.vocabulary.errors import IntegrityError

Integers = npt.NDArray[Any]

ABOUT = b"tallystick"
CHECK = b"tallystick.crc32"
# A column of which at most one value in so many differs from the usual one is kept as its exceptions.
RARE = 8
_NARROW = (np.int8, np.int16, np.int32)


class Told(NamedTuple):
    """What is known of a column already: its least and greatest value, and how many differ from the usual one."""

    least: int
    greatest: int
    unusual: int


def same(values: Integers) -> bool:
    """Whether all values are equal; cheap where they are not."""
    if not len(values):
        return True
    first = values[0]
    return bool(values[-1] == first and (values[:256] == first).all() and (values == first).all())


def narrow(values: Integers, known: Told | None = None) -> Integers:
    """The values in the smallest signed type that holds them; unsigned ones as they are."""
    if values.dtype.kind == "u" or not len(values):
        return values
    low, high = (int(values.min()), int(values.max())) if known is None else known[:2]
    for kind in _NARROW:
        limits = np.iinfo(kind)
        if limits.min <= low and high <= limits.max:
            return values.astype(kind, copy=False)
    return values


class ColumnsWriter:
    """Collects columns, then writes them at once."""

    def __init__(self) -> None:
        self._cells: dict[str, pa.Array] = {}
        self._rows: dict[str, int] = {}
        self._always: dict[str, int] = {}
        self._mostly: dict[str, int] = {}

    def put(self, name: str, values: Integers, usual: int = 0, known: Told | None = None) -> None:
        """Add a column; `usual` is the value to look for in most of its rows. What is `known` is not looked for."""
        self._rows[name] = len(values)
        if known.least == known.greatest if known is not None else same(values):
            self._always[name] = int(values[0]) if len(values) else usual
            return
        unusual = np.count_nonzero(values != usual) if known is None else known.unusual
        if unusual * RARE <= len(values):
            places = np.flatnonzero(values != usual)
            self._mostly[name] = usual
            self._cells[f"{name} place"] = pa.array(places.astype(np.int32))
            values, known = values[places], None
        narrowed = narrow(values, known)
        self._cells[name] = pa.array(narrowed.copy() if known is not None and narrowed is values else narrowed)

    def put_array(self, name: str, array: pa.Array) -> None:
        """Add a column as it is: text, or one with nulls."""
        self._cells[name] = array

    def put_plain(self, name: str, values: Integers) -> None:
        """Add a column as it is, so that single values of it can be read where they lie."""
        self._rows[name] = len(values)
        self._cells[name] = pa.array(values)

    def write(self, path: Path, about: dict[str, Any]) -> None:
        """Write all columns into a new file, with `about` beside them; whoever needs it durable syncs it."""
        cells = {
            name: pa.ListArray.from_arrays(pa.array([0, len(array)], pa.int32()), array)
            for name, array in self._cells.items()
        }
        said = {"about": about, "rows": self._rows, "always": self._always, "mostly": self._mostly}
        schema = pa.schema([pa.field(name, cell.type) for name, cell in cells.items()])
        text = json.dumps(said, ensure_ascii=False).encode()
        schema = schema.with_metadata({ABOUT: text, CHECK: str(zlib.crc32(text)).encode()})
        options = pa.ipc.IpcWriteOptions(use_threads=False)
        with pa.OSFile(str(path), "wb") as handle, pa.ipc.new_file(handle, schema, options=options) as writer:
            writer.write_batch(pa.record_batch(list(cells.values()), schema=schema))


class ColumnsFile:
    """The columns of a file, mapped into memory: only what is asked for is read from disk.

    Raises IntegrityError where the file is not one that was written whole.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            with pa.memory_map(str(path)) as handle:
                self._batch = pa.ipc.open_file(handle).get_batch(0)
        except (OSError, pa.ArrowInvalid) as error:
            raise IntegrityError(f"{path} is damaged.", "Facts are built anew out of the records.") from error
        metadata = self._batch.schema.metadata or {}
        if metadata.get(CHECK) != str(zlib.crc32(metadata.get(ABOUT, b""))).encode():
            raise IntegrityError(f"{path} is damaged.", "Facts are built anew out of the records.")
        said = json.loads(metadata[ABOUT])
        self.about: dict[str, Any] = said["about"]
        self._rows: dict[str, int] = said["rows"]
        self._always: dict[str, int] = said["always"]
        self._mostly: dict[str, int] = said["mostly"]

    def rows(self, name: str) -> int:
        """How many values a column has."""
        return self._rows[name]

    def get(self, name: str, kind: Any = np.int32) -> Integers:
        """A column that was put, as integers of one type."""
        if name in self._always:
            return np.full(self._rows[name], self._always[name], kind)
        stored: Integers = self.array(name).to_numpy(zero_copy_only=False)
        if name not in self._mostly:
            return stored.astype(kind, copy=False)
        values = np.full(self._rows[name], self._mostly[name], kind)
        try:
            values[self.array(f"{name} place").to_numpy()] = stored
        except IndexError as error:
            raise IntegrityError(f"{self.path} is damaged.", "Facts are built anew out of the records.") from error
        return values

    def array(self, name: str) -> pa.Array:
        """The stored values of a column."""
        return self._batch.column(name).values
