"""tally backup."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from tallystick.cli import terminal
from tallystick.cli.command import Command
from tallystick.cli.desk import desk_file
from tallystick.cli.home import HomeOption, JsonOption, open_home
from tallystick.cli.writing import writing


def run(
    target: Annotated[Path, typer.Argument(help="The file to write; it must not exist.")],
    home: HomeOption = None,
    json: JsonOption = False,
) -> int:
    """Write a backup."""
    from tallystick.web.backup import write_backup

    root = open_home(home).root
    with writing(target), desk_file(root):
        manifest = write_backup(root, target, datetime.now(UTC))
    files, proof = manifest["files"], manifest["proof"]
    size = sum(entry["bytes"] for entry in files.values())
    if json:
        terminal.print_json({"backup": str(target), "files": len(files), "bytes": size, "proof": proof})
        return 0
    rows = sum(proof["rows"].values())
    terminal.console().print(f"{target}: {len(files)} files, {size / 1e6:,.0f} MB", soft_wrap=True)
    terminal.key_values(
        {
            "records": f"{rows:,} rows in {len(proof['rows'])} tables",
            "judged periods": str(len(proof["verdicts"])),
            "audit chain": f"{proof['chain'][0]} rows, head {proof['chain'][1][:16] or '-'}",
            "signing key": proof["key"] or "none",
        }
    )
    terminal.console().print("Keys are not in it: keep the folder `keys` in another place.", soft_wrap=True)
    terminal.suggest(f"tally restore {target} --home NEW --keys KEYS", "bring it back, and prove it")
    return 0


COMMAND = Command(
    summary="Write everything but the keys into one file that proves itself when it is brought back.",
    examples=(("tally backup /safe/2026-07-03.tar", "while the control room is in use"),),
    run=run,
    order=90,
)
