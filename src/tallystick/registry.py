"""A folder is a catalogue: one file, one entry, named alike. There is no list to edit.

`load_folder("tallystick.measures.kpi", Measure)` imports each module of the folder and takes the one `Measure` it
defines; the entry's id is the file's name. Files that begin with `_` are passed over. Entry points of the group
`tallystick.<folder>` admit other people's packages. Catalogues are read-only.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from types import MappingProxyType, ModuleType
from typing import Any, TypeVar, cast

Entry = TypeVar("Entry")


class CatalogueError(RuntimeError):
    """A file of a catalogue breaks its rule; a bug, so it crashes."""


def _entry_of(module: ModuleType, kind: type[Entry]) -> Entry:
    sort: Any = kind  # a class can be a key, whatever its own idea of equality
    return cast("Entry", _only_entry(module, sort))


@cache
def _only_entry(module: ModuleType, kind: Any) -> Any:
    found = [
        value
        for name, value in vars(module).items()
        if not name.startswith("_")
        and (isinstance(value, kind) or (isinstance(value, type) and issubclass(value, kind) and value is not kind))
        and getattr(value, "__module__", module.__name__) in (module.__name__, kind.__module__)
    ]
    if len(found) != 1:
        raise CatalogueError(f"{module.__name__} defines {len(found)} {kind.__name__}; a file holds exactly one.")
    return found[0]


@cache
def _points(package: str) -> tuple[EntryPoint, ...]:
    """Entry points of a folder; reading them takes longer than importing a file."""
    return tuple(entry_points(group=package))


@cache
def load_folder(package: str, kind: type[Entry]) -> Mapping[str, Entry]:
    """Every entry of a folder by id, sorted by id; raises CatalogueError where a file does not hold exactly one."""
    folder = importlib.import_module(package)
    entries: dict[str, Entry] = {}
    for info in pkgutil.iter_modules(folder.__path__):
        if info.name.startswith("_"):
            continue
        entries[info.name] = _entry_of(importlib.import_module(f"{package}.{info.name}"), kind)
    for point in _points(package):
        if point.name in entries:
            raise CatalogueError(f"{point.value} brings {point.name!r}, which {package} has already.")
        entries[point.name] = _entry_of(point.load(), kind)
    return MappingProxyType(dict(sorted(entries.items())))


def load_one(package: str, kind: type[Entry], name: str) -> Entry | None:
    """One entry by id without importing its neighbours, or None where there is no such file.

    Loading one file is what keeps the command line quick: a call that needs one entry pays for one.
    """
    if not name.isidentifier() or name.startswith("_"):
        return None
    for point in _points(package):
        if point.name == name:
            return _entry_of(point.load(), kind)
    try:
        module = importlib.import_module(f"{package}.{name}")
    except ModuleNotFoundError as error:
        if error.name == f"{package}.{name}":
            return None
        raise
    return _entry_of(module, kind)


def names(package: str) -> tuple[str, ...]:
    """The ids of a folder's entries without importing them."""
    folder = importlib.import_module(package)
    own = {info.name for info in pkgutil.iter_modules(folder.__path__) if not info.name.startswith("_")}
    return tuple(sorted(own | {point.name for point in _points(package)}))
