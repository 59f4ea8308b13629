"""Rows for the folds come through the scope, those of the mapping too."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from tallystick.facts.source import Source
from tallystick.records import commits
from tallystick.records.lake import Change, Lake
from tallystick.vocabulary.scope import Scope
from tests.facts.histories import World


def test_a_partners_words_are_its_own_and_those_that_hold_for_everybody(tmp_path: Path) -> None:
    words = World(3).mapping_rows()
    shared = words.to_pylist()
    own = [
        {**shared[0], "mapping_key": at, "kind": "queue", "raw": f"{partner}-queue", "partner": partner}
        for at, partner in enumerate(("aurora", "borealis"), start=1)
    ]
    with Lake.create(tmp_path / "lake", "lumen") as lake:
        with commits.locked(lake.root):
            lake.commit([Change("mapping", pa.Table.from_pylist([*shared, *own], words.schema))], load_id="load")
        told = {
            scope: set(Source(lake, scope, lake.pin()).mapping().column("partner").to_pylist())
            for scope in (Scope.of_client("lumen"), Scope.of_partner("lumen", "aurora"))
        }
    assert list(told.values()) == [{"*", "aurora", "borealis"}, {"*", "aurora"}]
