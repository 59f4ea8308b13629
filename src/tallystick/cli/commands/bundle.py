"""tally bundle."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tallystick.cli import terminal
from tallystick.cli.command import Command
from tallystick.cli.home import HomeOption, JsonOption, open_home
from tallystick.cli.writing import writing
from tallystick.vocabulary.errors import NotFound


def run(
    partner: Annotated[str, typer.Argument(help="Whose period.")],
    period: Annotated[str, typer.Argument(help="The period, for example 2026-03.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Where to write it [default: this folder].")
    ] = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> int:
    """Write an evidence bundle."""
    from tallystick.verdicts.bundle import bundle_name, export_bundle
    from tallystick.verdicts.signing import fingerprint, public_text, signing_key
    from tallystick.verdicts.store import VerdictStore

    place = open_home(home)
    store = VerdictStore(place.folder("verdicts"))
    found = store.judged("*", partner, period)
    if not found:
        near = tuple(f"{one.partner} {one.period}" for one in store.judged("*", partner))[-3:]
        raise NotFound("judged period", f"{partner} {period}", near)
    key = signing_key(place.folder("keys"))
    written = []
    for record in found:
        target = output or Path(bundle_name(record))
        path = target / bundle_name(record) if target.is_dir() else target
        with writing(path):
            written.append(export_bundle(store, record, key, path))
    if json:
        terminal.print_json({"bundles": [str(path) for path in written], "key": fingerprint(public_text(key))})
        return 0
    for path in written:
        terminal.key_values({"bundle": path, "size": f"{path.stat().st_size:,} bytes"})
    terminal.key_values({"signed with": fingerprint(public_text(key)), "public key": public_text(key)})
    terminal.suggest(f"tally verify {written[0]}", "what the other party runs; it needs none of your data")
    return 0


COMMAND = Command(
    summary="Write all that the other party needs to recompute a period's verdicts, signed.",
    examples=(
        ("tally bundle aurora 2026-03", "one partner's month as one file"),
        ("tally bundle aurora 2026-03 -o out/", "into a folder"),
    ),
    run=run,
    order=70,
)
