"""The program around the commands: the overview, lazy loading, and the one place where errors become sentences.

The overview is written here and each command is a typer application of its own, so that `tally explain` imports
`explain` and nothing else.
"""

from __future__ import annotations

import difflib
import os
import sys
import tempfile
import textwrap
import traceback
import uuid
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tallystick import registry
from tallystick.cli import EXIT_CODES
from tallystick.cli.command import Command
from tallystick.cli.terminal import error_line
from tallystick.cli.writing import refusal
from tallystick.vocabulary.errors import NotFound, TallystickError

if TYPE_CHECKING:
    from typer.exceptions import TyperException

PACKAGE = "tallystick.cli.commands"
BUG = 70
INTERRUPTED = 130
EXAMPLES = (
    ("tally demo", "a filled example: verdicts on screen, a report to open"),
    ("tally init", "begin a folder of your own"),
    ("tally ingest export.csv", "take in records; the columns are guessed and shown"),
    ("tally check contract.yaml", "find every mistake in a contract at once"),
    ("tally assess --period 2026-03", "met or missed, and the money that follows"),
    ("tally explain VERDICT", "from the credit down to the cases behind it"),
)


def _rows(rows: list[tuple[str, str]], indent: int = 2) -> list[str]:
    width = max(len(left) for left, _ in rows)
    lines: list[str] = []
    for left, right in rows:
        wrapped = textwrap.wrap(right, max(30, 100 - width - indent - 3)) or [""]
        lines.append(f"{' ' * indent}{left.ljust(width)}   {wrapped[0]}")
        lines += [" " * (indent + width + 3) + more for more in wrapped[1:]]
    return lines


def overview() -> str:
    """What `tally` and `tally --help` print: examples first, then the commands and the exit codes."""
    entries = registry.load_folder(PACKAGE, Command)
    ordered = sorted(entries.items(), key=lambda entry: (entry[1].order, entry[0]))
    lines = [
        "Usage: tally COMMAND [OPTIONS]",
        "",
        "What was promised, what happened, and what follows: verdicts that both sides can recompute.",
        "",
        "Examples:",
        *_rows(list(EXAMPLES)),
        "",
        "Commands:",
        *_rows([(name.replace("_", "-"), entry.summary) for name, entry in ordered]),
        "",
        "Options:",
        *_rows(
            [("-V, --version", "Show the version and leave."), ("-h, --help", "Show this, or a command's own help.")]
        ),
        "",
        "Exit codes:",
        *_rows([(str(code), meaning) for code, meaning in EXIT_CODES.items()]),
    ]
    return "\n".join(lines) + "\n"


def _help_text(command: Command) -> str:
    return "\n".join([command.summary, "", "\b", "Examples:", *_rows(list(command.examples))])


def application(name: str, command: Command) -> Any:
    """One entry of the catalogue as a typer application."""
    import typer  # 0.1 s that the overview does not pay

    settings = {"help_option_names": ["-h", "--help"], "max_content_width": 110}
    app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    if command.run is not None:
        app.command(name, help=_help_text(command), context_settings=settings)(command.run)
    else:
        app.callback(help=_help_text(command), context_settings=settings)(lambda: None)
        for part, function in command.parts:
            app.command(part, context_settings=settings)(function)
    return typer.main.get_command(app)


def _find(name: str) -> Command:
    entry = registry.load_one(PACKAGE, Command, name.replace("-", "_"))
    if entry is None:
        near = difflib.get_close_matches(name, registry.names(PACKAGE), n=2)
        error = NotFound("command", name, tuple(f"`tally {one}`" for one in near))
        if not near:
            error.cure = "`tally --help` shows them all."
        raise error
    return entry


def _kept(details: str, request: str) -> Path | None:
    """The file in which the details of a bug are kept: in the home, or else the temporary folder. None if in neither.

    Either may refuse it: a home may be read-only, and a disk full.
    """
    name = f"tally-error-{request}.txt"
    home = os.environ.get("TALLY_HOME", "")
    with suppress(OSError):
        if home:
            return _written(Path(home) / name, details)
    with suppress(OSError):
        return _written(Path(tempfile.gettempdir()) / name, details)
    return None


def _written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8", errors="backslashreplace")
    return path


def _report_bug(error: BaseException) -> int:
    """Keep the details in a file and tell the user its name; a stack trace is never shown."""
    request = uuid.uuid4().hex[:12]
    target = _kept("".join(traceback.format_exception(error)), request)
    told = (
        f"The details are in {target}; please send that file with your report."
        if target is not None
        else "The details could not be kept: no folder for them can be written to. Set TMPDIR to one that can."
    )
    error_line(
        f"Something went wrong inside tallystick ({type(error).__name__}), request {request}.",
        f"Nothing was half stored. {told}",
    )
    return BUG


def _dispatch(arguments: list[str]) -> int:
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        sys.stdout.write(overview())
        return 0
    name, rest = arguments[0], arguments[1:]
    if name.startswith("-"):
        raise NotFound("option", name, ("`tally --help`",))
    entry = _find(name)
    import typer  # see application()
    from typer.exceptions import TyperException

    try:
        answer = application(name, entry).main(args=rest, prog_name=f"tally {name}", standalone_mode=False)
    except typer.Exit as leave:
        return leave.exit_code
    except typer.Abort:
        error_line("Stopped.", "Nothing was half stored.")
        return INTERRUPTED
    except TyperException as error:
        context = getattr(error, "ctx", None)
        error_line(_misunderstood(error), f"`{context.command_path if context else f'tally {name}'} --help` shows how.")
        return 2
    return answer if isinstance(answer, int) else 0


def _misunderstood(error: TyperException) -> str:
    """Why arguments are not understood; what pydantic says of a value in the words that texts are told in."""
    from pydantic import ValidationError  # here, so that only a mistake pays for it

    cause, option = error.__cause__, getattr(error, "param", None)
    if not isinstance(cause, ValidationError) or option is None:
        return error.format_message()
    from tallystick.contract.misfit import wrong_value

    return wrong_value(dict(cause.errors(include_url=False)[0]), (option.opts[0],))[0]


def run(arguments: list[str]) -> int:
    """Run the command line and give its exit code."""
    try:
        return _dispatch(arguments)
    except TallystickError as error:
        error_line(error.message, error.cure)
        return error.exit_code
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except OSError as error:
        refused = refusal(error)
        if refused is None:
            return _report_bug(error)
        error_line(refused.message, refused.cure)
        return refused.exit_code
    except KeyboardInterrupt:
        error_line("Stopped.", "Nothing was half stored.")
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001  the command line's last handler
        return _report_bug(error)
