"""Clocks as a file keeps them: packed alike by compiled and by plain code, and put back exactly."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tallystick.facts.columns_file import ColumnsFile, ColumnsWriter
from tallystick.facts.fold.layout import (
    CLOCK_FIELDS,
    R_CASE,
    R_DUE_AT,
    R_N,
    R_OWNER_START,
    R_PRIORITY,
    R_PROGRAMME,
    R_QUEUE,
    R_RUNNING_SINCE,
    R_START_AT,
    R_STOP_AT,
    R_TARGET_S,
    ROW_WIDTH,
)
from tallystick.facts.packing import Packer, Unpacked, clock_type

CASES = 40
FAR = (1 << 32) - 5_000  # an instant in the year 2106, beyond what 32 bits with a sign hold


def some_rows(seed: int, targets: int, words: int) -> tuple[np.ndarray, np.ndarray, list[int]]:
    """Clocks of some cases, several for most, with instants far apart; the creations, and how many words there are."""
    draw = np.random.default_rng(seed)
    count = 300
    rows = draw.integers(-1, 3_000, (count, ROW_WIDTH))
    rows[:, R_CASE] = np.sort(draw.integers(0, CASES, count))
    rows[:, R_N] = 1 + np.arange(count) - np.searchsorted(rows[:, R_CASE], rows[:, R_CASE])
    rows[:, R_TARGET_S] = draw.integers(-1, targets, count) * 100_000_000
    for field in (R_START_AT, R_STOP_AT, R_DUE_AT, R_RUNNING_SINCE):
        rows[:, field] = np.where(draw.random(count) < 0.2, -1, draw.integers(0, FAR, count))
    for field in (R_PROGRAMME, R_QUEUE, R_PRIORITY, R_OWNER_START):
        rows[:, field] = draw.integers(-1, words, count)
    return rows.astype(np.int32), draw.integers(0, FAR, CASES).astype(np.uint32), [words + 1] * 4


def kept(path: Path, rows: np.ndarray, created_at: np.ndarray, bases: list[int], *, compiled: bool) -> ColumnsFile:
    writer = ColumnsWriter()
    writer.put("case.created_at", created_at)
    packer = Packer(writer, created_at, bases, compiled=compiled)
    targets = packer.put(3, rows)
    packer.put(4, np.zeros((1, ROW_WIDTH), np.int32))  # the memory of the packer serves the next kind
    writer.write(path, {"bases": bases, "targets": {"3": targets, "4": [0]}})
    return ColumnsFile(path)


@pytest.mark.parametrize("compiled", [False, True])
@pytest.mark.parametrize(("targets", "words"), [(0, 2), (3, 12), (20, 300)])
def test_every_column_comes_back_as_it_was(tmp_path: Path, targets: int, words: int, compiled: bool) -> None:
    rows, created_at, bases = some_rows(targets + words, targets, words)
    file = kept(tmp_path / "file.arrow", rows, created_at, bases, compiled=compiled)
    for place, name in enumerate(CLOCK_FIELDS):
        found = Unpacked(file, 3).column(name).astype(clock_type(name))
        assert np.array_equal(found.view(np.int32), rows[:, place]), name


@pytest.mark.parametrize(("targets", "words"), [(3, 12), (20, 300)])
def test_compiled_and_plain_code_write_the_same_file(tmp_path: Path, targets: int, words: int) -> None:
    made = []
    for compiled in (False, True):
        path = tmp_path / f"{compiled}.arrow"
        kept(path, *some_rows(7, targets, words), compiled=compiled)
        made.append(path.read_bytes())
    assert made[0] == made[1]
