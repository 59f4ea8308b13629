"""Engines in memory: one for a process and its settings, and a private session of it for whoever works with rows.

To make an engine takes some fifteen milliseconds, a session a hundredth of one, and a page or a small file needs
several. Tables that are TEMP, views and registered rows belong to one session and end with it; nothing else is made.
"""

from __future__ import annotations

import os
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

Setting = bool | int | str

# By process, because the threads of an engine do not live on in a fork; an entry of the parent is left as it is there.
_ENGINES: dict[tuple[int, tuple[tuple[str, Setting], ...]], duckdb.DuckDBPyConnection] = {}
_MAKING = Lock()


def session(**settings: Setting) -> duckdb.DuckDBPyConnection:
    """A private session in UTC, without a look at the machine's settings, on the engine that has these settings.

    Close it when done: that frees its tables. An engine that broke (its memory failed) is replaced by a new one.
    """
    import duckdb

    key = (os.getpid(), tuple(sorted(settings.items())))
    with _MAKING:
        if key not in _ENGINES:
            _ENGINES[key] = duckdb.connect(config=dict(settings))
        opened = _ENGINES[key].cursor()
        try:
            opened.execute("set timezone = 'UTC'")
        except duckdb.FatalException:
            _ENGINES[key] = duckdb.connect(config=dict(settings))
            opened = _ENGINES[key].cursor()
            opened.execute("set timezone = 'UTC'")
    opened.execute("set enable_progress_bar = false")
    return opened
