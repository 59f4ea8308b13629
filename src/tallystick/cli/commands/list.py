"""tally list."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from tallystick.cli import terminal
from tallystick.cli.command import Command
from tallystick.cli.home import HomeOption, JsonOption, open_home
from tallystick.vocabulary.errors import NotFound

Rows = tuple[tuple[str, ...], list[tuple[Any, ...]]]


def _kpis(_: Path | None) -> Rows:
    from tallystick.measures.measure import catalogue

    return ("id", "KPI", "unit", "better", "definition"), [
        (name, measure.source, measure.unit, measure.better, measure.definition)
        for name, measure in catalogue().items()
    ]


def _connectors(_: Path | None) -> Rows:
    from tallystick.records.connector import Connector
    from tallystick.records.ingest import CONNECTORS
    from tallystick.registry import load_folder

    found = load_folder(CONNECTORS, Connector)
    return ("id", "reads", "cannot tell"), [
        (name, entry.title, ", ".join(entry.cannot) or "-") for name, entry in found.items()
    ]


def _clauses(_: Path | None) -> Rows:
    from tallystick.contract.clause import clause_kinds

    return ("kind", "what it says"), [
        (name, (kind.__doc__ or "").strip().splitlines()[0]) for name, kind in clause_kinds().items()
    ]


def _rules(_: Path | None) -> Rows:
    from tallystick.contract.rule import rules

    found = sorted(rules().values(), key=lambda rule: rule.id)
    return ("rule", "weight", "what it finds", "cure"), [(r.id, str(r.severity), r.title, r.cure) for r in found]


def _contracts(home: Path | None) -> Rows:
    from tallystick.contract.load import load

    rows = []
    for text in open_home(home).contracts:
        contract, findings = load(text)
        if contract is None:
            rows.append((text.stem, "", "", f"invalid: {len(findings)} finding(s)", ""))
            continue
        locked = "yes" if text.with_suffix(".lock").exists() else "no"
        term = f"{contract.term.from_on} to {contract.term.to_on}"
        rows.append(
            (contract.contract, ", ".join(contract.partner_ids), term, f"{len(contract.clauses)} clauses", locked)
        )
    return ("contract", "partners", "term", "holds", "locked"), rows


def _imports(home: Path | None) -> Rows:
    from tallystick.records import ledger

    return ("load", "file", "rows in", "stored", "duplicate", "rejected"), [
        (line["load_id"][:8], line["file"], line["rows_in"], line["stored"], line["duplicate"], line["rejected"])
        for line in ledger.lines(open_home(home).root)
    ]


def _verdicts(home: Path | None) -> Rows:
    from tallystick.verdicts.store import VerdictStore

    store = VerdictStore(open_home(home).folder("verdicts"))
    return ("verdict", "clause", "outcome", "credit"), [
        (verdict.id, verdict.title, str(verdict.outcome), str(verdict.credit or "")) for verdict in store.newest()
    ]


LISTS: dict[str, Callable[[Path | None], Rows]] = {
    "verdicts": _verdicts,
    "contracts": _contracts,
    "imports": _imports,
    "kpis": _kpis,
    "connectors": _connectors,
    "clauses": _clauses,
    "rules": _rules,
}
EMPTY = {
    "verdicts": "No verdicts yet: `tally assess --period 2026-03` makes them.",
    "contracts": "No contracts yet: put a text into contracts/ and run `tally check`.",
    "imports": "Nothing was taken in yet: `tally ingest FILE`.",
}


def run(
    what: Annotated[str, typer.Argument(help=f"One of: {', '.join(LISTS)}.")] = "verdicts",
    home: HomeOption = None,
    json: JsonOption = False,
) -> int:
    """List what is here."""
    if what not in LISTS:
        import difflib

        error = NotFound("list", what, tuple(difflib.get_close_matches(what, LISTS, 2)))
        error.cure = f"Lists are: {', '.join(LISTS)}."
        raise error
    headers, rows = LISTS[what](home)
    if json:
        terminal.print_json([dict(zip(headers, (str(cell) for cell in row), strict=True)) for row in rows])
    elif rows:
        numeric = [i for i, cell in enumerate(rows[0]) if isinstance(cell, int)]
        shown = headers.index("outcome") if "outcome" in headers else None
        marked = [[terminal.outcome_text(cell) if at == shown else cell for at, cell in enumerate(row)] for row in rows]
        terminal.table(headers, marked, right=numeric)
    else:
        terminal.console().print(EMPTY.get(what, f"There are no {what}."))
    return 0


COMMAND = Command(
    summary="List verdicts, contracts, imports, KPIs, connectors, clause kinds or rules.",
    examples=(
        ("tally list verdicts", "the verdicts in force"),
        ("tally list kpis", "every KPI with its definition"),
        ("tally list rules --json", "every rule of `tally check`"),
    ),
    run=run,
    order=80,
)
