"""Correct whose a queue or an agent is: newer versions of every touched row, in one commit."""

from __future__ import annotations

from collections.abc import Mapping as AbstractMapping
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from tallystick.records import attribution, commits, mapping_file
from tallystick.records.attribution import Holders
from tallystick.records.holding import moves, renamed, stored_rows, worked_out
from tallystick.records.ingest import open_lake
from tallystick.records.lake import Change
from tallystick.records.word_meanings import mapping_rows, stored_mapping
from tallystick.vocabulary.canonical import digest
from tallystick.vocabulary.errors import UsageError
from tallystick.vocabulary.scope import Scope


def reattribute(
    home: Path | str,
    *,
    source: str,
    kind: str,
    words: AbstractMapping[str, str],
    as_of: datetime,
    valid_from: datetime | None = None,
) -> dict[str, int]:
    """Correct which partner queues or agents belong to: newer versions of the touched rows, in one commit.

    `kind` is `queue` or `agent`, `words` leads from the source's word to the partner, from `valid_from` on (None:
    always). An undated correction also goes into the saved mappings of the source, so that the next ingest agrees.
    Returns how many rows moved, by table. Saying what is known already changes nothing.
    """
    if kind not in ("queue", "agent"):
        raise UsageError(f"{kind!r} cannot be attributed.", "Attribute a queue or an agent.")
    root = Path(home)
    with open_lake(root) as lake, commits.locked(lake.root):
        everyone = Scope.of_client(lake.client)
        known = {
            (row["raw"], row["valid_from"]): row["meaning"]
            for row in stored_mapping(lake, source)
            if row["kind"] == kind
        }
        fresh = [(kind, raw, whose) for raw, whose in sorted(words.items()) if known.get((raw, valid_from)) != whose]
        if not fresh:
            return {}
        load_id = digest({"reattribute": [list(part) for part in fresh], "source": source, "as_of": as_of})[:24]
        rows = mapping_rows(source, fresh, load_id, as_of, valid_from)
        held = lake.read(everyone, "mapping")
        stale = pc.is_in(held.column("mapping_key"), value_set=rows.column("mapping_key").combine_chunks())
        together = pa.concat_tables([held.filter(pc.invert(stale)), rows.select(held.column_names)])
        holders = Holders.of_rows(together, source)
        keys = attribution.cases_with(
            lake, source, "queue" if kind == "queue" else "owner", [raw for _, raw, _ in fresh]
        )
        stored = stored_rows(lake, keys)
        by_source = {**attribution.holders_by_source(lake), source: holders}
        found = moves(stored, worked_out(stored, {}, {}, holders, by_source), load_id)
        # What moves with a case and what goes by the words alone are never of one case: no row is in both.
        others = renamed(lake, source, {kind: [raw for _, raw, _ in fresh]}, by_source, keys, load_id)
        for name, part in others.items():
            found[name] = pa.concat_tables([found[name], part]) if name in found else part
        changes = [Change("mapping", rows), *(Change(name, part) for name, part in found.items())]
        if valid_from is None:
            _save_words(root, source, kind, words)
        lake.commit(changes, load_id=load_id, kind="reattribution")
        return {name: part.num_rows for name, part in found.items()}


def _save_words(home: Path, source: str, kind: str, words: AbstractMapping[str, str]) -> None:
    part = {"queue": "queues", "agent": "agents"}[kind]
    for saved in mapping_file.load_all(home):
        if saved.source == source:
            mapping_file.save(home, saved.with_(**{part: {**getattr(saved, part), **words}}))
