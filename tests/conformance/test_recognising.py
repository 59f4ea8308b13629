"""Each connector's file is recognised as its own and as no other's, whatever order they are asked in."""

from __future__ import annotations

from pathlib import Path

import pytest

from tallystick.records.connector import Connector
from tallystick.registry import load_folder
from tests.conformance.test_connectors import CONNECTORS, DAY, FOLDER, day_of, sample_of


@pytest.mark.parametrize("name", CONNECTORS)
def test_the_right_connector_is_the_surest_of_each_sample(name: str, tmp_path: Path) -> None:
    path = sample_of(name).write(tmp_path, day_of(DAY), False)
    known = load_folder(FOLDER, Connector)  # type: ignore[type-abstract]
    sure = {other: entry().recognise(path) for other, entry in known.items()}  # type: ignore[operator]
    best = max(sure.values())
    assert [other for other, value in sure.items() if value == best] == [name], sure


@pytest.mark.parametrize("name", CONNECTORS)
def test_a_file_without_rows_is_nobody_elses_either(name: str, tmp_path: Path) -> None:
    path = sample_of(name).write(tmp_path, [], False)
    known = load_folder(FOLDER, Connector)  # type: ignore[type-abstract]
    sure = {other: entry().recognise(path) for other, entry in known.items()}  # type: ignore[operator]
    others = {other: value for other, value in sure.items() if other != name}
    assert max(others.values()) <= max(sure[name], 0.1), sure


def test_tables_of_other_systems_are_taken_for_none_of_these_lists(shared_data: Path) -> None:
    known = load_folder(FOLDER, Connector)  # type: ignore[type-abstract]
    lists = {name: entry() for name, entry in known.items() if name not in ("any_table", "zendesk")}  # type: ignore[operator]
    for path in sorted((shared_data / "exports").glob("*/*.csv")):
        taken = {name: entry.recognise(path) for name, entry in lists.items()}
        assert max(taken.values()) <= 0.1, (path.name, taken)
