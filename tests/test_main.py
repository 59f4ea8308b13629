"""`python -m tallystick` is the command `tally`: the same answers and the same exit codes."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tallystick import __version__


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [(["--version"], 0, f"tally {__version__}\n"), (["no-such-command"], 2, "no-such-command")],
)
def test_the_module_runs_the_command_and_leaves_with_its_code(arguments: list[str], code: int, says: str) -> None:
    command = [sys.executable, "-m", "tallystick", *arguments]
    answer = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, "NO_COLOR": "1"}, timeout=120
    )
    assert answer.returncode == code
    assert says in answer.stdout + answer.stderr


def test_importing_it_runs_nothing() -> None:
    command = [sys.executable, "-c", "import tallystick.__main__"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert (answer.returncode, answer.stdout, answer.stderr) == (0, "", "")
