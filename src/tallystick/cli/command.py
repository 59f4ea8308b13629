"""What a file of `cli/commands/` defines: one Command."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Command:
    """A command by its function. The file's name is the command's; the docstring's first line is its summary.

    `run` is annotated as typer wants it and returns an exit code (None is 0). `examples` are (command line, what it
    does) and come first in `--help`. A command with parts (`tally contract show`) has `parts` instead of `run`.
    """

    summary: str
    examples: tuple[tuple[str, str], ...]
    run: Callable[..., int | None] | None = None
    parts: tuple[tuple[str, Callable[..., int | None]], ...] = ()
    order: int = 100

    def exit_code(self, returned: Any) -> int:
        """The function's answer as an exit code."""
        return int(returned) if isinstance(returned, int) else 0
