"""tally contract."""

from __future__ import annotations

import difflib
import json as json_format
import sys
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from tallystick.cli import terminal
from tallystick.cli.command import Command
from tallystick.cli.home import HomeOption, JsonOption, open_home
from tallystick.cli.writing import writing
from tallystick.vocabulary.errors import Ambiguous, DataError, NotFound, UsageError

if TYPE_CHECKING:
    from tallystick.contract.dates import ContractDate

PROSE_WIDTH = 100


def find_text(name: str, home: Path | None) -> Path:
    """A contract's file by path, file name or contract id; raises Ambiguous for the id of several texts."""
    from tallystick.contract.load import read

    given = Path(name)
    if given.is_file():
        return given
    known = open_home(home).contracts
    named = [text for text in known if name in (text.name, text.stem)]
    if named:
        return named[0]
    ids: dict[Path, str] = {}
    for text in known:
        contract, _, sound = read(text)
        told = contract or sound
        ids[text] = told.contract if told is not None else text.stem
    found = [text for text in known if ids[text] == name]
    if len(found) > 1:
        raise Ambiguous("contract", name, tuple(text.name for text in found))
    if found:
        return found[0]
    listed = sorted(set(ids.values()))
    raise NotFound("contract", name, tuple(difflib.get_close_matches(name, listed, 3)) or tuple(listed[:3]))


def show(
    contract: Annotated[str, typer.Argument(help="A contract's file or id.")],
    on: Annotated[str, typer.Option(help="The day on which to read it, for example 2026-02-01.")] = "",
    markdown: Annotated[bool, typer.Option("--markdown", help="As Markdown, to put into a document.")] = False,
    home: HomeOption = None,
    json: JsonOption = False,
) -> int:
    """A contract in plain language that a lawyer can read, and the days of it that lie ahead."""
    from tallystick.contract.dates import next_dates
    from tallystick.contract.load import load
    from tallystick.contract.plain import plain
    from tallystick.verdicts.cards import measure_cards

    try:
        day = date.fromisoformat(on) if on else None
    except ValueError as error:
        raise UsageError(f"{on!r} is not a date.", "Write it as 2026-02-01.") from error
    path = find_text(contract, home)
    read, findings = load(path)
    if read is None:
        terminal.print_findings(findings, limit=200)
        raise DataError(f"{contract} is not valid, so it cannot be rendered.", f"`tally check {path}` shows why.")
    text = plain(read, day, cards=measure_cards())
    today = day or datetime.now(ZoneInfo(read.zone)).date()
    ahead = next_dates(read, today)
    if json:
        dates = [
            {"on": one.on, "kind": one.kind.value, "about": one.about, "title": one.title, "state": one.state,
             "until": one.until}
            for one in ahead
        ]  # fmt: skip
        terminal.print_json({"contract": read.contract, "on": day, "text": text, "dates_from": today, "dates": dates})
    elif markdown:
        sys.stdout.write(text)
    else:
        from rich.markdown import Markdown

        console = terminal.console(width=PROSE_WIDTH)
        console.print(Markdown(text))
        console.print(Markdown("\n".join([f"## Days that lie ahead on {today}", "", *_days(ahead)])))
    return 0


def _days(ahead: Sequence[ContractDate]) -> list[str]:
    """The days that lie ahead as a list."""
    from tallystick.contract.dates import DateKind

    said = []
    for one in ahead:
        about = " ".join(part for part in (one.about, one.title) if part)
        link = "for the end on" if one.kind is DateKind.NOTICE else "to"
        then = f"{link} {one.until}" if one.until else one.state
        said.append(f"- {one.on}: {', '.join(part for part in (one.kind.value, about, then) if part)}")
    return said or ["None."]


def schema(
    output: Annotated[Path | None, typer.Option(help="Write it to a file instead.")] = None,
) -> int:
    """The JSON Schema of contract texts, for editors."""
    from tallystick.contract.schema import json_schema

    text = json_format.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"
    if output is None:
        sys.stdout.write(text)
    else:
        with writing(output):
            output.write_text(text, encoding="utf-8")
    return 0


COMMAND = Command(
    summary="Show a contract in plain language, or the schema of contract texts.",
    examples=(
        ("tally contract show lumen-aurora", "what was promised, in sentences"),
        ("tally contract show lumen-aurora --on 2026-02-01", "as amended on that day, and what lies ahead of it"),
        ("tally contract show lumen-aurora --markdown > contract.md", "to put into a document"),
        ("tally contract schema --output contract.schema.json", "completion and checks in your editor"),
    ),
    parts=(("show", show), ("schema", schema)),
    order=45,
)
