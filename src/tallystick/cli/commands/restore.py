"""tally restore."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tallystick.cli import terminal
from tallystick.cli.command import Command
from tallystick.cli.home import JsonOption
from tallystick.cli.writing import FOLDER, writing


def run(
    archive: Annotated[Path, typer.Argument(help="The backup.")],
    home: Annotated[Path, typer.Option("--home", help="The folder to make; it must be empty or absent.")],
    keys: Annotated[
        Path | None, typer.Option("--keys", help="The folder with the keys, if originals shall be readable.")
    ] = None,
    json: JsonOption = False,
) -> int:
    """Bring a backup back."""
    from tallystick.vocabulary.errors import IntegrityError
    from tallystick.web.backup import restore

    with writing(home, FOLDER):
        manifest = restore(archive, home, keys)
    chain = manifest["proof"]["chain"][0]
    if chain and keys is not None:
        from tallystick.web import server

        server.set_up(home)
        from tallystick.web.desk.audit import verify_desk

        found = verify_desk(home / "keys")
        if not found.holds:
            raise IntegrityError(found.finding, "Restore an earlier backup.")
    told = {
        "home": str(home),
        "made_at": manifest["made_at"],
        "rows": sum(manifest["proof"]["rows"].values()),
        "judged_periods": len(manifest["proof"]["verdicts"]),
        "audit_rows": chain,
    }
    if json:
        terminal.print_json(told)
        return 0
    terminal.console().print(f"{home} is as it was at {manifest['made_at']}.", soft_wrap=True)
    terminal.key_values(
        {
            "records": f"{told['rows']:,} rows, counted again",
            "verdicts": f"{told['judged_periods']} judged periods; three recomputed from their evidence",
            "audit chain": f"{chain} rows, the same head" + (", walked from the first" if keys else ""),
        }
    )
    if keys is None:
        terminal.console().print(
            "Without --keys nothing that was encrypted can be read, and a new signing key is made at the next use.",
            soft_wrap=True,
        )
    return 0


COMMAND = Command(
    summary="Bring a backup back into an empty folder, and compare it with what it said of itself.",
    examples=(("tally restore /safe/2026-07-03.tar --home tally-data --keys /safe/keys", "on a new machine"),),
    run=run,
    order=91,
)
