"""The control room's database where it is damaged, refused, or held by another process."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tallystick.cli.desk import desk_file
from tallystick.home import create_home
from tallystick.vocabulary.errors import DataError, Unavailable, UsageError
from tallystick.web.place import DATABASE, DESK
from tests.journeys.command_line import tally


@pytest.fixture
def damaged(tmp_path: Path) -> Path:
    """A home whose desk is no database."""
    root = create_home(tmp_path / "home").root
    (root / DESK).mkdir()
    (root / DESK / DATABASE).write_bytes(b"This was a database once, before something wrote over it." * 40)
    return root


def test_a_desk_that_is_no_database_is_told_as_damaged(damaged: Path) -> None:
    target = damaged.parent / "kept.tar"
    answer = tally("backup", target, "--home", damaged)
    assert answer.code == 3
    assert "desk.sqlite3 is damaged: file is not a database" in " ".join(answer.err.split())
    assert "Restore the desk" in answer.err
    assert not target.exists()


def test_a_desk_that_may_not_be_written_to_is_told_as_a_mistake_of_the_request(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite3"
    with closing(sqlite3.connect(path)) as made:
        made.execute("CREATE TABLE a (b)")
    with (
        pytest.raises(UsageError, match="cannot be read or written: attempt to write a readonly database"),
        closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as desk,
        desk_file(tmp_path),
    ):
        desk.execute("INSERT INTO a VALUES (1)")


def test_a_desk_that_another_process_holds_may_be_asked_again(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite3"
    with closing(sqlite3.connect(path, isolation_level=None)) as one, closing(sqlite3.connect(path, timeout=0)) as two:
        one.execute("BEGIN EXCLUSIVE")
        with pytest.raises(Unavailable, match="is in use"), desk_file(tmp_path):
            two.execute("CREATE TABLE a (b)")


def test_an_error_of_ours_in_a_question_stays_a_bug(tmp_path: Path) -> None:
    with (
        closing(sqlite3.connect(tmp_path / "x.sqlite3")) as desk,
        pytest.raises(sqlite3.OperationalError),
        desk_file(tmp_path),
    ):
        desk.execute("SELECT nothing FROM nowhere")
    with pytest.raises(DataError, match="as it was"), desk_file(tmp_path):
        raise DataError("as it was")


@pytest.mark.parametrize("command", [("ledger",), ("credits",), ("audit", "verify"), ("serve", "--port", "8399")])
def test_each_command_that_opens_a_damaged_desk_says_so(damaged: Path, command: tuple[str, ...]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tallystick", *command, "--home", str(damaged)],
        capture_output=True, text=True, check=False, env={**os.environ, "COLUMNS": "200"},
    )  # fmt: skip
    assert done.returncode == 3, done.stderr
    assert "desk.sqlite3 is damaged" in done.stderr
