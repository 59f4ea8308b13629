"""tally init."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tallystick.cli import terminal
from tallystick.cli.command import Command
from tallystick.cli.home import JsonOption, create_home, find_root
from tallystick.cli.writing import FOLDER, writing


def run(
    folder: Annotated[Path | None, typer.Argument(help="The folder to begin [default: ./tally-data].")] = None,
    client: Annotated[str, typer.Option(help="Your company's short name, as contracts write it.")] = "client",
    name: Annotated[str, typer.Option(help="Your company's full name.")] = "",
    zone: Annotated[str, typer.Option(help="IANA zone of local times in files that state none.")] = "UTC",
    json: JsonOption = False,
) -> int:
    """Begin a folder."""
    root = find_root(folder)
    with writing(root, FOLDER):
        home = create_home(root, client, name, zone)
    if json:
        terminal.print_json({"home": str(home.root), "client": home.client, "zone": home.zone})
        return 0
    terminal.key_values({"folder": home.root, "client": home.client, "zone": home.zone})
    terminal.suggest(f"tally ingest FILE --home {home.root}", "take in an export of your helpdesk")
    terminal.suggest(f"tally check {home.root}/contracts/NAME.yaml", "check a contract text")
    return 0


COMMAND = Command(
    summary="Begin a folder for your contracts and records.",
    examples=(
        ("tally init", "begin ./tally-data"),
        ("tally init acme --client acme --zone Europe/Berlin", "name the client and the zone of local times"),
    ),
    run=run,
    order=20,
)
