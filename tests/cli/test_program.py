"""The program around the commands."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

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
