"""`tally list benchmarks` and `tally explain` of a KPI: context with its source, and a folder's own file."""

from __future__ import annotations

from pathlib import Path

import pytest

from tallystick.home import create_home
from tests.journeys.command_line import tally


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return create_home(tmp_path / "home", "lumen").root


def test_benchmarks_are_listed_with_year_and_source_without_any_folder(tmp_path: Path) -> None:
    answer = tally("list", "benchmarks", "--home", tmp_path / "nowhere")
    assert answer.code == 0
    assert "csat_world_class" in answer.out
    records = {one["id"]: one for one in tally("list", "benchmarks", "--home", tmp_path / "no", "--json").json}
    told = records["csat_world_class"]
    assert (told["kpi"], told["measures"], told["low"], told["year"]) == ("K39", ["csat"], "17/20", 2026)
    assert told["sources"][0]["address"].startswith("https://")


def test_a_folders_own_is_listed_and_explained(home: Path) -> None:
    (home / "benchmarks.yaml").write_text(
        "ours:\n  kpi: K40\n  says: Our trade has 42.\n  year: 2025\n", encoding="utf-8"
    )
    assert "Our trade has 42." in tally("list", "benchmarks", "--home", home).out
    answer = tally("explain", "nps", "--home", home)
    assert answer.code == 0
    assert "as context and never as a target" in answer.out
    assert "Our trade has 42. [2025; own]" in answer.out


def test_a_bad_file_is_told_and_what_ships_still_stands(home: Path) -> None:
    (home / "benchmarks.yaml").write_text("ours:\n  kpi: K40\n  says: High.\n", encoding="utf-8")
    assert "TS-M002" in tally("doctor", "--home", home).err
    for arguments in (["list", "benchmarks"], ["explain", "csat"]):
        answer = tally(*arguments, "--home", home)
        assert answer.code == 1
        assert "TS-M002" in answer.err
        assert "year is missing" in answer.err
        assert "85 % and more" in answer.out
    assert "benchmarks.yaml" in tally("explain", "TS-M002").out


def test_explaining_a_kpi_says_who_uses_it_and_what_is_not_comparable(tmp_path: Path) -> None:
    answer = tally("explain", "K39", "--home", tmp_path / "nowhere")
    assert answer.code == 0
    assert "Customer satisfaction, CSAT (K39)." in answer.out
    assert "Who uses it: the client's managers of partners" in answer.out
    assert "Not comparable: It was published for boxes 1, this figure has 2." in answer.out
    told = tally("explain", "csat", "--home", tmp_path / "nowhere", "--json").json
    assert told["context"][0]["refused"]
    assert told["used_by"]


def test_a_number_that_no_kpi_carries_says_why() -> None:
    answer = tally("explain", "K66")
    assert answer.code == 0
    assert "K66, N-1 resilience: Simulated rather than counted" in answer.out


def test_measures_and_kpis_are_one_list() -> None:
    assert tally("list", "measures", "--json").json == tally("list", "kpis", "--json").json
