"""What a source's words mean, as rows of table `mapping` and as holders of cases."""

from __future__ import annotations

from collections.abc import Mapping as AbstractMapping
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa

from tallystick.records import attribution
from tallystick.records.attribution import Holders
from tallystick.records.keys import mixed
from tallystick.records.lake import Lake
from tallystick.records.table import INSTANT, table
from tallystick.records.tables.mapping import EVERY_PARTNER
from tallystick.vocabulary.scope import Scope


def stored_mapping(lake: Lake | None, source: str) -> list[dict[str, Any]]:
    """The canonical rows of `mapping` for one source."""
    if lake is None:
        return []
    rows = lake.read(Scope.of_client(lake.client), "mapping")
    return [row for row in rows.to_pylist() if row["source"] == source]


def mapping_rows(
    source: str,
    words: Sequence[tuple[str, str, str]],
    load_id: str,
    as_of: datetime,
    valid_from: datetime | None = None,
) -> pa.Table:
    """(kind, raw, meaning) as complete rows of table `mapping`. What a status means is everybody's to see."""
    declared = table("mapping")
    since = None if valid_from is None else micros(valid_from)
    count = len(words)
    columns: dict[str, Any] = {
        "source": pa.array([source] * count, pa.string()),
        "kind": pa.array([kind for kind, _, _ in words], pa.string()),
        "raw": pa.array([raw for _, raw, _ in words], pa.string()),
        "meaning": pa.array([meaning for _, _, meaning in words], pa.string()),
        "valid_from": pa.array([since] * count, INSTANT),
        "partner_given": pa.nulls(count, pa.string()),
        "source_at": pa.array([micros(as_of)] * count, INSTANT),
        "revision": pa.array([0] * count, pa.int32()),
        "load_id": pa.array([load_id] * count, pa.string()),
        "partner": pa.array(
            [meaning if kind in ("queue", "agent", "partner") else EVERY_PARTNER for kind, _, meaning in words],
            pa.string(),
        ),
    }
    columns["mapping_key"] = mixed(*(columns[name] for name in ("source", "kind", "raw", "valid_from")))
    columns["row_hash"] = mixed(columns["meaning"], columns["partner"])
    return pa.table({name: columns[name] for name in declared.schema.names}, schema=declared.schema)


def holders_with(stored: Holders, queues: AbstractMapping[str, str], agents: AbstractMapping[str, str]) -> Holders:
    """Stored holders with the words of a mapping laid over: its undated entry replaces the stored undated one."""

    def over(
        old: AbstractMapping[str, attribution.History], new: AbstractMapping[str, str]
    ) -> dict[str, attribution.History]:
        found = dict(old)
        for word, partner in new.items():
            if partner:
                dated = tuple(part for part in found.get(word, ()) if part[0] > -(2**61))
                found[word] = ((-(2**62), partner), *dated)
        return found

    return Holders(over(stored.queues, queues), over(stored.agents, agents))


def micros(moment: datetime) -> int:
    """An aware instant as UTC microseconds since 1970."""
    return int(moment.timestamp()) * 1_000_000 + moment.microsecond
