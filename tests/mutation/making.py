"""Making one change: in a process that has the product loaded, or in one that is going to load it."""

from __future__ import annotations

import gc
import importlib.abc
import importlib.machinery
import sys
from collections import defaultdict
from collections.abc import Iterable
from functools import _lru_cache_wrapper
from pathlib import Path
from types import FunctionType
from typing import Any

from tests.mutation.changes import Change, changed
from tests.mutation.codes import Key, changed_functions, key_of

# Which files a folder holds, what a text says, how well a name fits: none is a result of a rule.
KEPT = ("tallystick.registry", "tallystick.contract.text_tree", "tallystick.records.connectors._lists")


class Loaded:
    """The functions of some files in this process, and what was kept of their results."""

    def __init__(self, paths: Iterable[Path]) -> None:
        names = {str(path) for path in paths}
        self.functions: dict[tuple[str, Key], list[FunctionType]] = defaultdict(list)
        self.kept: list[Any] = []
        gc.unfreeze()  # what is frozen for the tests is not among the objects
        for one in gc.get_objects():
            if isinstance(one, FunctionType) and one.__code__.co_filename in names:
                self.functions[one.__code__.co_filename, key_of(one.__code__)].append(one)
            elif isinstance(one, _lru_cache_wrapper):
                module = str(getattr(one, "__module__", ""))
                if module.startswith(("tallystick", "tests")) and module not in KEPT:
                    self.kept.append(one)

    def make(self, change: Change) -> int:
        """Put a change into every function that holds it, wherever it is referred to; how many functions changed."""
        count = 0
        for key, code in changed_functions(change.path, changed(change.path, change.number)).items():
            for function in self.functions.get((str(change.path), key), ()):
                function.__code__ = code
                count += 1
        self.forget()
        return count

    def forget(self) -> None:
        """Results that were kept while files were loaded."""
        for one in self.kept:
            one.cache_clear()


class _Changed(importlib.machinery.SourceFileLoader):
    """Loads one file with a change made; nothing of it is kept on the disk."""

    change: Change

    def get_code(self, fullname: str) -> Any:
        """The changed code."""
        return compile(changed(self.change.path, self.change.number), self.path, "exec")


class _Finder(importlib.abc.MetaPathFinder):
    def __init__(self, change: Change) -> None:
        self.change = change

    def find_spec(self, name: str, path: Any, target: Any = None) -> Any:
        """The spec of the changed file; None for every other."""
        if not name.startswith("tallystick"):
            return None
        found = importlib.machinery.PathFinder.find_spec(name, path, target)
        if found is None or found.origin != str(self.change.path):
            return None
        loader = _Changed(name, str(self.change.path))
        loader.change = self.change
        found.loader = loader
        return found


def load_with(change: Change) -> None:
    """From here on the file is loaded with the change; raises RuntimeError where the product is loaded already."""
    if any(name.startswith("tallystick") for name in sys.modules):
        raise RuntimeError("The product is loaded already, so nothing would be changed.")
    sys.meta_path.insert(0, _Finder(change))
