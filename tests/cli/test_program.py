"""The program around the commands."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tallystick import __version__
from tallystick.cli import EXIT_CODES, program


def tally(*arguments: str, cwd: Path | None = None, **extra: str) -> subprocess.CompletedProcess[str]:
    """Run the installed command as a user would."""
    command = [sys.executable, "-c", "from tallystick.cli import main; main()", *arguments]
    environment = {**os.environ, "NO_COLOR": "1", "COLUMNS": "110", **extra}
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, env=environment, check=False)


def test_the_version_is_told_without_loading_a_library(tmp_path: Path) -> None:
    answer = tally("--version", cwd=tmp_path)
    assert (answer.stdout, answer.returncode) == (f"tally {__version__}\n", 0)


def test_the_overview_begins_with_examples_and_ends_with_every_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert program.run([]) == 0
    text = capsys.readouterr().out
    assert text.index("Examples:") < text.index("Commands:") < text.index("Exit codes:")
    assert all(meaning.split(",")[0][:30] in text for meaning in EXIT_CODES.values())


def test_a_mistyped_command_is_answered_with_the_one_that_looks_alike(capsys: pytest.CaptureFixture[str]) -> None:
    assert program.run(["inot"]) == 2
    assert "`tally init`" in capsys.readouterr().err


def test_a_mistyped_option_is_a_sentence_and_exit_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert program.run(["init", "--zon"]) == 2
    assert "--zone" in capsys.readouterr().err


def test_init_begins_a_folder_and_keeps_one_that_exists(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "own"
    assert program.run(["init", str(folder), "--client", "acme", "--zone", "Europe/Berlin", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"home": str(folder), "client": "acme", "zone": "Europe/Berlin"}
    assert program.run(["init", str(folder), "--client", "other"]) == 0
    assert "client: acme" in (folder / "tally.yaml").read_text()


def test_a_bug_shows_a_request_id_and_no_stack_trace(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TALLY_HOME", str(tmp_path))
    monkeypatch.setattr(program, "_find", lambda name: 1 / 0)
    assert program.run(["init"]) == program.BUG
    shown = capsys.readouterr().err
    assert "Traceback" not in shown
    (details,) = tmp_path.glob("tally-error-*.txt")
    assert details.stem.removeprefix("tally-error-") in shown
    assert "ZeroDivisionError" in details.read_text()


def refusing(*folders: Path, error: OSError | None = None) -> Callable[..., int]:
    """`Path.write_text` in a world where nothing may be written into some folders."""
    kept = Path.write_text

    def write(path: Path, *given: Any, **named: Any) -> int:
        if path.parent in folders:
            raise error or PermissionError(errno.EACCES, "Permission denied", str(path))
        return kept(path, *given, **named)

    return write


def test_a_bug_in_a_home_that_may_not_be_written_to_keeps_its_details_in_the_temporary_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    home, spare = tmp_path / "home", tmp_path / "spare"
    spare.mkdir()
    home.mkdir()
    monkeypatch.setenv("TALLY_HOME", str(home))
    monkeypatch.setattr(tempfile, "tempdir", str(spare))
    monkeypatch.setattr(Path, "write_text", refusing(home))
    monkeypatch.setattr(program, "_find", lambda name: 1 / 0)
    assert program.run(["init"]) == program.BUG
    (details,) = spare.glob("tally-error-*.txt")
    assert str(details) in " ".join(capsys.readouterr().err.split())


def test_a_bug_where_nothing_can_be_kept_is_told_all_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TALLY_HOME", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    full = OSError(errno.ENOSPC, "No space left on device")
    monkeypatch.setattr(Path, "write_text", refusing(tmp_path, error=full))
    monkeypatch.setattr(program, "_find", lambda name: 1 / 0)
    assert program.run(["init"]) == program.BUG
    shown = capsys.readouterr().err
    assert "ZeroDivisionError" in shown
    assert "could not be kept" in shown
    assert "Traceback" not in shown


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (PermissionError(errno.EACCES, "Permission denied", "lake/x"), "lake/x cannot be read or written"),
        (OSError(errno.EROFS, "Read-only file system", "lake/x"), "lake/x cannot be read or written"),
        (OSError(errno.ENOSPC, "No space left on device"), "A file cannot be written: No space left"),
    ],
)
def test_a_file_that_the_system_refuses_is_no_bug(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, error: OSError, words: str
) -> None:
    def find(name: str) -> None:
        raise error

    monkeypatch.setattr(program, "_find", find)
    assert program.run(["init"]) == 2
    shown = capsys.readouterr().err
    assert words in shown
    assert "Try:" in shown


def test_a_part_of_a_command_names_its_own_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert program.run(["invoice", "check"]) == 2
    assert "`tally invoice check --help`" in capsys.readouterr().err
    assert program.run(["invoice"]) == 2
    assert "`tally invoice --help`" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (["explain", "x", "--rows", "x"], "`--rows` must be a whole number, not 'x'."),
        (["explain", "x", "--rows=-1"], "`--rows` must be at least 0, not '-1'."),
        (["integrity", "--rows=-1"], "`--rows` must be at least 0, not '-1'."),
        (["serve", "--port", "99999"], "`--port` must be at most 65535, not '99999'."),
    ],
)
def test_an_option_that_is_no_number_is_told_in_our_words(
    capsys: pytest.CaptureFixture[str], given: list[str], words: str
) -> None:
    assert program.run(given) == 2
    assert words in " ".join(capsys.readouterr().err.split())
