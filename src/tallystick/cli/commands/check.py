"""tally check."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from tallystick.cli import terminal
from tallystick.cli.command import Command
from tallystick.cli.home import HomeOption, JsonOption, find_root, open_home
from tallystick.vocabulary.errors import NotFound
from tallystick.vocabulary.finding import Finding, Severity


def chosen(texts: list[Path] | None, home: Path | None) -> list[Path]:
    """The contract texts named, or every one of the folder."""
    if texts:
        for text in texts:
            if not text.exists():
                raise NotFound("contract text", str(text))
        return texts
    if not find_root(home).joinpath("tally.yaml").is_file():
        error = NotFound("contract text", "")
        error.cure = "Name a file: `tally check contract.yaml`."
        raise error
    found = open_home(home).contracts
    if not found:
        error = NotFound("contract text", "")
        folder = open_home(home).folder("contracts")
        error.cure = f"Put your contract's YAML into {folder}; docs/guide/contract.md shows how to write one."
        raise error
    return found


def _line(text: Path, findings: list[Finding], contract: Any) -> None:
    from rich.text import Text

    counts = {severity: sum(f.severity is severity for f in findings) for severity in Severity}
    if contract is None:
        verdict = ("✖ invalid", "bold red")
    elif counts[Severity.ERROR]:
        # A lock that does not hold, or a worked example that comes out otherwise: the text itself can be read.
        verdict = ("✖ valid, with errors", "bold red")
    elif findings:
        verdict = ("● valid, with remarks", "yellow")
    else:
        verdict = ("● valid", "green")
    told = ", ".join(f"{count} {severity}{'s' * (count != 1)}" for severity, count in counts.items() if count)
    terminal.console().print(Text.assemble((str(text), "bold"), "  ", verdict, f"  {told}" if told else ""))


def run(
    texts: Annotated[list[Path] | None, typer.Argument(help="Contract texts [default: all of the folder].")] = None,
    lock: Annotated[bool, typer.Option("--lock", help="Freeze holidays and zones of valid texts, signed.")] = False,
    home: HomeOption = None,
    json: JsonOption = False,
) -> int:
    """Check contract texts."""
    from tallystick.billing.examples import rate_example_findings
    from tallystick.contract.check import check_path
    from tallystick.verdicts.cards import measure_cards
    from tallystick.verdicts.examples import example_findings

    results: list[dict[str, Any]] = []
    invalid = 0
    for text in chosen(texts, home):
        contract, findings = check_path(text, measure_cards())
        if contract is not None:
            findings = [*findings, *example_findings(contract), *rate_example_findings(contract)]
        locked = None
        if lock and contract is not None:
            from tallystick.contract.lock import write_lock
            from tallystick.verdicts.signing import signing_key

            keys = find_root(home) / "keys" if find_root(home).is_dir() else text.parent / "keys"
            locked = write_lock(contract, text, signing_key(keys))
            findings = [f for f in findings if f.id not in _lock_rules()]
        invalid += contract is None or any(f.severity is Severity.ERROR for f in findings)
        results.append(
            {
                "file": str(text),
                "valid": contract is not None,
                "lock": str(locked) if locked else None,
                "findings": [finding.as_json() for finding in findings],
            }
        )
        if not json:
            _line(text, findings, contract)
            terminal.print_findings(findings, limit=200)
            if locked:
                terminal.key_values({"locked": locked})
    if json:
        terminal.print_json(results)
    elif not invalid and not lock and not all(Path(one["file"]).with_suffix(".lock").is_file() for one in results):
        terminal.suggest("tally check --lock", "freeze holidays and zones, so that no package can move a closed month")
    return 1 if invalid else 0


def _lock_rules() -> set[str]:
    from tallystick.contract.rule import reading_rule

    return {reading_rule(name).id for name in ("lock_missing", "lock_changed")}


COMMAND = Command(
    summary="Find every mistake in a contract text at once, with line and cure.",
    examples=(
        ("tally check contract.yaml", "check one text"),
        ("tally check", "check every text of the folder"),
        ("tally check --lock", "and freeze holidays and zone changes, signed, beside each valid text"),
        ("tally explain TS-C071", "what a rule means and how to cure it"),
    ),
    run=run,
    order=40,
)
