"""One contract: what it says in plain language and as written, with its findings in place, and how it changed."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tallystick.contract.dates import latest
from tallystick.contract.model import Contract
from tallystick.reports.figures import counted_text, value_text
from tallystick.reports.markup import Child, Markup, tag
from tallystick.verdicts.claim_state import has_deadline
from tallystick.verdicts.verdict import Verdict
from tallystick.vocabulary.finding import Finding, Severity
from tallystick.web.contract_texts import ORIGINAL, Read, TextFile, Version, contract_of
from tallystick.web.evidence import verdict_address
from tallystick.web.next_dates import claims_table, next_dates
from tallystick.web.page import Asked, Page
from tallystick.web.prose import difference, prose
from tallystick.web.roles import EVERYONE
from tallystick.web.room import Room
from tallystick.web.said import as_is, lifecycle_words, severity_words, status
from tallystick.web.table import Cell, Column, Table

_SHAPES = {Severity.ERROR: "\u25c6", Severity.WARNING: "\u25b2", Severity.NOTE: "\u25cb"}


def gather(room: Room, asked: Asked) -> dict[str, Any]:
    """One contract of the room; raises NotFound for any other."""
    read = contract_of(room, asked.parts["contract"])
    today = room.now.date()
    return {
        "about": _about(read, today),
        **_dates(room, read),
        "clauses": _clauses(room, read, today),
        **_versions(read, today, asked),
        "examples": _examples(read),
        "findings": _findings(read),
        "files": [
            {"name": file.name, "lines": file.lines, "drawn": _written(place, file, read.findings)}
            for place, file in enumerate(read.files)
        ],
    }


def _about(read: Read, today: date) -> dict[str, Any]:
    contract = read.contract
    about: dict[str, Any] = {
        "name": read.name,
        "title": contract.title if contract else read.name,
        "valid": contract is not None,
        "lock": read.lock,
        "lock_words": read.lock_words,
        "faults": read.faults,
        "command": f"tally check {read.name}",
    }
    if contract is None:
        return about
    return about | {
        "client": contract.client.name,
        "partners": [{"id": party.id, "name": party.name} for party in contract.parties],
        "from": contract.term.from_on,
        "to": contract.whole_term.to_on,
        "days_left": max(0, (contract.whole_term.to_on - today).days),
        "running": contract.term.from_on <= today <= contract.whole_term.to_on,
        **_ending(contract, today),
        "signed": contract.signed,
        "zone": contract.zone,
        "currency": contract.currency,
        "document": contract.document.file if contract.document else "",
        "document_sha256": (contract.document.sha256 or "") if contract.document else "",
    }


def _ending(contract: Contract, today: date) -> dict[str, Any]:
    """How the term that is written ends, and the last day of the one that runs where it has prolonged itself."""
    term = contract.in_force(today).term
    runs = term.running_on(today)
    return {
        "notice_by": None if term.notice_given else runs.notice_by,
        "notice_given": term.notice_given,
        "renewal": str(term.renewal.by) if term.renewal else "",
        "prolonged_to": runs.to_on if runs.to_on > term.to_on else None,
    }


def _dates(room: Room, read: Read) -> dict[str, Any]:
    """The days that lie ahead, and until when adjustments can be claimed where the text lets them lapse."""
    if read.contract is None:
        return {"dates": None, "claims": None}
    lapses = has_deadline(latest(read.contract))
    return {
        "dates": next_dates(room, contract=read.contract.contract),
        "claims": claims_table(room, read.contract) if lapses else None,
    }


# ---- clauses -----------------------------------------------------------------------------------------------------


def _clauses(room: Room, read: Read, today: date) -> Table:
    columns = (
        Column("clause", _("Clause"), as_is=True),
        Column("title", _("Title"), as_is=True),
        Column("kind", _("Kind"), as_is=True),
        Column("state", _("Today")),
        Column("partner", _("Partner"), as_is=True),
        Column("period", _("Last judged"), as_is=True),
        Column("outcome", _("Outcome")),
        Column("value", _("Value"), number=True),
    )
    rows = [] if read.contract is None else _clause_rows(room, read.contract, today)
    return Table("clauses", _("What is promised"), columns, rows, empty=_("The text holds no clause that can be read."))


def _clause_rows(room: Room, contract: Contract, today: date) -> list[dict[str, Cell]]:
    last = {
        (verdict.clause, verdict.partner): verdict
        for verdict in sorted(room.books.verdicts, key=lambda one: (one.end_on, one.from_on))
        if verdict.contract == contract.contract
    }
    rows = []
    for clause in contract.in_force(today).clauses:
        found: list[Verdict | None] = [one for (name, _partner), one in last.items() if name == clause.id]
        for verdict in found or [None]:
            value = verdict.value if verdict else None
            written = value_text(value.value, value.unit, verdict.target) if verdict and value else None
            rows.append(
                {
                    "clause": Cell(clause.id, href=f"#clause-{clause.id}"),
                    "title": Cell(getattr(clause, "title", None)),
                    "kind": Cell(clause.kind, clause.kind.replace("_", " ")),
                    "state": Cell(clause.state_on(today), lifecycle_words(clause.state_on(today))),
                    "partner": Cell(verdict.partner if verdict else None),
                    "period": Cell(
                        verdict.period if verdict else None, href=verdict_address(verdict) if verdict else ""
                    ),
                    "outcome": Cell(
                        verdict.outcome.value if verdict else None, status(verdict.outcome) if verdict else None
                    ),
                    "value": Cell(
                        value.value if value else None, f"{written} ({counted_text(value)})" if written else None
                    ),
                }
            )
    return rows


# ---- versions ----------------------------------------------------------------------------------------------------


def _versions(read: Read, today: date, asked: Asked) -> dict[str, Any]:
    """The plain language of a version that was asked for, the versions, and what differs between two of them."""
    if read.contract is None:
        return {"versions": None, "version": "", "plain": "", "rendered": None, "changes": []}
    known = {version.name: version for version in read.versions}
    in_force = read.version_on(today)
    shown = known[asked.choice("version", known, in_force.name)]
    old = known[asked.choice("old", known, ORIGINAL)]
    new = known[asked.choice("new", known, read.versions[-1].name)]
    text = read.plain(shown)
    changes = read.difference(old, new) if old is not new else ()
    return {
        "version": shown.name,
        "in_force": in_force.name,
        "old": old.name,
        "new": new.name,
        "names": list(known),
        "versions": _version_table(read, in_force),
        "plain": text,
        "rendered": prose(text.partition("\n")[2], top=2),
        "changes": [{"heading": heading, "lines": lines, "drawn": difference(lines)} for heading, lines in changes],
    }


def _version_table(read: Read, in_force: Version) -> Table:
    return Table(
        "versions",
        _("Versions of the text"),
        (
            Column("version", _("Version"), sortable=False),
            Column("title", _("What changed"), sortable=False, as_is=True),
            Column("effective", _("Holds from"), sortable=False, as_is=True),
            Column("known", _("Known to both sides from"), sortable=False, as_is=True),
            Column("state", _("State"), sortable=False),
        ),
        [
            {
                "version": Cell(
                    version.name,
                    _("as signed") if version.name == ORIGINAL else as_is(version.name),
                    href=f"?version={version.name}#in-plain-words",
                ),
                "title": Cell(version.title),
                "effective": Cell(version.effective),
                "known": Cell(version.known),
                "state": Cell(_state(version, in_force)),
            }
            for version in read.versions
        ],
    )


def _state(version: Version, in_force: Version) -> str:
    words = (
        _("in force") if version is in_force else _("later") if version.effective > in_force.effective else _("past")
    )
    return (
        _("%(state)s; reaches back, so periods between the two days are restated") % {"state": words}
        if (version.reaches_back)
        else words
    )


# ---- examples and findings ---------------------------------------------------------------------------------------


def _examples(read: Read) -> Table:
    return Table(
        "examples",
        _("Worked examples, run through the arithmetic that judges"),
        (
            Column("clause", _("Clause"), as_is=True),
            Column("title", _("Example"), as_is=True),
            Column("expected", _("Must come out"), sortable=False, as_is=True),
            Column("found", _("Comes out"), sortable=False, as_is=True),
            Column("holds", _("Holds")),
        ),
        [
            {
                "clause": Cell(run.example.clause),
                "title": Cell(run.example.title),
                "expected": Cell("; ".join(f"{name}: {value}" for name, value in run.expected)),
                "found": Cell("; ".join(f"{name}: {value}" for name, value in run.found)),
                "holds": Cell(run.holds, _("yes") if run.holds else _("no")),
            }
            for run in read.examples
        ],
        empty=_("The text holds no worked example. One is the surest way to agree on what a clause means."),
    )


def _findings(read: Read) -> Table:
    places = {file.name: place for place, file in enumerate(read.files)}
    return Table(
        "findings",
        _("Findings"),
        (
            Column("severity", _("Weight")),
            Column("rule", _("Rule"), as_is=True),
            Column("where", _("Where"), as_is=True),
            Column("message", _("What"), sortable=False, as_is=True),
            Column("cure", _("Cure"), sortable=False, as_is=True),
        ),
        [
            {
                "severity": Cell(
                    finding.severity.value, f"{_SHAPES[finding.severity]} {severity_words(finding.severity)}"
                ),
                "rule": Cell(finding.id),
                "where": Cell(
                    str(finding.place),
                    href=f"#{_line_id(places[finding.place.file], finding.place.line)}"
                    if finding.place.file in places and finding.place.line
                    else "",
                ),
                "message": Cell(finding.message),
                "cure": Cell(finding.cure),
            }
            for finding in read.findings
        ],
        empty=_("The check found nothing: every rule holds, in every version of the text."),
    )


# ---- the text as written -----------------------------------------------------------------------------------------


def _line_id(place: int, line: int) -> str:
    return f"line-{place}-{line}"


def _written(place: int, file: TextFile, findings: tuple[Finding, ...]) -> Markup:
    """A file with its line numbers, each finding under the line it is about."""
    under: dict[int, list[Finding]] = {}
    for finding in findings:
        if finding.place.file == file.name:
            under.setdefault(finding.place.line, []).append(finding)
    lines: list[Child] = [_note(one) for one in under.get(0, [])]
    for number, line in enumerate(file.lines, 1):
        found = under.get(number, [])
        grave = any(one.severity is Severity.ERROR for one in found)
        classes = f"line{' found' if found else ''}{' grave' if grave else ''}"
        lines.append(tag("span", line or " ", class_=classes, id=_line_id(place, number)))
        lines += [_note(one) for one in found]
    return tag("div", lines, class_="text-of-contract", tabindex=0, role="region", aria_label=file.name)


def _note(finding: Finding) -> Markup:
    return tag(
        "span",
        tag("strong", f"{_SHAPES[finding.severity]} {severity_words(finding.severity)} {finding.id} "),
        finding.message,
        tag("span", finding.cure, class_="cure") if finding.cure else None,
        class_=f"said {finding.severity.value}",
    )


PAGE = Page("contract/<str:contract>", gettext_lazy("Contract"), EVERYONE, gather)
