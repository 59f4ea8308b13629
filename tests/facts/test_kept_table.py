"""A kept table lies in its files as it was, tells what differs since a commit, and says when a file is damaged."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from tallystick.facts.kept_table import COMPACT_AT, MOST_STEPS, KeptTable, swept
from tallystick.vocabulary.errors import IntegrityError


def rows(*keys: int) -> pa.Table:
    return pa.table({"key": pa.array(keys, pa.int64()), "word": pa.array([f"w{key % 3}" for key in keys], pa.string())})


def in_order(table: pa.Table) -> pa.Table:
    return table.sort_by("key")


def built(folder: Path, count: int = 100) -> KeptTable:
    kept = KeptTable(folder, "thing", in_order)
    kept.build(3, rows(*range(count)), "key")
    return kept


def said(table: pa.Table | None) -> list[int] | None:
    return None if table is None else sorted(table.column("key").to_pylist())


def test_what_was_put_away_is_there_again_with_all_its_steps(tmp_path: Path) -> None:
    kept = built(tmp_path)
    kept.step(5, kept.rows.holding("key", np.array([7])), rows(200, 201))
    kept.step(6, kept.rows.holding("key", np.array([200])), rows())
    again = KeptTable.opened(tmp_path, "thing", in_order, kept.state)
    for one in (kept, again):
        assert said(one.rows.whole()) == [*range(7), *range(8, 100), 201]
        assert said(one.since(6)) == []
        assert said(one.since(5)) == [200]
        assert said(one.since(3)) == [7, 200, 200, 201]
        assert said(one.since(4)) == [7, 200, 200, 201]
        assert one.since(2) is None, "before it was built nobody knows"
    swept(tmp_path, again.files)
    assert {path.name for path in tmp_path.iterdir()} == again.files
    swept(tmp_path, set())
    assert list(tmp_path.iterdir()) == []


def test_a_step_that_changes_nothing_makes_no_layer(tmp_path: Path) -> None:
    kept = built(tmp_path)
    kept.step(9, kept.rows.holding("key", np.array([500])), rows())
    assert (len(kept.steps), kept.at) == (1, 9)


def test_layers_are_laid_together_when_they_are_a_tenth_or_many(tmp_path: Path) -> None:
    kept = built(tmp_path)
    kept.step(4, kept.rows.holding("key", np.array([500])), rows(*range(100, 100 + 100 // COMPACT_AT + 2)))
    assert len(kept.rows.layers) == 1
    assert kept.since(3) is None
    large = built(tmp_path / "large", 2000)
    for number in range(4, 4 + MOST_STEPS):
        large.step(number, large.rows.holding("key", np.array([9999])), rows(5000 - number))
    assert len(large.rows.layers) == 1
    assert said(large.rows.whole()) == [*range(2000), *sorted(5000 - number for number in range(4, 4 + MOST_STEPS))]


@pytest.mark.parametrize("harm", ["missing", "short", "without its gone rows"])
def test_a_file_that_is_not_what_was_written_is_refused(tmp_path: Path, harm: str) -> None:
    kept = built(tmp_path)
    (path,) = tmp_path.glob("*.rows.arrow")
    if harm == "missing":
        path.unlink()
    elif harm == "short":
        path.write_bytes(path.read_bytes()[:-9])
    else:
        next(tmp_path.glob("*.gone.npz")).unlink()
    with pytest.raises(IntegrityError):
        KeptTable.opened(tmp_path, "thing", in_order, kept.state)
