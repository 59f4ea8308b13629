"""One row per case and per clock: the expensive part, kept up incrementally.

In: the records of a lake (or rows in memory) and clock terms. Out: a fact set. Verb: derive.
Must not know: contracts, measures, what time it is.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tallystick.facts.build import derive, refresh
    from tallystick.facts.fact_set import FactSet
    from tallystick.facts.rows import facts_of_rows, fold_rows
    from tallystick.facts.timeline import trace

# Loaded when asked for, so that a reader of facts does not pay for their making.
_HOMES = {
    "FactSet": "fact_set",
    "derive": "build",
    "facts_of_rows": "rows",
    "fold_rows": "rows",
    "refresh": "build",
    "trace": "timeline",
}

__all__ = ["FactSet", "derive", "facts_of_rows", "fold_rows", "refresh", "trace"]


def __getattr__(name: str) -> Any:
    """One of the names above, from the module that holds it."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
