"""A table kept in files, layer by layer, with the state of the lake after which each layer came.

The first layer is a whole build. Each step adds what came and notes which rows of earlier layers are gone, so that
`since` can tell what differs from any state that the table has been at. Layers are Arrow files that are mapped, not
read; nothing is compressed, because that costs more than everything else a refresh does.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from tallystick.facts.layered import NOWHERE, Layered, Places, plain
from tallystick.vocabulary.errors import IntegrityError

# Layers are laid together when what came since the first reaches this share of the rows, or at so many steps.
COMPACT_AT = 10
MOST_STEPS = 40
_SUFFIX, _GONE = ".rows.arrow", ".gone.npz"


@dataclass(frozen=True)
class Step:
    """One layer: after which commit of the lake it came, its file and size, and the places that it took away."""

    number: int
    file: str
    bytes: int
    gone: Places

    @property
    def name(self) -> str:
        """What its files begin with."""
        return self.file.removesuffix(_SUFFIX)


@dataclass
class KeptTable:
    """One table in a folder; `state` is what it has to remember, for the owner of the folder to write down.

    `settle` puts rows in the order in which a whole table lies.
    """

    folder: Path
    name: str
    settle: Callable[[pa.Table], pa.Table]
    order: str = ""
    steps: list[Step] = field(default_factory=list)
    layered: Layered | None = None
    at: int = 0

    @classmethod
    def opened(
        cls, folder: Path, name: str, settle: Callable[[pa.Table], pa.Table], state: Mapping[str, Any]
    ) -> KeptTable:
        """The table that a state describes; raises IntegrityError where a file is not what was written."""
        found = cls(folder, name, settle, state["order"], at=state["at"])
        layers: list[pa.Table] = []
        gone: list[Any] = []
        for one in state["steps"]:
            path = folder / one["file"]
            try:
                if path.stat().st_size != one["bytes"]:
                    raise _damaged(path)
                rows = _mapped(path)
                taken = _gone_in(path.with_name(path.name.removesuffix(_SUFFIX) + _GONE), len(layers))
            except (OSError, ValueError, KeyError, pa.ArrowInvalid) as error:
                raise _damaged(path) from error
            gone = [np.union1d(old, new) for old, new in zip(gone, taken, strict=True)]
            layers.append(rows)
            gone.append(NOWHERE)
            found.steps.append(Step(one["number"], one["file"], one["bytes"], taken))
        found.layered = Layered(tuple(layers), tuple(gone), found.order, settle=settle)
        return found

    @property
    def state(self) -> dict[str, Any]:
        """What `opened` needs."""
        listed = [{"number": one.number, "file": one.file, "bytes": one.bytes} for one in self.steps]
        return {"order": self.order, "at": self.at, "steps": listed}

    @property
    def files(self) -> set[str]:
        """The names of its files."""
        return {name for one in self.steps for name in (one.file, one.name + _GONE)}

    @property
    def rows(self) -> Layered:
        """The rows that count."""
        if self.layered is None:
            raise IntegrityError(f"{self.name} was never built.", "This is a bug.")
        return self.layered

    def build(self, number: int, rows: pa.Table, order: str = "") -> None:
        """Begin anew with a whole table, as it was after a commit."""
        self.order, self.steps, self.at = order, [], number
        self.layered = Layered.of(self._kept(number, rows, ()), order, self.settle)

    def step(self, number: int, without: Places, more: pa.Table) -> None:
        """Rows that came and rows that went by a commit; laid together with all others where they have become many."""
        now = self.rows
        self.at = number
        if not more.num_rows and not any(len(places) for places in without):
            return
        changed = now.changed(without, more)
        if changed.added * COMPACT_AT >= changed.size or len(self.steps) >= MOST_STEPS:
            self.build(number, changed.whole(), self.order)
            return
        kept = self._kept(number, more, without)
        gone = (*changed.gone[: len(now.layers)], NOWHERE)
        self.layered = Layered((*now.layers, kept), gone, self.order, settle=self.settle)

    def since(self, number: int) -> pa.Table | None:
        """The earlier and the present version of every row that differs from how it was after a commit.

        None where that is not known any more.
        """
        if not self.steps or number < self.steps[0].number:
            return None
        layers = self.rows.layers
        later = [(place, one) for place, one in enumerate(self.steps) if one.number > number]
        parts = [plain(layers[place]) for place, _ in later]
        for _, one in later:
            went = [(rows, places) for rows, places in zip(layers, one.gone, strict=False) if len(places)]
            parts += [plain(rows.take(pa.array(places))) for rows, places in went]
        return pa.concat_tables(parts) if parts else plain(layers[0].slice(0, 0))

    def _kept(self, number: int, rows: pa.Table, gone: Places) -> pa.Table:
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{self.name}-{number:012d}{_SUFFIX}"
        beside = path.with_name(f".{path.name}.part")
        whole = pa.table({name: one_piece(rows.column(name)) for name in rows.column_names})
        with pa.OSFile(str(beside), "wb") as handle, pa.ipc.new_file(handle, whole.schema) as writer:
            writer.write_table(whole)
        np.savez(path.with_name(path.name.removesuffix(_SUFFIX) + _GONE), *gone)
        beside.replace(path)
        self.steps.append(Step(number, path.name, path.stat().st_size, gone))
        return _mapped(path)


def one_piece(column: pa.ChunkedArray) -> pa.Array:
    """A column in one piece, the codes of words no wider than they need to be."""
    if pa.types.is_dictionary(column.type):
        column = column.unify_dictionaries()
    if column.num_chunks == 0:
        return pa.array([], column.type)
    whole = column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
    if isinstance(whole, pa.ChunkedArray):
        whole = whole.chunk(0)
    if not pa.types.is_dictionary(whole.type):
        return whole
    wide = (
        pa.int8() if len(whole.dictionary) < 1 << 7 else pa.int16() if len(whole.dictionary) < 1 << 15 else pa.int32()
    )
    return pa.DictionaryArray.from_arrays(whole.indices.cast(wide), whole.dictionary.cast(pa.string()))


def sync(folder: Path, names: set[str]) -> None:
    """Make files of a folder survive a loss of power."""
    for path in [*(folder / name for name in sorted(names)), folder]:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def swept(folder: Path, living: set[str]) -> None:
    """Remove the files of layers that no table holds any more."""
    for path in folder.iterdir():
        if path.name.endswith((_SUFFIX, _GONE)) and path.name not in living:
            path.unlink()


def _mapped(path: Path) -> pa.Table:
    with pa.memory_map(str(path)) as handle, pa.ipc.open_file(handle) as file:
        return file.read_all()


def _gone_in(path: Path, layers: int) -> Places:
    with np.load(path) as found:
        places = [found[f"arr_{place}"].astype(np.int64) for place in range(len(found.files))]
    return (*places, *([NOWHERE] * (layers - len(places))))


def _damaged(path: Path) -> IntegrityError:
    return IntegrityError(f"{path} is damaged.", "Facts are built anew out of the records.")
