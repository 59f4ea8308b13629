"""Where the layers of a fact set are put: files in a folder, and `state.json`, which names what holds.

The state is renamed into place last, so that a set which a killed process left half written is never seen. Files are
made durable beside the work and all of them before the state.
"""

from __future__ import annotations

import json
import os
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, Self

import numpy as np

from tallystick.facts import layers
from tallystick.facts.coded import Integers
from tallystick.facts.layers import Layer, Stored, StoredFile
from tallystick.vocabulary.canonical import digest
from tallystick.vocabulary.errors import IntegrityError
from tallystick.vocabulary.scope import Scope

STATE = "state.json"
SUFFIX = ".arrow"


class Shelf:
    """Puts layers into a folder; without one they stay in memory."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self._pool = ThreadPoolExecutor(2) if folder is not None else None
        self._pending: list[Future[None]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown()

    def keep(self, name: str, facts: Stored, gone: Integers | None = None) -> Layer:
        """Put a layer's facts; `gone` are the keys of cases that are no more."""
        without = np.zeros(0, np.int64) if gone is None else gone
        if self.folder is None or self._pool is None:
            return Layer(name, facts, without)
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{name}{SUFFIX}"
        layers.write(path, facts)
        self._pending.append(self._pool.submit(_sync, path))
        layer = Layer(name, StoredFile(path), without)
        layer.know(facts)
        return layer

    def settle(self, state: dict[str, Any], kept: tuple[Layer, ...]) -> None:
        """Put the state in place once all files are durable; files that `kept` does not hold are removed."""
        if self.folder is None or self._pool is None:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        beside = self.folder / f".{STATE}.part"
        beside.write_text(json.dumps(state), encoding="utf-8")
        self._pending.append(self._pool.submit(_sync, beside))
        for done in self._pending:
            done.result()
        beside.replace(self.folder / STATE)
        # Makes the names of the new files and that of the state durable at once: before, nobody was told of either.
        _sync(self.folder)
        living = {f"{layer.name}{SUFFIX}" for layer in kept}
        for path in self.folder.glob(f"*{SUFFIX}"):
            if path.name not in living:
                path.unlink()

    def sizes(self, kept: tuple[Layer, ...]) -> list[int]:
        """How many bytes the file of each layer has; 0 for one in memory."""
        if self.folder is None:
            return [0] * len(kept)
        return [(self.folder / f"{layer.name}{SUFFIX}").stat().st_size for layer in kept]


def scope_name(scope: Scope) -> str:
    """A folder's name for a scope."""
    if scope.partners is None:
        return "client"
    return digest(sorted(scope.partners))[:16]


def read_state(folder: Path | None) -> dict[str, Any] | None:
    """The state in a folder; None where there is none that can be read."""
    if folder is None:
        return None
    try:
        state: dict[str, Any] = json.loads((folder / STATE).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return state


def taken(folder: Path, state: dict[str, Any]) -> tuple[Layer, ...] | None:
    """The layers that a state names; None where a file is not as it was put there."""
    found = []
    for part in state["layers"]:
        content = StoredFile(folder / f"{part['name']}{SUFFIX}")
        try:
            if content.path.stat().st_size != part["bytes"]:
                return None
            content.words  # noqa: B018  opens the file, which holds it against its own check
        except (FileNotFoundError, IntegrityError):
            return None
        found.append(Layer(part["name"], content, np.array(part["gone"], np.int64)))
    return tuple(found)


def _sync(path: Path) -> None:
    """Make a file or folder durable."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
