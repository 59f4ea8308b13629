"""tally verify."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from tallystick.cli import terminal
from tallystick.cli.command import Command
from tallystick.cli.home import HomeOption, JsonOption, open_home
from tallystick.vocabulary.errors import NotFound, TallystickError

# Of a bundle's file; a period's name never ends so.
ENDING = ".zip"


def _answers(what: list[str], key: str | None, home: Path | None) -> list[Any]:
    from tallystick.verdicts.verify import linked, verify_bundle, verify_kept

    files = [Path(name) for name in what]
    if files and all(path.is_file() for path in files):
        return linked([verify_bundle(path, public_key=key) for path in files])
    missing = [path for path in files if path.suffix == ENDING and not path.is_file()]
    if missing:
        error = NotFound("file", str(missing[0]))
        error.cure = "Name the bundle's file with its folder; `tally bundle` says where it wrote one."
        raise error
    from tallystick.verdicts.store import VerdictStore

    store = VerdictStore(open_home(home).folder("verdicts"))
    records = store.judged()
    if what:
        wanted = set(what)
        records = [one for one in records if wanted & {one.partner, one.period, f"{one.partner}/{one.period}"}]
    if not records:
        error = NotFound("bundle or judged period", " ".join(what))
        error.cure = "Name a bundle's file, or judge first: `tally assess`."
        raise error
    return [verify_kept(store, record) for record in records]


def compared_with(key: str | None, signer: str, home: Path | None) -> str:
    """Which key the signer's was held against, and what to do where there was none."""
    from tallystick.verdicts.signing import fingerprint

    if key is not None:
        return f"the key given by --key, {fingerprint(key)}"
    own = [place for place in _own_keys(home) if fingerprint(place.read_text(encoding="utf-8").strip()) == signer]
    if own:
        return f"no other party's key; it is this folder's own, {own[0].name}"
    return "no key: whoever signed it made it, and who that is is not known. Ask for the key by another way, then --key"


def _own_keys(home: Path | None) -> list[Path]:
    """The public keys of this folder; none outside of one, where a bundle verifies as well."""
    try:
        return sorted(open_home(home).folder("keys").glob("*.pub"))
    except TallystickError:
        return []


def run(
    what: Annotated[
        list[str] | None, typer.Argument(help="Bundles, or partners and periods kept here [default: all].")
    ] = None,
    key: Annotated[str | None, typer.Option(help="The public key that must have signed it.")] = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> int:
    """Recompute verdicts."""
    from rich.text import Text

    answers = _answers(what or [], key, home)
    if json:
        terminal.print_json([answer.as_json() for answer in answers])
        return 0 if all(answer.holds for answer in answers) else 1
    for answer in answers:
        mark = ("● the same, byte for byte", "green") if answer.holds else ("▲ differs", "bold red")
        behind = f"{terminal.counted(answer.cases, 'case')} and {terminal.counted(answer.events, 'event')}"
        told = f"  {terminal.counted(len(answer.verdicts), 'verdict')} from {behind}"
        terminal.console().print(Text.assemble((answer.source, "bold"), "  ", mark, told if answer.holds else ""))
        if answer.key:
            terminal.key_values({"signed with": answer.key, "compared with": compared_with(key, answer.key, home)})
        terminal.print_findings(answer.findings)
    return 0 if all(answer.holds for answer in answers) else 1


COMMAND = Command(
    summary="Recompute verdicts from a bundle, or from the evidence kept here, byte for byte.",
    examples=(
        ("tally verify aurora-2026-03.tally", "a bundle, in any folder, without the lake or the engine"),
        ("tally verify aurora-*.tally.zip", "several bundles, and that later ones rest on what earlier ones say"),
        ("tally verify aurora/2026-03", "a period kept here"),
        ("tally verify", "everything kept here"),
    ),
    run=run,
    order=72,
)
