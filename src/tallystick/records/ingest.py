"""Files in, canonical rows out: idempotent, all or nothing, and every row accounted for.

The steps of one load: open and propose, read batches, complete the rows (keys of persons, versions, hashes), leave out
what is there already, find whose the rows are, put texts through redactor and vault, commit all tables as one, write
the ledger. Before the commit nothing is visible; after it everything is, and the ledger is completed on the next run
if the process died in between.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from collections.abc import Mapping as AbstractMapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from tallystick.records import attribution, commits, ledger, mapping_file
from tallystick.records.arriving import (
    beside_stored,
    completed,
    fed,
    joined,
    numbered,
    sealed,
    source_rows,
    texts_of,
    unseen,
    with_words,
    withdrawn_by,
)
from tallystick.records.attribution import Holders
from tallystick.records.cohorts import with_cohorts
from tallystick.records.connector import Connector, Mapping, Reject, Resolver
from tallystick.records.file_load import (
    Keyless,
    Load,
    Redactor,
    Vault,
    generation_of,
    read_otherwise,
    rendering,
    replayed,
    settled,
    words_of,
)
from tallystick.records.fingerprint import digest_of_path
from tallystick.records.holding import attributed
from tallystick.records.known_cases import case_finder
from tallystick.records.known_feed import known_feed
from tallystick.records.lake import Change, Lake
from tallystick.records.languages import with_languages
from tallystick.records.ledger import Outcome
from tallystick.records.log_changes import with_changes
from tallystick.records.rereading import settle_generation
from tallystick.records.word_meanings import holders_with, mapping_rows, micros, stored_mapping
from tallystick.registry import load_folder, load_one, names
from tallystick.vocabulary.canonical import digest
from tallystick.vocabulary.errors import DamagedContainer, NotFound, UsageError
from tallystick.vocabulary.finding import Finding, Place, Severity
from tallystick.vocabulary.scope import Scope

CONNECTORS = "tallystick.records.connectors"
LAKE = "lake"
# Raised when the rows that the same file yields change, so that a file is read again by a newer version.
READING = 1

Progress = Callable[[int, int], None]


def ingest(
    home: Path | str,
    files: Path | str | Sequence[Path | str],
    *,
    connector: Connector | str | None = None,
    mapping: Mapping | Path | None = None,
    partner: str | None = None,
    as_of: datetime,
    strict: bool = False,
    dry_run: bool = False,
    redactor: Redactor | None = None,
    vault: Vault | None = None,
    progress: Progress | None = None,
    client: str | None = None,
    hints: AbstractMapping[str, str] | None = None,
) -> Outcome:
    """Take files (or folders of one export) into the lake of a folder; each is a load of its own.

    `partner` holds for rows that name none; `hints` go to the connector's proposal. A damaged container refuses its
    file (exit code 3), a bad row is quarantined while the rest is stored (1), `strict` refuses instead. `dry_run`
    counts as if it stored and writes nothing, no key either. Without a redactor and a vault no text and no person's
    key is stored.
    """
    root = Path(home)
    if as_of.tzinfo is None:
        raise UsageError("`as_of` needs a zone.", "Pass an aware datetime.")
    paths = [Path(files)] if isinstance(files, str | Path) else [Path(file) for file in files]
    if not paths:
        raise UsageError("No file was named.", "Name at least one file.")
    settings = dict(hints or {})
    if dry_run and vault is not None:
        vault = Keyless(vault)
    if partner:
        settings.setdefault("partner", partner)

    def one(lake: Lake | None, path: Path) -> Outcome:
        return _one(
            root, lake, path, connector=connector, mapping=mapping, partner=partner, as_of=as_of, strict=strict,
            dry_run=dry_run, redactor=redactor, vault=vault, progress=progress, hints=settings,
        )  # fmt: skip

    if dry_run and not (root / LAKE / commits.PROTOCOL_FILE).is_file():
        return ledger.together([one(None, path) for path in paths])
    with open_lake(root, client) as lake:
        if dry_run:
            return ledger.together([one(lake, path) for path in paths])
        with commits.locked(lake.root):
            complete_ledger(root, lake)
            return ledger.together([one(lake, path) for path in paths])


def open_lake(home: Path, client: str | None = None) -> Lake:
    """The lake of a folder, made when it is missing. The client's name comes from tally.yaml where none is given."""
    root = home / LAKE
    if (root / commits.PROTOCOL_FILE).is_file():
        lake = Lake.open(root)
        if client is not None and client != lake.client:
            raise UsageError(f"{root} holds the data of {lake.client!r}, not of {client!r}.", "Choose another folder.")
        return lake
    return Lake.create(root, client or _client_of(home))


def _client_of(home: Path) -> str:
    text = home / "tally.yaml"
    if text.is_file():
        from ruamel.yaml import YAML

        found = YAML(typ="safe", pure=True).load(text.read_text(encoding="utf-8"))
        if isinstance(found, dict) and found.get("client"):
            client = found["client"]
            return str(client.get("id", "client") if isinstance(client, dict) else client)
    return "client"


def complete_ledger(home: Path, lake: Lake) -> None:
    """Write the ledger lines of loads that were committed by a process that died before it wrote them."""
    written = {entry.get("commit") for entry in ledger.lines(home)}
    for record in lake.records():
        if record.kind == "load" and record.number not in written and record.outcome:
            ledger.write_line(home, dict(record.outcome))


# ---- one file -------------------------------------------------------------------------------------------------------


def _one(
    home: Path,
    lake: Lake | None,
    path: Path,
    *,
    connector: Connector | str | None,
    mapping: Mapping | Path | None,
    partner: str | None,
    as_of: datetime,
    strict: bool,
    dry_run: bool,
    redactor: Redactor | None,
    vault: Vault | None,
    progress: Progress | None,
    hints: AbstractMapping[str, str],
) -> Outcome:
    sha256 = digest_of_path(path)
    name = ""
    try:
        name, reader = _choose(path, connector)
        plan, told = _plan(home, path, name, reader, mapping, hints)
        plan = reader.settle(path, plan, _resolver(lake, plan, as_of, vault))
    except DamagedContainer as error:
        return _refused_container(home, path, sha256, name, None, error, as_of, dry_run)
    load_id = digest(
        {"sha256": sha256, "connector": name, "mapping": settled(plan), "partner": partner, "reading": READING}
    )[:24]
    load = Load(home, path, sha256, reader, name, plan, load_id, as_of, findings=told, dry_run=dry_run)
    if lake is not None and (before := replayed(lake, load_id)) is not None:
        return _replay(load, before, dry_run)
    load.generation, before_words = generation_of(lake, plan, sha256)
    try:
        _read(load, lake, vault, progress)
    except DamagedContainer as error:
        return _refused_container(home, path, sha256, name, plan, error, as_of, dry_run)
    if lake is not None and before_words is not None:
        settle_generation(load, lake, before_words, _feed_partner(load, partner))
    if stale := read_otherwise(lake, load):
        load.findings.append(
            Finding(
                "TS-I511",
                Severity.WARNING,
                f"{len(stale)} file(s) of feed {plan.feed!r} were read by an older mapping: {', '.join(stale[:5])}.",
                Place(file=path.name),
                "Ingest them again, so that all rows are read alike.",
                count=len(stale),
            )
        )
    rejected = len({reject.counted_as for reject in load.rejects})
    if strict and rejected:
        refused = f"{rejected} bad row(s); --strict stores nothing"
        outcome = load.outcome(0, load.rows_in, refused=refused, dry_run=dry_run)
        if not dry_run:
            _note(load, outcome)
        return outcome
    changes, stored = _changes(load, lake, partner, redactor, vault, rejected)
    counts = {change.name: change.rows.num_rows for change in changes if change.rows.num_rows}
    if dry_run or lake is None:
        return load.outcome(stored, rejected, tables=counts, dry_run=True)
    mapping_file.save(home, plan)
    quarantine = ledger.write_quarantine(home, load_id, load.rejects) if load.rejects else ""
    outcome = load.outcome(stored, rejected, tables=counts, quarantine=quarantine)
    if counts:
        number = lake.pin().number + 1
        outcome = load.outcome(stored, rejected, tables=counts, quarantine=quarantine, commit=number)
        lake.commit(
            changes,
            load_id=load_id,
            cursor={**load.cursor, "source": plan.source} if load.cursor else None,
            outcome=_entry(load, outcome),
        )
    _note(load, outcome)
    return outcome


def _choose(path: Path, connector: Connector | str | None) -> tuple[str, Connector]:
    if isinstance(connector, str):
        found = load_one(CONNECTORS, Connector, connector)  # type: ignore[type-abstract]
        if found is None:
            raise NotFound("connector", connector, names(CONNECTORS))
        return connector, _made(found)
    if connector is not None:
        return type(connector).__module__.rsplit(".", 1)[-1], connector
    if not path.exists():
        raise DamagedContainer("TS-I500", path.name, "there is no such file", "Check the path.")
    known = {name: _made(entry) for name, entry in load_folder(CONNECTORS, Connector).items()}
    sure = sorted(
        ((reader.recognise(path), name) for name, reader in known.items()), key=lambda pair: (-pair[0], pair[1])
    )
    if not sure or sure[0][0] <= 0:
        raise DamagedContainer(
            "TS-I501", path.name, "no connector recognises this file",
            f"Name one with --connector ({', '.join(sorted(known))}), or export a table such as CSV or XLSX.",
        )  # fmt: skip
    return sure[0][1], known[sure[0][1]]


def _made(entry: Any) -> Connector:
    return entry() if isinstance(entry, type) else entry  # type: ignore[no-any-return]


def _plan(
    home: Path, path: Path, name: str, reader: Connector, given: Mapping | Path | None, hints: AbstractMapping[str, str]
) -> tuple[Mapping, list[Finding]]:
    """The mapping to use, and what should be known about its choice.

    As given, else the saved one of the feed that the file's name (or `hints`) tells, else that of the known feed whose
    columns the file has, each completed by the connector's guesses; else its guesses alone.
    """
    if isinstance(given, Path):
        if not given.is_file():
            raise NotFound("mapping", str(given))
        given = mapping_file.parse(given.read_text(encoding="utf-8"), str(given))
    saved = given
    if saved is None and hints.get("feed"):
        saved = mapping_file.load(home, hints["feed"])
    if saved is not None:
        return reader.propose(path, saved, hints), []
    try:
        proposed = reader.propose(path, None, hints)
    except DamagedContainer:
        # What no guess can read may be a file of a feed whose mapping was written by hand.
        if hints.get("feed") or (found := known_feed(home, path, name, reader, hints)) is None:
            raise
        return found, [_recognised(found, path)]
    if (saved := mapping_file.load(home, proposed.feed)) is not None:
        return reader.propose(path, saved, hints), []
    if hints.get("feed") or (found := known_feed(home, path, name, reader, hints)) is None:
        return proposed, []
    return found, [_recognised(found, path)]


def _recognised(plan: Mapping, path: Path) -> Finding:
    sentence = f"Read as feed {plan.feed!r} by its saved mapping."
    return Finding("TS-I512", Severity.NOTE, sentence, Place(file=path.name), "`--feed NAME` for a new feed.")


def _replay(load: Load, before: AbstractMapping[str, Any], dry_run: bool) -> Outcome:
    load.rows_in = int(before["rows_in"])
    load.generation = int(before.get("generation", 0))
    outcome = load.outcome(0, int(before["rejected"]), dry_run=dry_run, quarantine=str(before.get("quarantine", "")))
    if not dry_run:
        _note(load, outcome)
    return outcome


def _entry(load: Load, outcome: Outcome) -> dict[str, Any]:
    return {
        **outcome.as_plain(),
        "as_of": load.as_of.isoformat(),
        "source": load.mapping.source,
        "generation": load.generation,
        "rendering": rendering(load.mapping),
        "words": words_of(load.mapping),
    }


def _note(load: Load, outcome: Outcome) -> None:
    ledger.write_line(load.home, _entry(load, outcome))


def _refused_container(
    home: Path,
    path: Path,
    sha256: str,
    name: str,
    mapping: Mapping | None,
    error: DamagedContainer,
    as_of: datetime,
    dry_run: bool,
) -> Outcome:
    finding = Finding(error.rule, Severity.ERROR, error.message, Place(file=path.name), error.cure)
    outcome = Outcome(
        load_id="", file=path.name, connector=name, mapping=mapping, rows_in=0, stored=0, duplicate=0, rejected=0,
        findings=(finding,), sha256=sha256, dry_run=dry_run, refused=error.message,
    )  # fmt: skip
    if not dry_run:
        ledger.write_line(home, {**outcome.as_plain(), "as_of": as_of.isoformat()})
    return outcome


# ---- reading --------------------------------------------------------------------------------------------------------


def _resolver(lake: Lake | None, plan: Mapping, as_of: datetime, vault: Vault | None) -> Resolver:
    saved: dict[str, dict[str, str]] = {}
    for row in stored_mapping(lake, plan.source):
        saved.setdefault(row["kind"], {})[row["raw"]] = row["meaning"]
    return Resolver(
        client=lake.client if lake is not None else "",
        as_of_us=micros(as_of),
        saved=saved,
        pseudonyms=vault.pseudonyms if vault is not None else None,
        cases=case_finder(lake),
    )


def _read(load: Load, lake: Lake | None, vault: Vault | None, progress: Progress | None) -> None:
    resolver = _resolver(lake, load.mapping, load.as_of, vault)
    for batch in load.connector.read(load.path, load.mapping, resolver):
        load.rows_in += batch.rows_in
        load.noted += batch.noted
        load.rejects.extend(batch.rejects)
        load.findings.extend(batch.findings)
        load.cursor.update(batch.cursor)
        for name, told in batch.tables.items():
            if told.num_rows:
                # Texts pass by here once, in clear; what language they are in is told then or never.
                speaks = name == "message" and batch.texts is not None and not load.dry_run
                rows = with_languages(told, batch.texts) if speaks else told
                load.undated |= batch.undated
                load.tables.setdefault(name, []).append(completed(load, name, rows, vault))
        if batch.texts is not None and batch.texts.num_rows:
            load.texts.append(batch.texts)
        if progress is not None:
            progress(batch.done or load.rows_in, batch.total or load.rows_in)
    load.findings.extend(_summed(load.rejects))


def _summed(rejects: list[Reject]) -> list[Finding]:
    """One finding per rule and column, with the number of rows it holds for; the quarantine file has each of them."""
    found: dict[tuple[str, str], Finding] = {}
    for reject in rejects:
        name = (reject.finding.id, reject.column)
        known = found.get(name)
        found[name] = reject.finding if known is None else replace(known, count=known.count + reject.finding.count)
    return list(found.values())


# ---- from completed rows to changes ---------------------------------------------------------------------------------


def _changes(
    load: Load,
    lake: Lake | None,
    partner: str | None,
    redactor: Redactor | None,
    vault: Vault | None,
    rejected: int,
) -> tuple[list[Change], int]:
    """What the load does to each table, and how many source rows it adds."""
    arriving = {name: joined(parts) for name, parts in load.tables.items()}
    load.tables = {}
    text_rows = texts_of(load, redactor, vault)
    if text_rows is not None:
        arriving["message_text"] = text_rows
    feed = _feed_partner(load, partner)
    mapping_rows, changed_words = _mapping_rows(load, lake)
    holders = _holders(load, lake)
    with ThreadPoolExecutor(max_workers=1) as beside:
        words: Future[pa.Table] | None = None
        new: dict[str, pa.Table] = {}
        # Texts first: they are sealed while the rest is worked out.
        for name in sorted(arriving, key=lambda name: name != "message_text"):
            new[name] = unseen(load, lake, name, fed(load, name, arriving[name], feed))
            if name == "case":
                new[name] = beside_stored(load, lake, new[name], feed)
            if name == "message_text" and redactor is not None and vault is not None and not load.dry_run:
                words = beside.submit(sealed, new[name], redactor, vault)
                new[name] = numbered(new[name])
        stored = _stored(load, arriving, new, rejected)
        withdrawn = withdrawn_by(load, lake, arriving)
        new = with_changes(load, lake, new, withdrawn, feed)
        extra = _cases_of_words(load, lake, changed_words)
        resolved, moved = attributed(load, lake, holders, new, withdrawn, extra, changed_words)
        if words is not None and "message_text" in resolved:
            resolved["message_text"] = with_words(resolved["message_text"], words.result())
    changes = with_cohorts(lake, resolved, moved)
    if mapping_rows.num_rows:
        changes.append(Change("mapping", mapping_rows))
    return changes, min(stored, load.rows_in - rejected)


def _stored(
    load: Load, arriving: AbstractMapping[str, pa.Table], new: AbstractMapping[str, pa.Table], rejected: int
) -> int:
    """How many source rows the new rows come from; raises UnbalancedOutcome where a row ended nowhere."""
    seen, stored = source_rows(arriving.values()), source_rows(new.values())
    if seen + rejected + load.noted < load.rows_in:
        lost = load.rows_in - seen - rejected - load.noted
        raise ledger.UnbalancedOutcome(f"{load.name} read {lost} row(s) of {load.path.name} that ended nowhere")
    if load.noted and (stored or not seen):
        stored += load.noted
    return stored


def _feed_partner(load: Load, partner: str | None) -> str:
    return load.mapping.partner or partner or ""


def _mapping_rows(load: Load, lake: Lake | None) -> tuple[pa.Table, dict[str, list[str]]]:
    """Words whose meaning is new or changed, as rows of `mapping`; and those among them that move cases."""
    plan = load.mapping
    known = {
        (row["kind"], row["raw"]): row["meaning"]
        for row in stored_mapping(lake, plan.source)
        if row["valid_from"] is None
    }
    kinds = {
        "status": plan.statuses,
        "queue": plan.queues,
        "agent": plan.agents,
        "priority": plan.priorities,
        "channel": plan.channels,
        "language": plan.languages,
    }
    fresh = [
        (kind, raw, meaning)
        for kind, words in kinds.items()
        for raw, meaning in words.items()
        if meaning and known.get((kind, raw)) != meaning
    ]
    changed: dict[str, list[str]] = {}
    for kind, raw, _ in fresh:
        if kind in ("queue", "agent"):
            changed.setdefault(kind, []).append(raw)
    return mapping_rows(plan.source, fresh, load.load_id, load.as_of), changed


def _holders(load: Load, lake: Lake | None) -> Holders:
    stored = Holders()
    if lake is not None:
        stored = Holders.of_rows(lake.read(Scope.of_client(lake.client), "mapping"), load.mapping.source)
    return holders_with(stored, load.mapping.queues, load.mapping.agents)


def _cases_of_words(load: Load, lake: Lake | None, changed: AbstractMapping[str, list[str]]) -> pa.ChunkedArray | None:
    if lake is None or not changed:
        return None
    kinds = {"queue": "queue", "agent": "owner"}
    parts = [attribution.cases_with(lake, load.mapping.source, kinds[kind], words) for kind, words in changed.items()]
    return pa.chunked_array([part for part in parts if len(part)], pa.int64())
