"""A file that is read again after further words were mapped: does it read otherwise now?

A word that was learned from another file of the feed changes nothing in a file in which it does not occur.
"""

from __future__ import annotations

import pyarrow as pa

from tallystick.records.arriving import beside_stored, fed, joined, unseen, withdrawn_by
from tallystick.records.file_load import Load
from tallystick.records.lake import Lake
from tallystick.records.table import GENERATION


def settle_generation(load: Load, lake: Lake, before: int, feed: str) -> None:
    """Take the rows of a load back to the generation `before` if they say what the file said then, no more and no less.

    `load.generation` is the one that the rows belong to if they say something else.
    """
    corrected = load.generation
    rows = {name: joined(parts) for name, parts in load.tables.items()}
    load.tables = {name: [part] for name, part in rows.items()}
    if set(withdrawn_by(load, lake, rows)) - {"message_text"}:
        return
    load.generation = before
    earlier = {name: _of_generation(part, before) for name, part in rows.items()}
    if any(_unknown(load, lake, name, part, feed) for name, part in earlier.items()):
        load.generation = corrected
        return
    load.tables = {name: [part] for name, part in earlier.items()}


def _unknown(load: Load, lake: Lake, name: str, rows: pa.Table, feed: str) -> bool:
    fresh = unseen(load, lake, name, fed(load, name, rows, feed))
    if name == "case":
        fresh = beside_stored(load, lake, fresh, feed)
    return bool(fresh.num_rows)


def _of_generation(rows: pa.Table, generation: int) -> pa.Table:
    revision = pa.repeat(pa.scalar(generation * GENERATION, pa.int32()), rows.num_rows)
    return rows.set_column(rows.schema.get_field_index("revision"), "revision", revision)
