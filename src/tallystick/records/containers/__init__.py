"""Files as they arrive: unpacked safely, letters and delimiters guessed and shown, every row accounted for.

In: a path. Out: a table in an engine, bad rows with their reasons, findings; or DamagedContainer.
Verb: opened. Must not know: what a column means, any canonical table, the lake.
"""

from tallystick.records.containers.container import Container, forget, open_container, opened
from tallystick.records.containers.loaded import BadRow, Column, Loaded
from tallystick.records.containers.trouble import RULES, InputRule, damaged, finding

__all__ = [
    "RULES",
    "BadRow",
    "Column",
    "Container",
    "InputRule",
    "Loaded",
    "damaged",
    "finding",
    "forget",
    "open_container",
    "opened",
]
