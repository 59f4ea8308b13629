"""The copy of the records holds what the lake would read, whatever arrived, and knows what differs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from tallystick.facts.row_copy import RowCopy
from tallystick.records.lake import Lake
from tallystick.records.table import table
from tallystick.vocabulary.errors import ScopeError
from tallystick.vocabulary.scope import Scope
from tests.facts.floor_histories import SAID, Floor, load

CLIENT, AURORA = Scope.of_client("lumen"), Scope.of_partner("lumen", "aurora")
TABLES = sorted(set(SAID) - {"survey_response"})


def sorted_rows(rows: pa.Table, name: str) -> list[dict[str, Any]]:
    columns = list(table(name).content)
    return rows.select(columns).sort_by(table(name).key).to_pylist()


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.long) for seed in (1, 2))])
def test_the_copy_equals_the_lake_in_every_scope_after_random_loads(tmp_path: Path, seed: int) -> None:
    floor = Floor(seed)
    stepped = 0
    with Lake.create(tmp_path / "lake", "lumen") as lake:
        load(lake, floor.begin(), 0)
        for number in range(7):
            copy = RowCopy(lake)
            copy.bring(lake.pin(), TABLES)
            for scope in (CLIENT, AURORA):
                for name in TABLES:
                    read = sorted_rows(lake.read(scope, name), name)
                    assert sorted_rows(copy.rows(scope, name).whole(), name) == read, f"{seed} {number} {name}"
            stepped += sum(len(copy.rows(CLIENT, name).layers) > 1 for name in TABLES)
            load(lake, floor.news(TABLES, 8), number + 1)
    assert stepped > 10


def test_it_tells_the_versions_before_and_after_in_the_scope_that_asks(tmp_path: Path) -> None:
    floor = Floor(5)
    with Lake.create(tmp_path / "lake", "lumen") as lake:
        load(lake, floor.begin(), 0)
        RowCopy(lake).bring(lake.pin(), ["action"])
        name, row = next((name, row) for name, row in floor.rows["action"].items() if row["partner"] == "aurora")
        moved = row | {"partner": "borealis", "_version": 10**6}
        load(lake, {"action": [moved]}, 1)
        copy = RowCopy(lake)
        copy.bring(lake.pin(), [])
        everybody, own = copy.since(CLIENT, "action", 1), copy.since(AURORA, "action", 1)
        assert everybody is not None
        assert own is not None
        assert sorted(everybody.column("partner").to_pylist()) == ["aurora", "borealis"]
        assert own.column("partner").to_pylist() == ["aurora"], "what another partner got is none of its business"
        assert set(everybody.column("action_id").to_pylist()) == {name}
        with pytest.raises(ScopeError):
            copy.rows(None, "action")  # type: ignore[arg-type]
        with pytest.raises(ScopeError):
            copy.since(None, "action", 1)  # type: ignore[arg-type]


def test_a_damaged_copy_is_made_anew(tmp_path: Path) -> None:
    floor = Floor(6)
    with Lake.create(tmp_path / "lake", "lumen") as lake:
        load(lake, floor.begin(), 0)
        copy = RowCopy(lake)
        copy.bring(lake.pin(), ["action"])
        (path,) = copy.folder.glob("action-*.rows.arrow")
        path.write_bytes(b"broken")
        again = RowCopy(lake)
        again.bring(lake.pin(), ["action"])
        assert sorted_rows(again.rows(CLIENT, "action").whole(), "action") == sorted_rows(
            lake.read(CLIENT, "action"), "action"
        )
