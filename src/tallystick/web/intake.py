"""From a file that somebody gave to rows in the lake, by the core's own `ingest`: look at it, then take it in.

`look` reads a whole file and stores nothing: what it is taken for, what each row would become, what is wrong. `take_in`
stores it. Both read through `Watched`, which stands around a connector: it keeps the first rows for the preview, and it
holds a partner's file to that partner: whatever the file says, rows of others are refused and cases of others unseen.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterable
from collections.abc import Mapping as AbstractMapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from tallystick import registry
from tallystick.home import Home
from tallystick.measures.coverage import coverage
from tallystick.privacy.redaction import Redactor
from tallystick.privacy.vault import Vault
from tallystick.records import ledger, mapping_file
from tallystick.records.connector import Connector, Mapping
from tallystick.records.connectors._listed import ListConnector
from tallystick.records.connectors.any_table.guess import SHAPE_ROLES
from tallystick.records.containers import Container, damaged, forget, opened
from tallystick.records.ingest import CONNECTORS, ingest
from tallystick.records.ledger import Outcome
from tallystick.vocabulary.clock_terms import STATUS_CATEGORIES
from tallystick.vocabulary.errors import DamagedContainer, TallystickError, UsageError
from tallystick.vocabulary.finding import Finding
from tallystick.web.watched_connector import NEVER_SHOWN, Watched, watched

# A look stores no texts, so it is given no redactor; that is no news to anybody.
_NO_TEXTS = "TS-I510"
SAMPLES = 3
DATE_FORMS = ("iso", "day-first", "month-first", "year-first", "month name", "unix", "unix-ms", "excel")
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
# Words of the source that a person may give a meaning, with the meanings there are ("" is any).
WORDS = ("statuses", "kinds", "queues", "channels")
_KINDS: dict[str, tuple[str, ...]] = {
    "any_table": (
        "created", "message:agent", "message:customer", "message:public", "message:auto", "note", "owner:*", "queue:*",
        "priority:*", "status:*", *(f"status:{category}" for category in STATUS_CATEGORIES), "escalated:*",
        "acknowledged", "handover", "merged:*", "flag:spam", "flag:duplicate", "flag:test", "flag:*",
    ),
    "surveys": ("csat", "nps", "ces", "fcr"),
}  # fmt: skip
# Findings that name a word without a meaning, and the part of the mapping in which it is given one.
_WORDLESS = {"TS-I211": "statuses", "TS-I222": "kinds", "TS-I230": "kinds"}
_MOST_WORDS = 60
_DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[ T,]+\d{1,2}:\d{2}\S*(?:\s*[AaPp][Mm])?)?")
_ROLES_OF: dict[str, tuple[str, ...]] = {
    "surveys": (
        "response", "case", "sent", "answered", "survey", "score", "scale_min", "scale_max", "csat", "nps", "ces",
        "fcr", "comment", "partner", "queue", "agent", "channel", "language", "customer", "updated",
    ),
    "agents": (
        "agent", "name", "first", "last", "partner", "site", "languages", "started", "left", "email", "helpdesk",
        "telephony", "payroll", "updated",
    ),
}  # fmt: skip

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Told:
    """What a person said about a file; empty parts are left to the guess.

    `columns` leads from meaning to column ('' takes a guess away), `dates` from column to form, `words` holds meanings
    of the source's words under the names of `WORDS`.
    """

    connector: str = ""
    feed: str = ""
    partner: str = ""
    shape: str = ""
    zone: str = ""
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    columns: AbstractMapping[str, str] = field(default_factory=dict)
    dates: AbstractMapping[str, str] = field(default_factory=dict)
    words: AbstractMapping[str, AbstractMapping[str, str]] = field(default_factory=dict)

    def as_plain(self) -> dict[str, Any]:
        """Plain values, for the desk."""
        return asdict(self)

    @classmethod
    def of_plain(cls, plain: AbstractMapping[str, Any]) -> Told:
        """What `as_plain` gave."""
        return cls(**plain)


@dataclass(frozen=True)
class Look:
    """What a file was taken for, as plain values for the desk: the mapping, its columns, a preview, what is wrong."""

    mapping: dict[str, Any]
    columns: list[dict[str, Any]]
    roles: list[str]
    words: dict[str, list[dict[str, str]]]
    read_as: dict[str, str]
    previews: list[dict[str, Any]]
    counts: dict[str, int]
    findings: list[dict[str, Any]]
    refused: str = ""
    cure: str = ""

    def as_plain(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)


# ---- what a connector can read -----------------------------------------------------------------------------------


def meanings(connector: str, part: str) -> tuple[str, ...]:
    """What a word of a source may mean; empty where any word may stand (channels) or partners do (queues)."""
    if part == "statuses":
        return STATUS_CATEGORIES
    if part == "kinds" and connector == "scorecard":
        return ("ignore", *registry.names("tallystick.measures.kpi"))
    if part == "kinds" and isinstance(entry := _entry(connector), ListConnector):
        return entry.meanings
    return _KINDS.get(connector, ()) if part == "kinds" else ()


def supports(connector: str) -> str:
    """Which measures the source of a connector can support, in one sentence; empty where there is none of that name."""
    entry = _entry(connector)
    return "" if entry is None else coverage(entry.fills, entry.cannot).sentence


def _entry(connector: str) -> Connector | None:
    found = registry.load_one(CONNECTORS, Connector, connector) if connector else None  # type: ignore[type-abstract]
    return found() if isinstance(found, type) else found


def _roles_of(connector: str) -> tuple[str, ...]:
    """What the columns of a connector's files may be for."""
    if connector in _ROLES_OF:
        return _ROLES_OF[connector]
    entry = _entry(connector)
    return tuple(entry.roles) if isinstance(entry, ListConnector) else ()


# ---- which connector, which mapping ------------------------------------------------------------------------------


def connectors() -> dict[str, str]:
    """The connectors that there are, with their titles."""
    return {name: entry.title for name, entry in registry.load_folder(CONNECTORS, Connector).items()}


def connector_of(path: Path, told: str = "") -> tuple[str, Connector]:
    """The connector that was named, or the one that is surest of the file; refuses a file that none knows."""
    known: dict[str, Any] = dict(registry.load_folder(CONNECTORS, Connector))
    made = {name: entry() if isinstance(entry, type) else entry for name, entry in known.items()}
    if told in made:
        return told, made[told]
    sure = sorted(((-reader.recognise(path), name) for name, reader in made.items()))
    if not sure or sure[0][0] >= 0:
        raise damaged("TS-I002", path.name, "nothing that is read here looks like this.")
    return sure[0][1], made[sure[0][1]]


def feed_for(home: Home, wanted: str, own: str = "") -> str:
    """A feed's name; a partner's is one that is its own, or a new one that begins with its name."""
    name = mapping_file.feed_name(wanted)
    if not own:
        return name
    saved = mapping_file.load(home.root, name)
    if saved is not None and _is_own(home, saved, own):
        return name
    name = name if saved is None and name.startswith(f"{own}-") else f"{own}-{name}"
    at = name
    for number in range(2, 100):
        saved = mapping_file.load(home.root, at)
        if saved is None or _is_own(home, saved, own):
            return at
        at = f"{name}-{number}"
    raise damaged("TS-I023", wanted, "no name is free for this feed.")


def _is_own(home: Home, saved: Mapping, own: str) -> bool:
    """Whether a feed is a partner's own, and nobody else's feed shares its keys."""
    return all(one.partner == own for one in mapping_file.load_all(home.root) if one.source == saved.source)


def _only_own_kinds(kind: str) -> None:
    """Refuse from a partner what the client alone takes in: a list of agents says whose ids others may see."""
    entry = _entry(kind)
    if entry is not None and entry.clients_alone:
        raise UsageError(f"This is {entry.clients_alone}, which the client takes in.", "Send it to the client.")


@dataclass(frozen=True)
class _Plan:
    reader: Watched
    mapping: Mapping
    hints: dict[str, str]


def _planned(home: Home, path: Path, told: Told, own: str, name: str) -> _Plan:
    kind, inner = connector_of(path, told.connector)
    if own:
        _only_own_kinds(kind)
    reader = watched(inner, own, name)
    hints = {"zone": told.zone or (home.zone if home.zone != "UTC" else ""), "partner": own or told.partner}
    hints |= {"encoding": told.encoding, "delimiter": told.delimiter, "sheet": told.sheet, "shape": told.shape}
    hints = {key: value for key, value in hints.items() if value}
    feed = told.feed
    if not feed:
        with suppress(DamagedContainer):
            feed = inner.propose(path, None, hints).feed
    feed = feed_for(home, feed or path.name.split(".", 1)[0], own)
    saved = mapping_file.load(home.root, feed)
    if saved is not None and saved.connector != kind:
        saved = None
    hints |= {"feed": feed, "source": saved.source if saved else feed}
    base = _corrected(saved, told, kind, feed, hints)
    return _Plan(reader, reader.propose(path, base, hints), hints)


def _corrected(saved: Mapping | None, told: Told, kind: str, feed: str, hints: dict[str, str]) -> Mapping | None:
    """The saved mapping with what a person said laid over it; None where neither says anything."""
    settings = {key: value for key in ("encoding", "delimiter", "sheet") if (value := getattr(told, key))}
    said = bool(settings or told.columns or told.dates or told.words or told.shape)
    if saved is None and not said:
        return None
    base = saved or Mapping(connector=kind, feed=feed, source=hints["source"], partner=hints.get("partner", ""))
    otherwise = {key: value for key, value in settings.items() if base.settings.get(key, "") != value}
    if otherwise or (told.shape and base.shape not in ("", told.shape)):
        # Another reading of the file has other columns: what was known of them says nothing.
        kept = {key: value for key, value in base.settings.items() if key not in ("dates", "units", "survey")}
        base = base.with_(columns={}, shape="", settings=kept)
    words = {part: {**getattr(base, part), **told.words.get(part, {})} for part in WORDS}
    dates = {**base.settings.get("dates", {}), **told.dates}
    return base.with_(
        shape=told.shape or base.shape,
        zone=told.zone or base.zone,
        partner=hints.get("partner") or base.partner,
        columns={**base.columns, **told.columns},
        settings={**base.settings, **settings, **({"dates": dates} if dates else {})},
        **words,
    )


# ---- the two verbs -----------------------------------------------------------------------------------------------


def look(home: Home, path: Path, told: Told, *, own: str = "", name: str = "", as_of: datetime) -> Look:
    """What a file would become. What cannot be read is said with its cure, and the file's columns are shown even so."""
    try:
        plan = _planned(home, path, told, own, name)
    except TallystickError as error:
        return _refused(path, told, error)
    outcome = _ingested(home, path, plan, as_of, dry_run=True)
    mapping = outcome.mapping or plan.mapping
    roles = _roles(mapping)
    found = Look(
        mapping=mapping.as_plain(),
        columns=_columns(path, mapping.settings, mapping),
        roles=list(roles),
        words=_words(mapping, outcome.findings),
        read_as={str(key): str(value) for key, value in mapping.settings.get("read_as", {}).items()},
        previews=[
            {"table": table, "rows": sorted(rows, key=lambda row: row["row"])}
            for table, rows in plan.reader.previews.items()
            if rows and table != "message"
        ],
        counts={part: getattr(outcome, part) for part in ("rows_in", "stored", "duplicate", "rejected")},
        findings=[finding.as_json() for finding in outcome.findings if finding.id != _NO_TEXTS],
        refused=outcome.refused,
    )
    forget()
    return found


def take_in(
    home: Home,
    path: Path,
    mapping: Mapping,
    *,
    own: str = "",
    name: str = "",
    as_of: datetime,
    progress: Progress | None = None,
) -> Outcome:
    """Store a file's rows as `mapping` reads them, whole or not at all; the same file again adds nothing."""
    if own:
        _only_own_kinds(mapping.connector)
        saved = mapping_file.load(home.root, mapping.feed)
        if saved is not None and not _is_own(home, saved, own):
            raise UsageError(f"The feed {mapping.feed!r} is not yours.", "Give the file again under another feed.")
    reader = watched(connector_of(path, mapping.connector)[1], own, name)
    outcome = _ingested(home, path, _Plan(reader, mapping, _hints_of(mapping)), as_of, dry_run=False, progress=progress)
    forget()
    return outcome


def _hints_of(mapping: Mapping) -> dict[str, str]:
    said = {"feed": mapping.feed, "source": mapping.source, "zone": mapping.zone, "partner": mapping.partner}
    return {key: value for key, value in said.items() if value}


def _ingested(
    home: Home, path: Path, plan: _Plan, as_of: datetime, *, dry_run: bool, progress: Progress | None = None
) -> Outcome:
    return ingest(
        home.root,
        path,
        connector=plan.reader,
        mapping=plan.mapping,
        as_of=as_of,
        dry_run=dry_run,
        redactor=None if dry_run else Redactor(),
        vault=Vault.rehearse(home.folder("keys")) if dry_run else Vault.create(home.folder("keys")),
        progress=progress,
        client=home.client,
        hints=plan.hints,
    )


def first_outcome(home: Home, outcome: Outcome, since: datetime) -> dict[str, Any]:
    """The outcome as plain values; if it is a replay of what was stored since, then that of the first time.

    A process that died after the commit left the rows; the second run finds all of them there already.
    """
    plain = outcome.as_plain()
    if outcome.commit or not outcome.load_id:
        return plain
    for line in ledger.lines(home.root):
        if line.get("load_id") == outcome.load_id and line.get("commit") and line.get("as_of", "") >= since.isoformat():
            return {**plain, **{key: line[key] for key in plain if key in line}}
    return plain


def refusal(error: TallystickError) -> dict[str, Any]:
    """The outcome of a file of which nothing was stored, as plain values."""
    finding = {"id": getattr(error, "rule", ""), "severity": "error", "message": error.message, "cure": error.cure}
    return {"refused": error.message, "findings": [finding], "rows_in": 0, "stored": 0, "duplicate": 0, "rejected": 0}


def _refused(path: Path, told: Told, error: TallystickError) -> Look:
    hints = {"encoding": told.encoding, "delimiter": told.delimiter, "sheet": told.sheet}
    columns: list[dict[str, Any]] = []
    read_as: dict[str, str] = {}
    with suppress(TallystickError):
        container = opened(path, hints)
        columns = _columns(path, hints, None)
        read_as = dict(container.shown)
    forget()
    kind = told.connector or "any_table"
    mapping: dict[str, Any] = {"connector": kind, "feed": told.feed, "shape": told.shape}
    roles = _roles_of(kind) or SHAPE_ROLES.get(told.shape) or SHAPE_ROLES["one row per case"]
    finding = {"id": getattr(error, "rule", ""), "severity": "error", "message": error.message, "cure": error.cure}
    return Look(mapping, columns, list(roles), {}, read_as, [], {}, [finding], error.message, error.cure)


# ---- what is shown of a file -------------------------------------------------------------------------------------


def _roles(mapping: Mapping) -> tuple[str, ...]:
    known = _roles_of(mapping.connector) or SHAPE_ROLES.get(mapping.shape, ())
    return (*known, *(role for role in mapping.columns if role not in known)) if mapping.columns else ()


def _words(mapping: Mapping, findings: Iterable[Finding]) -> dict[str, list[dict[str, str]]]:
    """The source's words with their meanings, those without one first; none that holds personal data."""
    found: dict[str, dict[str, str]] = {part: {} for part in WORDS}
    for finding in findings:
        if finding.id in _WORDLESS and finding.value:
            found[_WORDLESS[finding.id]].setdefault(finding.value, "")
    for part, words in found.items():
        words |= {str(raw): str(to) for raw, to in getattr(mapping, part).items()}
    listed = {}
    for part, words in found.items():
        safe, _ = Redactor().redact(pa.array(list(words), pa.string()))
        plain = {word for word, shown in zip(words, safe.to_pylist(), strict=True) if word == shown}
        rows = [{"raw": raw, "meaning": to} for raw, to in words.items() if raw in plain]
        if rows:
            listed[part] = sorted(rows, key=lambda row: bool(row["meaning"]))[:_MOST_WORDS]
    return listed


def _columns(path: Path, settings: AbstractMapping[str, Any], mapping: Mapping | None) -> list[dict[str, Any]]:
    """The file's columns: name, the first cells with personal data taken out, what each is taken for."""
    if mapping is not None and not mapping.columns:
        return []
    container = opened(path, settings)
    try:
        loaded = container.rows()
    except DamagedContainer:
        # Lines of a system's own (a calendar) are no table with columns to choose from.
        return []
    taken = {} if mapping is None else {column: role for role, column in mapping.columns.items() if column}
    dates = {} if mapping is None else dict(mapping.settings.get("dates", {}))
    found = []
    for column in loaded.columns:
        role = taken.get(column.name, "")
        found.append(
            {"name": column.name, "role": role, "date": dates.get(column.name, ""), "cells": _cells(container, column)}
            if role not in NEVER_SHOWN
            else {"name": column.name, "role": role, "date": "", "cells": []}
        )
    return found


def _cells(container: Container, column: Any) -> list[str]:
    loaded = container.rows()
    query = (
        f"SELECT DISTINCT CAST({column.slot} AS VARCHAR) FROM (SELECT * FROM {loaded.table} LIMIT 200) "  # noqa: S608
        f"WHERE {column.slot} IS NOT NULL ORDER BY 1 LIMIT {SAMPLES}"
    )
    cells = [str(row[0])[:60] for row in loaded.connection.execute(query).fetchall() if str(row[0]).strip()]
    redacted, _ = Redactor().redact(pa.array(cells, pa.string()))
    # A date that is written with slashes looks like a telephone number to the redactor.
    return [
        cell if _DATE.fullmatch(cell) else str(safe) for cell, safe in zip(cells, redacted.to_pylist(), strict=True)
    ]


# ---- rows to correct ---------------------------------------------------------------------------------------------


def rejected_rows(home: Home, quarantine: str, mapping: AbstractMapping[str, Any], most: int) -> list[dict[str, Any]]:
    """The rejected rows of a load as the core keeps them, in order of the file.

    Of a row that could not be taken apart the whole text is kept: where the file has a column of customers' texts, it
    may hold one, and is not shown.
    """
    path = home.root / quarantine
    if not quarantine or not path.is_file():
        return []
    with path.open(encoding="utf-8") as handle:
        found: list[dict[str, Any]] = [json.loads(line) for _, line in zip(range(most), handle, strict=False)]
    hidden = {"value": ""} if _private(mapping) else {}
    return [one if one["column"] else {**one, **hidden} for one in found]


def _private(mapping: AbstractMapping[str, Any]) -> set[str]:
    """The columns that hold customers' texts."""
    columns = mapping.get("columns", {})
    return {columns[role] for role in ("text", "comment") if columns.get(role)}


def to_correct(path: Path, mapping: AbstractMapping[str, Any], wrong: Iterable[dict[str, Any]]) -> list[dict[str, str]]:
    """The rejected rows as they stood in the file, by column, without customers' texts; '' holds the row's number.

    A row that could not be taken apart is laid over the columns as far as it reaches. Empty for files without columns.
    """
    if not mapping.get("columns"):
        return []
    faults = {int(one["row"]): one for one in wrong}
    private = _private(mapping)
    loaded = opened(path, mapping.get("settings", {})).rows()
    shown = [column for column in loaded.columns if column.name not in private]
    numbers = loaded.row_numbers(np.arange(loaded.rows, dtype=np.int64))
    ordinals = np.flatnonzero(np.isin(numbers, np.array(sorted(faults), np.int64)))
    found: dict[int, dict[str, str]] = {}
    if len(ordinals):
        slots = ", ".join(f"CAST({column.slot} AS VARCHAR)" for column in shown)
        listed = ", ".join(str(int(ordinal)) for ordinal in ordinals)
        query = f"SELECT rowid, {slots} FROM {loaded.table} WHERE rowid IN ({listed})"  # noqa: S608  our own numbers
        for ordinal, *cells in loaded.connection.execute(query).fetchall():
            texts = ["" if cell is None else str(cell) for cell in cells]
            found[int(numbers[ordinal])] = dict(zip([column.name for column in shown], texts, strict=True))
    forget()
    names = [column.name for column in shown]
    for number, fault in faults.items():
        if number not in found and not fault["column"]:
            found[number] = _laid_out(str(fault["value"]), names, mapping)
    return [{"": str(number), **found[number]} for number in sorted(found)]


def _laid_out(text: str, names: list[str], mapping: AbstractMapping[str, Any]) -> dict[str, str]:
    told = mapping.get("settings", {}).get("read_as", {}).get("delimiter", "")
    mark = next((mark for mark, name in DELIMITERS.items() if name == told), "")
    cells = next(csv.reader([text], delimiter=mark), []) if mark else [text]
    cells += [""] * (len(names) - len(cells))
    kept, rest = cells[: len(names) - 1], cells[len(names) - 1 :]
    return dict(zip(names, [*kept, mark.join(rest)], strict=True))
