"""The curve of how long people stay, from a list of agents that somebody took in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tallystick.cli import program
from tallystick.home import create_home

LIST = """agent id,start date,end date,partner
a1,2026-01-05,2026-02-10,aurora
a2,2026-01-05,,aurora
a3,2026-01-19,2026-04-01,aurora
a4,2026-02-02,,aurora
b1,2026-02-02,2026-02-05,borealis
"""
AS_OF = ["--as-of", "2026-06-01T00:00Z"]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    people = tmp_path / "people.csv"
    people.write_text(LIST)
    assert program.run(["ingest", str(people), "--home", str(tmp_path / "home")]) == 0
    return tmp_path / "home"


def test_the_curve_of_one_partner_is_shown_and_told(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of four, one left after 36 days and one after 72: three quarters, then half."""
    capsys.readouterr()
    assert program.run(["survival", "aurora", "--home", str(home), *AS_OF]) == 0
    shown = capsys.readouterr().out
    assert "4 stays, 2 ended; half had left after 72 days." in shown
    assert "75.0" in shown
    assert program.run(["survival", "aurora", "--home", str(home), *AS_OF, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [(step["day"], step["at_risk"], step["left"]) for step in told["steps"]] == [(36, 4, 1), (72, 3, 1)]
    assert (told["people"], told["left"], told["median_days"]) == (4, 2, 72)


def test_nothing_after_the_instant_shows(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    arguments = ["survival", "aurora", "--home", str(home), "--as-of", "2026-03-01T00:00Z", "--json"]
    assert program.run(arguments) == 0
    assert json.loads(capsys.readouterr().out)["left"] == 1


def test_a_cohort_is_those_who_started_in_it(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    cohort = ["--from", "2026-02-01", "--to", "2026-03-01"]
    assert program.run(["survival", "--home", str(home), *AS_OF, *cohort, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["people"] == 2


def test_an_unknown_partner_a_broken_day_and_no_records_are_told(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert program.run(["survival", "corvus", "--home", str(home)]) != 0
    assert "corvus" in capsys.readouterr().err
    assert program.run(["survival", "--home", str(home), "--from", "yesterday"]) != 0
    assert "2026-03-01" in capsys.readouterr().err
    create_home(tmp_path / "other")
    assert program.run(["survival", "--home", str(tmp_path / "other")]) != 0
    assert "no records yet" in capsys.readouterr().err
