"""Makes the reference pages from the code: what a page says is what the program does. Tests hold that they are current.

Run by `make docs`. A page is a function; its text comes from declarations and docstrings. Ids of findings are collected
from the code itself, and one that no page can describe ends the run.
"""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from tallystick import registry
from tallystick.billing.check.cause import FAMILIES, Stage, causes
from tallystick.cli import EXIT_CODES
from tallystick.cli.command import Command
from tallystick.cli.findings import ALONE
from tallystick.cli.program import BUG, INTERRUPTED, PACKAGE, application
from tallystick.contract.charge import Charge, charge_kinds
from tallystick.contract.clause import Clause, clause_kinds
from tallystick.contract.explain import reference_page
from tallystick.contract.rule import rules
from tallystick.contract.schema import json_schema
from tallystick.contract.section import Section
from tallystick.home import create_home
from tallystick.invoices.rule import families
from tallystick.measures.charge_checks import charge_coverage
from tallystick.measures.coverage import coverage
from tallystick.measures.reference import pages as kpi_pages
from tallystick.measures.reference import write as write_kpis
from tallystick.records.connector import Connector
from tallystick.records.containers.trouble import RULES
from tallystick.records.gate import CHECKS, Check
from tallystick.records.ingest import CONNECTORS
from tallystick.records.table import COMMON, TABLES, Column, Table
from tallystick.signals.chance import ALARMS_A_YEAR
from tallystick.signals.pattern import SECTIONS, patterns

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = ROOT / "docs" / "reference"
SOURCE = ROOT / "src" / "tallystick"
MADE = "This page is made from the code; `make docs` makes it anew."
FINDING = re.compile(r"TS-[A-Z]\d{3}")


def _row(cells: Iterable[object]) -> str:
    return "| " + " | ".join(" ".join(str(cell).split()).replace("|", "\\|") for cell in cells) + " |"


def _table(head: tuple[str, ...], rows: Iterable[Iterable[object]]) -> str:
    return "\n".join([_row(head), _row(["---"] * len(head)), *(_row(row) for row in rows)])


def _page(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part) + "\n"


def _docstring(module: str) -> str:
    return (importlib.import_module(module).__doc__ or "").strip()


# ---- commands -------------------------------------------------------------------------------------------------------


def _parameter(given: Any) -> tuple[str, str, str]:
    name = ", ".join(f"`{name}`" for name in given.opts)
    if given.param_type_name == "argument":
        name = f"`{given.name.upper()}{'...' if given.nargs == -1 else ''}`"
    plain = given.default not in (None, "", False)
    return name, "yes" if given.required else "", f"{given.help or ''}{f' [default: {given.default}]' if plain else ''}"


def _usage(name: str, command: Any) -> list[str]:
    return [f"### tally {name}" if " " in name else "", _table(("", "needed", ""), map(_parameter, command.params))]


def commands_page() -> str:
    """Every command with its examples, arguments and options, and the exit codes."""
    entries = registry.load_folder(PACKAGE, Command)
    parts = ["# Commands", f"`tally COMMAND --help` shows the same. {MADE}"]
    for file, entry in sorted(entries.items(), key=lambda item: (item[1].order, item[0])):
        name = file.replace("_", "-")
        made = application(name, entry)
        parts += [f"## tally {name}", entry.summary]
        parts.append("\n".join(f"    {line:<60}  {what}".rstrip() for line, what in entry.examples))
        inner: Mapping[str, Any] = getattr(made, "commands", None) or {}
        for part, command in inner.items():
            parts += _usage(f"{name} {part}", command)
        if not inner:
            parts += _usage(name, made)
    codes = [*EXIT_CODES.items(), (INTERRUPTED, "stopped from the keyboard; nothing was half stored")]
    told = f"A message never shows a stack trace; {BUG} names the file that holds it."
    return _page(*parts, "## Exit codes", _table(("code", "meaning"), codes), told)


# ---- catalogues -----------------------------------------------------------------------------------------------------


def connectors_page() -> str:
    """Every connector: what it reads, and what its source can never tell."""
    parts = ["# Connectors", f"What each one reads, and what its source can never tell. {MADE}"]
    for name, entry in registry.load_folder(CONNECTORS, Connector).items():
        covers = coverage(entry.fills, entry.cannot)
        parts += [f"## {entry.title}", f"`{name}`", _docstring(f"{CONNECTORS}.{name}")]
        parts.append("Fills " + ", ".join(f"`{one}`" for one in entry.fills) + ".")
        alone = ", ".join(f"`{one}`" for one in covers.alone) or "none"
        parts.append(f"Measures that it supports by itself: {alone}.")
        if covers.together:
            beside = (f"`{one}` ({', '.join(tables)})" for one, tables in covers.together.items())
            parts.append(f"With what another source fills: {', '.join(beside)}.")
        charges = charge_coverage(entry.fills, entry.cannot)
        if charges.alone:
            parts.append(f"Checks of invoices that it supports by itself: {', '.join(charges.alone)}.")
        if charges.together:
            beside = (f"{one} ({', '.join(tables)})" for one, tables in charges.together.items())
            parts.append(f"Checks of invoices with what another source fills: {', '.join(beside)}.")
        parts.append("What it cannot tell, and why:")
        parts.append(_table(("table or measure", "why"), ((f"`{what}`", why) for what, why in entry.cannot.items())))
    return _page(*parts)


def _type(part: Mapping[str, Any]) -> str:
    """A JSON Schema's type in a word or two."""
    if "const" in part:
        return f"`{part['const']}`"
    if "enum" in part:
        return ", ".join(f"`{word}`" for word in part["enum"])
    if "$ref" in part:
        return str(part["$ref"]).rpartition("/")[2]
    if "anyOf" in part:
        return " or ".join(dict.fromkeys(_type(one) for one in part["anyOf"] if one.get("type") != "null"))
    if part.get("type") == "array":
        return f"list of {_type(part['items'])}" if part.get("items") else "list"
    if part.get("examples"):
        return f"such as `{part['examples'][0]}`"
    kind = part.get("type", "")
    return " or ".join(kind) if isinstance(kind, list) else str(kind)


def _meaning(part: Mapping[str, Any]) -> str:
    nested = next((one["description"] for one in part.get("anyOf", ()) if "description" in one), "")
    default = part.get("default")
    shown = f" Default: `{default}`." if default and not isinstance(default, dict | list) else ""
    return f"{part.get('description', nested)}{shown}"


def _keys(schema: Mapping[str, Any], names: Iterable[str]) -> str:
    needed = set(schema["required"])
    parts = ((name, schema["properties"][name]) for name in names)
    rows = ((f"`{name}`", _type(part), "yes" if name in needed else "", _meaning(part)) for name, part in parts)
    return _table(("key", "value", "needed", "meaning"), rows)


def clauses_page() -> str:
    """Every kind of clause with its keys."""
    return _kinds_page("clause", Clause, clause_kinds(), "`kind` in a contract's text, and the keys that go with it.")


def charges_page() -> str:
    """Every pricing model with its keys, and the keys of `billing`."""
    intro = (
        "What a line of `charges` may be, and the keys that go with it. "
        "[The guide](../guide/rate-cards.md) shows a rate card from beginning to end."
    )
    definitions = json_schema()["$defs"]
    parts = [_kinds_page("charge", Charge, charge_kinds(), intro).strip()]
    sections = (
        "Quantity",
        "Days",
        "ChargeExample",
        "BillingTerms",
        "Discount",
        "Indexation",
        "CurrencyRule",
        "FeeBase",
    )
    for name in (*sections, "Tax", "Series", "InvoiceExample"):
        schema = {"required": [], **definitions[name]}
        parts += [f"## {name}", schema.get("description", ""), _keys(schema, schema["properties"])]
    return _page(*parts)


def _kinds_page(one: str, shape: type[Section], kinds: Mapping[str, type[Section]], intro: str) -> str:
    definitions = json_schema()["$defs"]
    shared = [field.alias or name for name, field in shape.model_fields.items()]
    parts = [f"# Kinds of {one}", f"{intro} {MADE}"]
    for name, kind in kinds.items():
        schema = definitions[kind.__name__]
        if len(parts) == 2:
            parts += [f"## Keys of every {one}", _keys(schema, [key for key in shared if key != "kind"])]
        parts += [f"## {name}", _docstring(kind.__module__)]
        parts.append(_keys(schema, [key for key in schema["properties"] if key not in shared]))
    return _page(*parts)


def _unit(column: Column) -> str:
    return ", ".join(column.words) or column.unit or str(column.type)


def tables_page() -> str:
    """Every canonical table: grain, key, columns, units, and how near each column stands to a person."""

    def listed(columns: Iterable[Column]) -> str:
        rows = ((f"`{one.name}`", _unit(one), str(one.personal), one.note) for one in columns)
        return _table(("column", "unit, words or type", "personal", "meaning"), rows)

    intro = f"What connectors fill and facts are derived from. {MADE}"
    parts = ["# Canonical tables", intro, "## Columns of every table", listed(COMMON)]
    for name, entry in registry.load_folder(TABLES, Table).items():
        parts += [f"## {name}", f"{_docstring(f'{TABLES}.{name}')} One row is {entry.grain}; its key is `{entry.key}`."]
        parts.append(listed(entry.columns))
    return _page(*parts)


# ---- findings -------------------------------------------------------------------------------------------------------


def _said(node: ast.expr) -> str:
    """A message as written, with an ellipsis where a value stands."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values)
    return "…"


def findings_of(path: Path) -> Iterator[tuple[str, str, str, str]]:
    """(id, weight, message, cure) of each `Finding(...)` that a file writes out."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Finding" and len(node.args) >= 5:
            rule, weight, message, _, cure = node.args[:5]
            if isinstance(rule, ast.Constant) and FINDING.fullmatch(str(rule.value)):
                told = "as told when the file was taken in" if _said(message) == "…: …" else _said(message)
                yield str(rule.value), ast.unparse(weight).rpartition(".")[2].lower(), told, _said(cure)


def checks() -> dict[str, tuple[str, Check, tuple[tuple[str, str, str, str], ...]]]:
    """By name: what the file says, the check, and the findings that it makes."""
    return {
        name: (_docstring(f"{CHECKS}.{name}"), entry, tuple(findings_of(SOURCE / "records" / "checks" / f"{name}.py")))
        for name, entry in registry.load_folder(CHECKS, Check).items()
    }


def checks_page() -> str:
    """Every check of the data gate with its findings and their cures."""
    intro = f"What must be true of the records before a figure is final. `tally doctor` runs every check. {MADE}"
    parts = ["# Checks of the data gate", intro]
    ordered = sorted(checks().items(), key=lambda item: item[1][2][0][0] if item[1][2] else item[0])
    for name, (text, entry, found) in ordered:
        parts += [f"## {entry.title.removesuffix('.')}", f"`{name}`", text]
        parts.append(_table(("finding", "weight", "message", "cure"), found))
    return _page(*parts)


def ids_in_code() -> dict[str, set[str]]:
    """Every finding's id that stands in the code, with the files in which it does."""
    found: dict[str, set[str]] = {}
    for path in sorted(SOURCE.rglob("*.py")):
        for rule in FINDING.findall(path.read_text(encoding="utf-8")):
            found.setdefault(rule, set()).add(path.relative_to(SOURCE).as_posix())
    return found


def findings_page() -> str:
    """Every finding by id, wherever it comes from; raises LookupError for an id that nothing describes."""
    known: dict[str, tuple[str, str]] = dict(ALONE)
    known |= {rule.id: (rule.title, rule.cure) for rule in RULES.values()}
    known |= {rule.id: (rule.title, rule.cure) for rule in rules().values()}
    known |= {one.finding: (one.title, LOOK) for one in patterns().values()}
    for _, entry, found in checks().values():
        known |= {rule: (entry.title, cure) for rule, _, _, cure in found}
    silent = sorted(set(ids_in_code()) - set(known))
    if silent:
        raise LookupError(f"nothing says what these findings mean: {', '.join(silent)}")
    kinds = {
        "C": ("Contract texts", "Told by `tally check`. Causes are on [their own page](contract-rules.md)."),
        "D": ("Data", "Told by the data gate and `tally doctor`. More is on [the page of checks](data-checks.md)."),
        "I": (
            "Input files and rows",
            INPUT,
        ),
        "G": ("Gaming", "Told by `tally integrity`. More is on [the page of patterns](patterns.md)."),
        "F": ("Facts", "Told by `tally doctor` of the folder that facts are kept in."),
        "B": ("Backups", "Told by `tally restore`, which then brings nothing back."),
        "K": ("Costs", "Told by `tally cost`."),
        "M": ("Benchmarks", "Told by `tally list benchmarks`, `tally doctor` and `tally explain` of a KPI."),
        "P": ("Received invoices", "Told by `tally invoice check`. Causes are on [their own page](invoice-causes.md)."),
        "V": ("Bundles and examples", "Told by `tally verify`, and by `tally check` of worked examples."),
    }
    intro = "Trouble in a text or in data is a finding: a rule, a place, a cure. `tally explain TS-C071` prints a rule."
    parts = ["# Findings", f"{intro} {MADE}"]
    for letter, (title, text) in kinds.items():
        rows = ((rule, *known[rule]) for rule in sorted(known) if rule[3] == letter)
        parts += [f"## {title}", text, _table(("id", "what it says", "cure"), rows)]
    return _page(*parts)


LOOK = "Look at its rows, and ask the partner for its account."
INPUT = (
    "Told by `tally ingest`. TS-I0 refuses the whole file (exit 3), TS-I1 puts one row into quarantine (exit 1), "
    "TS-I2 tells or asks, TS-I5 is about the load itself."
)


def _anchor(title: str) -> str:
    """Where a heading stands, as pages of Markdown name it."""
    return re.sub(r"[^a-z0-9 -]", "", title.lower()).replace(" ", "-")


def patterns_page() -> str:
    """Every pattern of gaming: its sign, its look-alikes, its test, and the figure without it."""
    intro = (
        "What `tally integrity` and the page on clock integrity look for in a judged month. A pattern is said to be "
        "found only where honest work would hardly ever show as many rows: the thresholds of all patterns together "
        f"give at most {ALARMS_A_YEAR} false alarms for a partner and year where every honest share is at its "
        "allowance. Nobody is named below that. A found pattern is a reason to look and to ask, not a judgement."
    )
    parts = ["# Patterns of gaming", f"{intro} {MADE}"]
    found = sorted(patterns().values(), key=lambda one: one.finding)
    rows = (
        (one.finding, f"[{one.title}](#{_anchor(one.title)})", str(one.severity), f"`{one.flatters}`", one.row)
        for one in found
    )
    parts.append(_table(("finding", "pattern", "weight", "KPI that it flatters", "counts"), rows))
    for one in found:
        parts += [f"## {one.title}", f"`{one.id}`, {one.finding}. {one.sections['']}"]
        parts += [f"**{name}:** {one.sections[name]}" for name in SECTIONS]
        parts.append(
            f"**Allowance:** {float(one.allowance):.1%} of rows where the test is against an allowance; found from "
            f"{one.least} rows and {float(one.least_share):.1%} of them on."
        )
    return _page(*parts)


def invoice_rules_page() -> str:
    """Every rule of EN 16931 that is checked when an invoice comes in."""
    intro = (
        "What `tally ingest` and `tally list invoices` check of the sums of an invoice, under the ids of the official "
        "artefacts of EN 16931-1 and of Peppol BIS Billing 3.0. A fault refuses nothing: the invoice is stored as it "
        "is."
    )
    parts = ["# Rules of invoices", f"{intro} {MADE}"]
    for family in families().values():
        rows = ((f"`{one.id}`", str(one.severity), one.says, one.cure) for one in family.rules)
        parts += [f"## {family.title}", _table(("rule", "weight", "what must hold", "cure"), rows)]
    return _page(*parts)


def invoice_causes_page() -> str:
    """Every cause of a difference between a received and an expected invoice."""
    intro = (
        "What `tally invoice check` says of a difference. A cause reads the text or the records another way and is "
        "told only where that comes to the billed figures; [the guide](../guide/invoice-check.md) shows how it works."
    )
    parts = ["# Causes of differences on invoices", f"{intro} {MADE}"]
    found = sorted(causes().values(), key=lambda one: (FAMILIES.index(one.family), one.rank, one.id))
    for family in FAMILIES:
        rows = (
            (f"`{one.id}`", one.title, " ".join((one.text or "").split()), ASKED[one.stage])
            for one in found
            if one.family == family
        )
        parts += [f"## {family.capitalize()}", _table(("cause", "title", "what it says", "asked of"), rows)]
    return _page(*parts)


ASKED = {
    Stage.DOUBLE: "documents and lines",
    Stage.QUANTITY: "quantities",
    Stage.PRICE: "prices and amounts",
    Stage.ADJUSTMENT: "discounts and price adjustments",
    Stage.TAX: "taxes",
    Stage.ALONE: "lines that mean no charge",
    Stage.REST: "what is left",
}


def index_page() -> str:
    """What there is to look up."""
    rows = [
        ("[Commands](commands.md)", "every command, option and exit code"),
        ("[KPIs](kpi/index.md)", "what each figure means and how it is counted"),
        ("[Sources of the KPIs](kpi/sources.md)", "what the codes and rules in their Source lines stand for"),
        ("[Kinds of clause](clause-kinds.md)", "what a contract's text may say"),
        ("[Kinds of charge](charge-kinds.md)", "what a rate card may say, and how an invoice is made of it"),
        ("[Rules of contract texts](contract-rules.md)", "what `tally check` looks for"),
        ("[Connectors](connectors.md)", "which sources are read, and what each cannot tell"),
        ("[Rules of invoices](invoice-rules.md)", "what is checked of the sums of an invoice"),
        ("[Causes of differences on invoices](invoice-causes.md)", "why a received invoice is not the expected one"),
        ("[Canonical tables](tables.md)", "what records look like once they are in"),
        ("[Checks of the data gate](data-checks.md)", "what makes a figure provisional"),
        ("[Patterns of gaming](patterns.md)", "what clock integrity looks for, and what it takes to be said"),
        ("[Findings](findings.md)", "every id that a message may carry"),
        ("[Roles](roles.md)", "who may see and do what in the control room"),
    ]
    return _page("# Reference", MADE, _table(("page", ""), rows))


def roles_page() -> str:
    """The role matrix, in a process of its own: the web's settings belong to a process and need a home folder."""
    with tempfile.TemporaryDirectory() as folder:
        create_home(Path(folder) / "home")
        line = [sys.executable, "-m", "tallystick.web.matrix", str(Path(folder) / "home")]
        table = subprocess.run(line, capture_output=True, text=True, check=True).stdout  # noqa: S603  our own module
    return _page(
        "# Roles",
        f"{MADE} A change of it is a change of who may see or do what, and is reviewed as such.",
        "`yes` is allowed; `no` is refused on one's own side; `not there` is what the other side gets, as for what "
        "does not exist.",
        table.strip(),
    )


PAGES: dict[str, Callable[[], str]] = {
    "README.md": index_page,
    "commands.md": commands_page,
    "connectors.md": connectors_page,
    "charge-kinds.md": charges_page,
    "clause-kinds.md": clauses_page,
    "contract-rules.md": reference_page,
    "data-checks.md": checks_page,
    "findings.md": findings_page,
    "invoice-causes.md": invoice_causes_page,
    "invoice-rules.md": invoice_rules_page,
    "patterns.md": patterns_page,
    "roles.md": roles_page,
    "tables.md": tables_page,
}


def pages() -> dict[str, str]:
    """Every generated page by its path below docs/reference."""
    made = {name: page() for name, page in PAGES.items()}
    return made | {f"kpi/{name}": text for name, text in kpi_pages().items()}


def main() -> None:
    """Write every page that is made from code."""
    for name, page in PAGES.items():
        (REFERENCE / name).write_text(page(), encoding="utf-8")
    write_kpis(REFERENCE / "kpi")


if __name__ == "__main__":
    main()
