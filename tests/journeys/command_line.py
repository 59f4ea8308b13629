"""The command line as a test uses it: one call, its exit code, and what it wrote."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tallystick.cli.program import run


@dataclass(frozen=True)
class Answer:
    """What one command gave."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """stdout read as JSON, decimals and fractions still as text."""
        return json.loads(self.out)


def tally(*arguments: str | Path) -> Answer:
    """Run one command in this process."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setenv("COLUMNS", "120")  # as wide as a pipe is taken to be, whatever runs the tests
        code = run([str(one) for one in arguments])
    return Answer(code, out.getvalue(), err.getvalue())
