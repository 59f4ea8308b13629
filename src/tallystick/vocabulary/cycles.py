"""Doing without Python's search for cycles while many small objects without one are made."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_search_for_cycles() -> Iterator[None]:
    """Tens of thousands of small objects without a cycle would set off that search again and again.

    It takes a third to a half of the time. Where several threads do so at once the first to end switches it on again,
    which costs the others time and nothing else.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
