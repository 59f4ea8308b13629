"""Compiled twins of plain integer functions: the same source, once read by a person and once by the machine.

A fold is written as plain Python over integers and arrays and knows nothing of numba. `twins` makes, beside each
function, a compiled one whose globals point at the other twins. Uncompiled, the function is the explanation of a figure
and the second witness of `verify`; compiled, it folds tens of millions of events a second.

numba's disk cache notices a change of a function's own file, but not of a function that it imports. The cache therefore
lies in a folder that is named by everything that can move a figure: the sources of all modules reached, the values of
their constants, and the versions of numba and Python. A changed fold compiles again; it never meets an old cache.

Cost: the first call of a function with new argument types compiles it, which takes from one second (a look-up) to some
ten seconds (a whole case fold); `Twins.cached` says whether the folder already holds compiled code. Later processes
load it within some 50 ms a function. Importing numba itself takes 0.3 to 1 s and happens only inside `twins`.
"""

from __future__ import annotations

import dis
import hashlib
import inspect
import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

from tallystick.vocabulary.errors import UsageError

Function = Callable[..., Any]

# The parts of numba's and Python's own libraries that a fold may name as a module.
_KNOWN_LIBRARIES = ("numpy", "math")

_numba_config_lock = threading.Lock()


class NotCompilable(UsageError):
    """A fold reaches something that has no compiled twin."""

    def __init__(self, module: str, name: str, why: str) -> None:
        super().__init__(
            f"{module} mentions {name!r}, {why}.", "A fold uses integers, arrays and functions of folds only."
        )


@dataclass(frozen=True)
class Twins(Mapping[Function, Function]):
    """The compiled twin of each function of the modules given to `twins`.

    `key` names the cache (64 hexadecimal digits of all that can move a figure); `folder` is where compiled code is
    kept, None where no folder can be written, and then each process compiles anew.
    """

    key: str
    folder: Path | None
    by_function: dict[Function, Function] = field(repr=False)
    refused: dict[Function, NotCompilable | None] = field(repr=False)

    @property
    def cached(self) -> bool:
        """Whether an earlier process left compiled code, so that the first call need not compile."""
        return self.folder is not None and any(self.folder.rglob("*.nbi"))

    def __getitem__(self, function: Function) -> Function:
        """The twin; raises NotCompilable, with the name that stands in its way, where there is none."""
        if refusal := self.refused.get(function):
            raise refusal
        return self.by_function[function]

    def __iter__(self) -> Iterator[Function]:
        return iter(self.by_function)

    def __len__(self) -> int:
        return len(self.by_function)


def cache_root() -> Path:
    """Where this machine keeps what can be made again: $TALLY_CACHE, else the user's cache folder."""
    if named := os.environ.get("TALLY_CACHE"):
        return Path(named)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local")) / "tallystick" / "cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "tallystick"
    return Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "tallystick"


def _functions(module: ModuleType) -> dict[str, FunctionType]:
    """The functions that a module defines itself."""
    return {
        name: value
        for name, value in vars(module).items()
        if isinstance(value, FunctionType) and value.__module__ == module.__name__ and value.__name__ == name
    }


def _names(code: CodeType) -> set[str]:
    """Every global that a function's code, or a function inside it, mentions."""
    found = {part.argval for part in dis.get_instructions(code) if part.opname in ("LOAD_GLOBAL", "LOAD_NAME")}
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            found |= _names(constant)
    return found


def _imports(code: CodeType) -> str:
    """The first module that a function imports in its own body, or nothing."""
    return next((str(part.argval) for part in dis.get_instructions(code) if part.opname == "IMPORT_NAME"), "")


def _reached(module: ModuleType, functions: Iterable[FunctionType]) -> dict[str, Any]:
    """The globals of `module` that `functions` mention, by name."""
    mentioned = sorted({name for function in functions for name in _names(function.__code__)})
    return {name: vars(module)[name] for name in mentioned if name in vars(module)}


def _why_not(value: object) -> str:
    """Why a global cannot stand in compiled code, or nothing where it can. Functions are judged by what they reach."""
    if isinstance(value, ModuleType):
        known = value.__name__.split(".", maxsplit=1)[0] in _KNOWN_LIBRARIES
        return "" if known else "a module; import its functions by name"
    if isinstance(value, FunctionType):
        if value.__module__.split(".", maxsplit=1)[0] in sys.stdlib_module_names:
            return "which is no function of integers"
        home = sys.modules.get(value.__module__)
        named = home is not None and _functions(home).get(value.__name__) is value
        return "" if named and value.__closure__ is None else "a function that is not a module's own"
    if callable(value) and not hasattr(value, "_fields"):
        return "which is no function of integers"
    return ""


class _Folds:
    """Sorts functions into those that can be compiled and those that cannot, with the reason."""

    def __init__(self) -> None:
        self.refused: dict[Function, NotCompilable | None] = {}

    def refusal(self, function: FunctionType) -> NotCompilable | None:
        """Why `function` has no twin, None where it has one; follows every function that it mentions."""
        if function in self.refused:
            return self.refused[function]
        self.refused[function] = None  # functions that call each other in a circle are judged by the rest
        module = sys.modules[function.__module__]
        if imported := _imports(function.__code__):
            self.refused[function] = NotCompilable(
                f"{module.__name__}.{function.__name__}", imported, "which it imports itself"
            )
            return self.refused[function]
        for name, value in [(function.__name__, function), *_reached(module, [function]).items()]:
            why = _why_not(value)
            if why:
                self.refused[function] = NotCompilable(f"{module.__name__}.{function.__name__}", name, why)
            elif isinstance(value, FunctionType) and value is not function:
                self.refused[function] = self.refusal(value)
            if self.refused[function]:
                break
        return self.refused[function]

    def accepted(self) -> dict[str, dict[str, FunctionType]]:
        """The functions that can be compiled, by module name and function name."""
        found: dict[str, dict[str, FunctionType]] = {}
        for function, refusal in self.refused.items():
            if refusal is None and isinstance(function, FunctionType):
                found.setdefault(function.__module__, {})[function.__name__] = function
        return found


def _key(folds: dict[str, dict[str, FunctionType]], options: dict[str, Any]) -> str:
    """The name of the cache: a digest of sources, constants, options and versions."""
    import numba

    parts = [numba.__version__, sys.version, repr(sorted(options.items()))]
    for module_name in sorted(folds):
        module = sys.modules[module_name]
        parts += [module_name, inspect.getsource(module)]
        for name, value in _reached(module, folds[module_name].values()).items():
            if not isinstance(value, FunctionType | ModuleType):
                parts += [name, repr(value.tolist() if hasattr(value, "tolist") else value)]
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def _writable(folder: Path) -> Path | None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return folder if os.access(folder, os.W_OK) else None


def twins(modules: Iterable[ModuleType], *, boundscheck: bool = False, entry: Function | None = None) -> Twins:
    """The compiled twins of every fold function of `modules` and of the modules they reach.

    A fold function is a module-level function that mentions only integers, tuples of integers, arrays and other fold
    functions (imported by name, not through their module), of these modules or any other. Functions of `modules` that
    reach anything else (a class, a library) have no twin, and asking for it raises NotCompilable. `boundscheck` makes
    the compiled code raise IndexError as the plain code does; it costs about a third of the speed.

    With an `entry` that function alone can be called from Python, and all others become part of it: without wrappers,
    without counting references to the arrays they hand on (none may make an array), and put in line. A fold of many
    small functions then runs some ten times as fast, and compiles in half the time.
    """
    import numba

    sorter = _Folds()
    for module in modules:
        for function in _functions(module).values():
            sorter.refusal(function)
    folds = sorter.accepted()
    options: dict[str, Any] = {"nogil": True, "boundscheck": boundscheck}
    if entry is not None:
        options |= {"error_model": "numpy", "_nrt": False, "forceinline": True}
    key = _key(folds, options)
    folder = _writable(cache_root() / "folds" / key)
    spaces = {module_name: dict(vars(sys.modules[module_name])) for module_name in folds}
    made: dict[Function, Function] = {}
    with _numba_config_lock:
        # numba reads the folder when a function is decorated; its own setting is put back for anybody else's code.
        kept = numba.config.CACHE_DIR
        numba.config.CACHE_DIR = str(folder or "")
        try:
            for module_name, functions in folds.items():
                for name, function in functions.items():
                    copy = FunctionType(function.__code__, spaces[module_name], name, function.__defaults__)
                    copy.__kwdefaults__ = function.__kwdefaults__
                    copy.__module__ = module_name
                    copy.__qualname__ = function.__qualname__
                    inner = {"no_cpython_wrapper": entry not in (None, function), "no_cfunc_wrapper": entry is not None}
                    made[function] = numba.njit(copy, cache=folder is not None, **options, **inner)
        finally:
            numba.config.CACHE_DIR = kept
    for module_name, space in spaces.items():
        for name, value in _reached(sys.modules[module_name], folds[module_name].values()).items():
            if isinstance(value, FunctionType):
                space[name] = made[value]
    return Twins(key, folder, made, sorter.refused)
