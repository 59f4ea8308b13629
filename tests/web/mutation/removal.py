"""Taking one check away: in a process that has the product loaded, or in one that is going to load it.

As a plugin of pytest (`-p tests.web.mutation.removal`) it takes away what `TALLY_WITHOUT` names, `<file>:<number>`.
"""

from __future__ import annotations

import gc
import importlib.abc
import importlib.machinery
import os
import sys
from pathlib import Path
from types import FunctionType
from typing import Any

from tests.mutation.codes import changed_functions, key_of
from tests.web.mutation.checks import SRC, without

NAMED = "TALLY_WITHOUT"


def remove_from_memory(path: Path, number: int) -> int:
    """Take a check out of every function that holds it, wherever it is referred to; how many functions changed."""
    changed = changed_functions(path, without(path, number))
    count = 0
    for one in gc.get_objects():
        if isinstance(one, FunctionType) and one.__code__.co_filename == str(path):
            code = changed.get(key_of(one.__code__))
            if code is not None:
                one.__code__ = code
                count += 1
    return count


class _Without(importlib.machinery.SourceFileLoader):
    """Loads one file with a check taken away; nothing of it is kept on the disk."""

    number = 0

    def get_code(self, fullname: str) -> Any:
        """The changed code."""
        return compile(without(Path(self.path), self.number), self.path, "exec")


class _Finder(importlib.abc.MetaPathFinder):
    def __init__(self, path: Path, number: int) -> None:
        self.path = path
        self.number = number

    def find_spec(self, name: str, path: Any, target: Any = None) -> Any:
        """The spec of the changed file; None for every other."""
        if not name.startswith("tallystick"):
            return None
        found = importlib.machinery.PathFinder.find_spec(name, path, target)
        if found is None or found.origin != str(self.path):
            return None
        loader = _Without(name, str(self.path))
        loader.number = self.number
        found.loader = loader
        return found


if os.environ.get(NAMED):
    _file, _, _number = os.environ[NAMED].rpartition(":")
    if any(name.startswith("tallystick") for name in sys.modules):
        raise RuntimeError("The product is loaded already, so nothing would be taken away.")
    sys.meta_path.insert(0, _Finder(SRC / _file, int(_number)))
