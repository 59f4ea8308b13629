"""tally list."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from tallystick.cli import terminal
from tallystick.cli.command import Command
from tallystick.cli.home import HomeOption, JsonOption, open_home
from tallystick.vocabulary.errors import NotFound, UsageError


@dataclass(frozen=True)
class Filters:
    """Which verdicts are meant; an empty one means all."""

    partner: frozenset[str] = frozenset()
    period: frozenset[str] = frozenset()
    clause: frozenset[str] = frozenset()
    state: frozenset[str] = frozenset()

    def let_through(self, verdict: Any) -> bool:
        """Whether a verdict is one of those meant."""
        return all(
            not wanted or str(part).lower() in wanted
            for wanted, part in (
                (self.partner, verdict.partner),
                (self.period, verdict.period),
                (self.clause, verdict.clause),
                (self.state, verdict.outcome),
            )
        )


@dataclass(frozen=True)
class Listing:
    """A list as a table of cells, and as records for scripts."""

    headers: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    records: list[dict[str, Any]]
    findings: Sequence[Any] = ()


def _alike(rows: list[tuple[Any, ...]], **columns: str) -> Listing:
    """A list whose records hold what its cells show: `key="header"` for each column."""
    return Listing(tuple(columns.values()), rows, [dict(zip(columns, row, strict=True)) for row in rows])


def _kpis(_: Path | None, _filters: Filters) -> Listing:
    from tallystick.measures.measure import catalogue

    rows: list[tuple[Any, ...]] = [
        (name, measure.source, measure.unit, measure.better, measure.definition)
        for name, measure in catalogue().items()
    ]
    return _alike(rows, id="id", source="KPI", unit="unit", better="better", definition="definition")


def _connectors(_: Path | None, _filters: Filters) -> Listing:
    from tallystick.measures.charge_checks import charge_coverage
    from tallystick.measures.coverage import coverage
    from tallystick.records.connector import Connector
    from tallystick.records.ingest import CONNECTORS
    from tallystick.registry import load_folder

    found = load_folder(CONNECTORS, Connector)
    covers = {name: coverage(entry.fills, entry.cannot) for name, entry in found.items()}
    rows = [
        (name, entry.title, ", ".join(entry.fills), covers[name].sentence, ", ".join(entry.cannot) or "-")
        for name, entry in found.items()
    ]
    records = [
        {
            "id": name,
            "reads": entry.title,
            "fills": list(entry.fills),
            "supports": list(covers[name].alone),
            "supports_with": {measure: list(tables) for measure, tables in covers[name].together.items()},
            "charge_checks": list(charge_coverage(entry.fills, entry.cannot).alone),
            "charge_checks_with": {
                check: list(tables) for check, tables in charge_coverage(entry.fills, entry.cannot).together.items()
            },
            "cannot": list(entry.cannot),
        }
        for name, entry in found.items()
    ]
    return Listing(("id", "reads", "fills", "supports", "cannot tell"), list(rows), records)


def _charges(_: Path | None, _filters: Filters) -> Listing:
    from tallystick.contract.charge import charge_kinds

    rows: list[tuple[Any, ...]] = [
        (name, (kind.__doc__ or "").strip().splitlines()[0]) for name, kind in charge_kinds().items()
    ]
    return _alike(rows, kind="kind", says="what is charged")


def _clauses(_: Path | None, _filters: Filters) -> Listing:
    from tallystick.contract.clause import clause_kinds

    rows: list[tuple[Any, ...]] = [
        (name, (kind.__doc__ or "").strip().splitlines()[0]) for name, kind in clause_kinds().items()
    ]
    return _alike(rows, kind="kind", says="what it says")


def _rules(_: Path | None, _filters: Filters) -> Listing:
    from tallystick.contract.rule import rules

    found = sorted(rules().values(), key=lambda rule: rule.id)
    rows: list[tuple[Any, ...]] = [(r.id, str(r.severity), r.title, r.cure) for r in found]
    return _alike(rows, rule="rule", weight="weight", finds="what it finds", cure="cure")


def _contracts(home: Path | None, _filters: Filters) -> Listing:
    from tallystick.contract.load import load

    rows: list[tuple[Any, ...]] = []
    records: list[dict[str, Any]] = []
    for text in open_home(home).contracts:
        contract, findings = load(text)
        locked = text.with_suffix(".lock").exists()
        if contract is None:
            rows.append((text.stem, "", "", f"invalid: {len(findings)} finding(s)", ""))
            records.append({"contract": text.stem, "is_valid": False, "findings": len(findings), "is_locked": locked})
            continue
        term = contract.whole_term
        count = len(contract.clauses)
        rows.append(
            (
                contract.contract,
                ", ".join(contract.partner_ids),
                f"{term.from_on} to {term.to_on}",
                f"{count} clauses",
                "yes" if locked else "no",
            )
        )
        records.append(
            {
                "contract": contract.contract,
                "is_valid": True,
                "partners": list(contract.partner_ids),
                "from_on": term.from_on,
                "to_on": term.to_on,
                "clauses": count,
                "is_locked": locked,
            }
        )
    return Listing(("contract", "partners", "term", "holds", "locked"), rows, records)


def _imports(home: Path | None, _filters: Filters) -> Listing:
    from tallystick.records import ledger

    names = ("load_id", "file", "rows_in", "stored", "duplicate", "rejected")
    records = [{name: line[name] for name in names} for line in ledger.lines(open_home(home).root)]
    rows = [(record["load_id"][:8], *(record[name] for name in names[1:])) for record in records]
    return Listing(("load", "file", "rows in", "stored", "duplicate", "rejected"), list(rows), records)


def _replaced(stored: Sequence[Any]) -> dict[tuple[str, int], str]:
    """The number of the corrected invoice in the place of each that does not count any more, by partner and key."""
    from tallystick.billing.check.linked import linked
    from tallystick.billing.check.received import Document

    of_partner: dict[str, list[Document]] = {}
    for one in stored:
        of_partner.setdefault(one.partner, []).append(Document(one.key, one.invoice, one.file))
    return {
        (partner, one.key): one.replaced_by
        for partner, documents in of_partner.items()
        for one in linked(documents)
        if one.replaced_by
    }


def _invoices(home: Path | None, _filters: Filters) -> Listing:
    from tallystick.invoices.rule import number
    from tallystick.records.commits import PROTOCOL_FILE
    from tallystick.records.invoice_rows import stored_invoices
    from tallystick.records.lake import Lake
    from tallystick.vocabulary.finding import Severity
    from tallystick.vocabulary.scope import Scope

    root = open_home(home).root / "lake"
    rows: list[tuple[Any, ...]] = []
    records: list[dict[str, Any]] = []
    findings: list[Any] = []
    if (root / PROTOCOL_FILE).is_file():
        with Lake.open(root) as lake:
            stored = list(stored_invoices(lake, Scope.of_client(lake.client)))
    else:
        stored = []
    replaced = _replaced(stored)
    for one in stored:
        invoice, sums = one.invoice, one.invoice.totals
        faults = [fault for fault in one.faults() if fault.severity is not Severity.NOTE]
        findings += [fault.finding(f"{one.partner}/{invoice.number}") for fault in faults]
        kind = "credit note" if invoice.is_credit_note else "invoice"
        shown = ("-" if value is None else number(value) for value in (sums.net, sums.tax, sums.payable))
        by = replaced.get((one.partner, one.key))
        cells = (one.partner, invoice.number, kind, str(invoice.issued_on), invoice.currency, *shown, len(faults))
        rows.append((*cells, by or "") if replaced else cells)
        records.append(
            {
                "partner": one.partner,
                "number": invoice.number,
                "kind": kind,
                "issued_on": invoice.issued_on,
                "replaced_by": by,
                "period_from": invoice.period.first,
                "period_to": invoice.period.last,
                "currency": invoice.currency,
                "line_count": len(invoice.lines),
                **{name: None if value is None else number(value) for name, value in vars(sums).items()},
                "file": one.file,
                "faults": [
                    {"rule": fault.rule.id, "where": fault.miss.where, "says": fault.miss.message} for fault in faults
                ],
            }
        )
    headers = ("partner", "number", "kind", "issued", "currency", "net", "tax", "due", "faults")
    # A column of its own only where it says something.
    return Listing((*headers, "replaced by") if replaced else headers, rows, records, findings)


def _verdicts(home: Path | None, filters: Filters) -> Listing:
    from tallystick.reports.figures import counted_text, rows_of, value_text
    from tallystick.verdicts.store import VerdictStore

    store = VerdictStore(open_home(home).folder("verdicts"))
    found = [verdict for verdict in store.newest() if filters.let_through(verdict)]
    rows: list[tuple[Any, ...]] = []
    records: list[dict[str, Any]] = []
    named = Counter(verdict.name for verdict in found)
    for verdict in found:
        value = verdict.value
        unit = value.unit if value is not None else "number"
        shown = value_text(value.value if value is not None else None, unit, verdict.target)
        credit = verdict.credit
        rows.append(
            (
                verdict.name if named[verdict.name] == 1 else verdict.whole_name,
                verdict.title,
                str(verdict.outcome),
                shown,
                counted_text(value),
                str(credit) if credit is not None and credit.amount else "",
            )
        )
        records.append(
            {
                "id": verdict.id,
                "name": verdict.name,
                "contract": verdict.contract,
                "partner": verdict.partner,
                "clause": verdict.clause,
                "title": verdict.title,
                "period": verdict.period,
                "outcome": verdict.outcome,
                "value": value.value if value is not None else None,
                "unit": unit,
                "n": rows_of(value),
                "provenance": verdict.provenance,
                "credit": credit.amount if credit is not None else None,
                "currency": credit.currency if credit is not None else None,
            }
        )
    return Listing(("verdict", "clause", "outcome", "value", "counted", "credit"), rows, records)


def _patterns(_: Path | None, _filters: Filters) -> Listing:
    from tallystick.signals.pattern import patterns

    found = patterns().values()
    rows: list[tuple[Any, ...]] = [
        (one.id, one.finding, str(one.severity), one.flatters, one.row, one.sections[""]) for one in found
    ]
    return _alike(
        rows, id="id", finding="finding", weight="weight", flatters="flatters", row="counts", looks="what it is"
    )


def _causes(_: Path | None, _filters: Filters) -> Listing:
    from tallystick.billing.check.cause import causes

    rows: list[tuple[Any, ...]] = [(one.id, one.family, one.title, one.summary) for one in causes().values()]
    return _alike(rows, id="id", family="family", title="title", says="what it says")


def _benchmarks(home: Path | None, _filters: Filters) -> Listing:
    from tallystick.measures.benchmarks import benchmarks
    from tallystick.measures.measure import catalogue

    try:
        root = open_home(home).root
    except NotFound:
        root = None  # what ships with the program needs no folder
    found, findings = benchmarks(root)
    carried: dict[str, list[str]] = {one.kpi: [] for one in found}
    for name, measure in catalogue().items():
        if measure.source in carried:
            carried[measure.source].append(name)
    rows: list[tuple[Any, ...]] = [(one.id, one.kpi, one.says, one.where_from) for one in found]
    records = [
        {
            "id": one.id,
            "kpi": one.kpi,
            "measures": [name for name in carried[one.kpi] if not one.measures or name in one.measures],
            "says": one.says,
            "low": one.low,
            "high": one.high,
            "unit": one.unit,
            "year": one.year,
            "where": one.where,
            "only": dict(one.only),
            "unlike": dict(one.unlike),
            "sources": [{"code": code, **vars(source)} for code, source in one.sources],
            "own": one.own,
        }
        for one in found
    ]
    return Listing(("benchmark", "KPI", "says", "where, when, source"), rows, records, findings)


LISTS: dict[str, Callable[[Path | None, Filters], Listing]] = {
    "verdicts": _verdicts,
    "contracts": _contracts,
    "imports": _imports,
    "invoices": _invoices,
    "kpis": _kpis,
    "measures": _kpis,
    "benchmarks": _benchmarks,
    "connectors": _connectors,
    "causes": _causes,
    "charges": _charges,
    "clauses": _clauses,
    "rules": _rules,
    "patterns": _patterns,
}
# Columns that a narrow screen leaves to `tally explain` and --json.
ROOMY = ("value", "counted")
WIDE = 100
EMPTY = {
    "verdicts": "No verdicts yet: `tally assess --period 2026-03` makes them.",
    "contracts": "No contracts yet: put a text into contracts/ and run `tally check`.",
    "imports": "Nothing was taken in yet: `tally ingest FILE`.",
    "invoices": "No invoices yet: `tally ingest invoice.xml --partner NAME` takes one in.",
}


def run(
    what: Annotated[str, typer.Argument(help=f"One of: {', '.join(LISTS)}.")] = "verdicts",
    partner: Annotated[list[str] | None, typer.Option(help="Verdicts of this partner only; may be repeated.")] = None,
    period: Annotated[list[str] | None, typer.Option(help="Of this period, for example 2026-03.")] = None,
    clause: Annotated[list[str] | None, typer.Option(help="Of this clause, for example S1.")] = None,
    state: Annotated[list[str] | None, typer.Option(help="In this state: met, missed, provisional ...")] = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> int:
    """List what is here."""
    if what not in LISTS:
        error = NotFound("list", what, tuple(difflib.get_close_matches(what, LISTS, 2)))
        error.cure = f"Lists are: {', '.join(LISTS)}."
        raise error
    filters = Filters(*(frozenset(one.lower() for one in given or ()) for given in (partner, period, clause, state)))
    if what != "verdicts" and filters != Filters():
        raise UsageError(f"The list of {what} has no filters.", "They are for `tally list verdicts`.")
    unknown = sorted(filters.state - set(terminal.OUTCOMES))
    if unknown:
        raise UsageError(f"There is no state {unknown[0]!r}.", f"Use one of: {', '.join(terminal.OUTCOMES)}.")
    listing = LISTS[what](home, filters)
    if json:
        terminal.print_json(listing.records)
    elif listing.rows:
        _show(listing)
    elif filters != Filters():
        terminal.console().print("No verdict is like that: `tally list verdicts` shows them all.")
    else:
        terminal.console().print(EMPTY.get(what, f"There are no {what}."))
    terminal.print_findings(listing.findings)
    return int(bool(listing.findings))


def _show(listing: Listing) -> None:
    headers, rows = listing.headers, listing.rows
    numeric = [at for at, cell in enumerate(rows[0]) if isinstance(cell, int)]
    if "outcome" not in headers:
        terminal.table(headers, rows, right=numeric)
        return
    columns = [at for at, header in enumerate(headers) if terminal.console().width >= WIDE or header not in ROOMY]
    shown = [
        [terminal.outcome_text(row[at]) if headers[at] == "outcome" else row[at] for at in columns] for row in rows
    ]
    kept = [headers[at] for at in columns]
    right = [at for at, header in enumerate(kept) if header in ("value", "credit")]
    # The name is what a user types next: it stays whole, the clause's title wraps.
    terminal.table(kept, shown, right=right, wrapping=[kept.index("clause")])


COMMAND = Command(
    summary="List verdicts, contracts, imports, invoices, KPIs, benchmarks, clauses, charges, rules, patterns ...",
    examples=(
        ("tally list verdicts", "the verdicts in force"),
        ("tally list verdicts --partner aurora --state missed", "what one partner missed"),
        ("tally list invoices", "what was billed, and whether each invoice's sums are right"),
        ("tally list kpis", "every KPI with its definition; `measures` is the same list"),
        ("tally list benchmarks", "what others publish, with year and source: context, never a target"),
        ("tally list rules --json", "every rule of `tally check`"),
    ),
    run=run,
    order=80,
)
