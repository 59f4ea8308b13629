"""Files in, canonical rows out: idempotent, all or nothing, and every row accounted for.

The steps of one load: open and propose, read batches, complete the rows (keys of persons, versions, hashes), leave out
what is there already, find whose the rows are, put texts through redactor and vault, commit all tables as one, write
the ledger. Before the commit nothing is visible; after it everything is, and the ledger is completed on the next run
if the process died in between.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from collections.abc import Mapping as AbstractMapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.records import attribution, commits, ledger, mapping_file
from tallystick.records.attribution import Holders
from tallystick.records.connector import Connector, Mapping, Reject, Resolver
from tallystick.records.fingerprint import digest_of_path
from tallystick.records.keys import keys_of, mixed
from tallystick.records.lake import Change, Lake, split_newest
from tallystick.records.ledger import Outcome
from tallystick.records.table import GENERATION, INSTANT, Table, table
from tallystick.records.tables.mapping import EVERY_PARTNER
from tallystick.registry import load_folder, load_one, names
from tallystick.vocabulary.canonical import digest
from tallystick.vocabulary.errors import DamagedContainer, NotFound, UsageError
from tallystick.vocabulary.finding import Finding, Place, Severity
from tallystick.vocabulary.scope import Scope

CONNECTORS = "tallystick.records.connectors"
LAKE = "lake"
# Raised when the rows that the same file yields change, so that a file is read again by a newer version.
READING = 1
# Tables whose rows belong to a case, and move with it from partner to partner.
OF_A_CASE = ("case", "case_event", "message", "survey_response", "message_text")
_DERIVED = frozenset({"case_id", "original", "name_original"})

Progress = Callable[[int, int], None]


class Redactor(Protocol):
    """What ingest needs of `privacy.redaction`."""

    def redact(self, texts: pa.Array) -> tuple[pa.Array, pa.Array]:
        """The texts with personal data replaced, and per text the JSON of what was replaced."""


class Vault(Protocol):
    """What ingest needs of `privacy.vault`."""

    def pseudonyms(self, ids: pa.Array) -> pa.Array:
        """The keyed hash of each id, int64; null stays null."""

    def encrypt(self, place: str, column: str, rows: pa.Array, persons: pa.Array, values: pa.Array) -> pa.Array:
        """Each value under its person's key, bound to table, row and column."""


@dataclass
class _Load:
    """One file on its way into the lake."""

    home: Path
    path: Path
    sha256: str
    connector: Connector
    name: str
    mapping: Mapping
    load_id: str
    as_of: datetime
    generation: int = 0
    rows_in: int = 0
    noted: int = 0
    tables: dict[str, list[pa.Table]] = field(default_factory=dict)
    texts: list[pa.Table] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    cursor: dict[str, str] = field(default_factory=dict)

    def outcome(self, stored: int, rejected: int, **parts: Any) -> Outcome:
        return Outcome(
            load_id=self.load_id,
            file=self.path.name,
            connector=self.name,
            mapping=self.mapping,
            rows_in=self.rows_in,
            stored=stored,
            duplicate=self.rows_in - stored - rejected,
            rejected=rejected,
            findings=tuple(self.findings),
            sha256=self.sha256,
            **parts,
        )


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
    does everything but write. Without a redactor and a vault no text and no person's key is stored.
    """
    root = Path(home)
    if as_of.tzinfo is None:
        raise UsageError("`as_of` needs a zone.", "Pass an aware datetime.")
    paths = [Path(files)] if isinstance(files, str | Path) else [Path(file) for file in files]
    if not paths:
        raise UsageError("No file was named.", "Name at least one file.")
    settings = dict(hints or {})
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
        plan = _plan(home, path, reader, mapping, hints)
    except DamagedContainer as error:
        return _refused_container(home, path, sha256, name, None, error, as_of, dry_run)
    load_id = digest(
        {"sha256": sha256, "connector": name, "mapping": _settled(plan), "partner": partner, "reading": READING}
    )[:24]
    load = _Load(home, path, sha256, reader, name, plan, load_id, as_of)
    if lake is not None and (before := _replayed(lake, load_id)) is not None:
        return _replay(load, before, dry_run)
    load.generation = _generation(lake, plan)
    try:
        _read(load, lake, vault, progress)
    except DamagedContainer as error:
        return _refused_container(home, path, sha256, name, plan, error, as_of, dry_run)
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
    known = {name: _made(entry) for name, entry in load_folder(CONNECTORS, Connector).items()}  # type: ignore[type-abstract]
    sure = sorted(
        ((reader.recognise(path), name) for name, reader in known.items()), key=lambda pair: (-pair[0], pair[1])
    )
    if not sure or sure[0][0] <= 0:
        raise DamagedContainer(
            "TS-I501", path.name, "no connector recognises this file",
            f"Name one with --connector ({', '.join(sorted(known))}), or export a table (CSV, XLSX, JSON Lines, Parquet).",
        )  # fmt: skip
    return sure[0][1], known[sure[0][1]]


def _made(entry: Any) -> Connector:
    return entry() if isinstance(entry, type) else entry  # type: ignore[no-any-return]


def _plan(
    home: Path, path: Path, reader: Connector, given: Mapping | Path | None, hints: AbstractMapping[str, str]
) -> Mapping:
    """The mapping to use: as given, else the saved one of the feed completed by the connector's guesses."""
    if isinstance(given, Path):
        if not given.is_file():
            raise NotFound("mapping", str(given))
        given = mapping_file.parse(given.read_text(encoding="utf-8"), str(given))
    if given is not None:
        return reader.propose(path, given, hints)
    proposed = reader.propose(path, None, hints)
    saved = mapping_file.load(home, proposed.feed)
    return proposed if saved is None else reader.propose(path, saved, hints)


def _settled(mapping: Mapping) -> dict[str, Any]:
    """The parts of a mapping that decide what is stored."""
    flat = mapping.as_plain()
    for words in ("notes", "doubts"):
        flat.pop(words, None)
    return {name: _hashable(value) for name, value in flat.items()}


def _hashable(value: Any) -> Any:
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, AbstractMapping):
        return {str(name): _hashable(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_hashable(part) for part in value]
    return value


def _rendering(mapping: Mapping) -> str:
    """Digest of how rows are rendered. Statuses and holders are left out: they act on stored rows, not on reading."""
    flat = _settled(mapping)
    holders = bool(mapping.queues or mapping.agents)
    for name in ("statuses", "queues", "agents"):
        flat.pop(name, None)
    return digest({**flat, "holders": holders})


def _generation(lake: Lake | None, mapping: Mapping) -> int:
    """How often the reading of this feed has been corrected: rows read by a corrected mapping win over older ones."""
    last, rendering = 0, None
    for record in lake.records() if lake is not None else ():
        if record.kind == "load" and record.outcome.get("feed") == mapping.feed:
            last, rendering = int(record.outcome.get("generation", 0)), record.outcome.get("rendering")
    return last if rendering in (None, _rendering(mapping)) else last + 1


def _replayed(lake: Lake, load_id: str) -> AbstractMapping[str, Any] | None:
    """The outcome of an earlier commit of the same load, unless a later load of the same file corrected it."""
    found: AbstractMapping[str, Any] | None = None
    for record in lake.records():
        if record.kind != "load":
            continue
        if record.load_id == load_id:
            found = record.outcome
        elif found is not None and record.outcome.get("sha256") == found.get("sha256"):
            found = None
    return found


def _replay(load: _Load, before: AbstractMapping[str, Any], dry_run: bool) -> Outcome:
    load.rows_in = int(before["rows_in"])
    outcome = load.outcome(0, int(before["rejected"]), dry_run=dry_run, quarantine=str(before.get("quarantine", "")))
    if not dry_run:
        _note(load, outcome)
    return outcome


def _entry(load: _Load, outcome: Outcome) -> dict[str, Any]:
    return {
        **outcome.as_plain(),
        "as_of": load.as_of.isoformat(),
        "source": load.mapping.source,
        "generation": load.generation,
        "rendering": _rendering(load.mapping),
    }


def _note(load: _Load, outcome: Outcome) -> None:
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


def _read(load: _Load, lake: Lake | None, vault: Vault | None, progress: Progress | None) -> None:
    saved: dict[str, dict[str, str]] = {}
    for row in _stored_mapping(lake, load.mapping.source):
        saved.setdefault(row["kind"], {})[row["raw"]] = row["meaning"]
    resolver = Resolver(
        client=lake.client if lake is not None else "",
        as_of_us=_micros(load.as_of),
        saved=saved,
        pseudonyms=vault.pseudonyms if vault is not None else None,
    )
    for batch in load.connector.read(load.path, load.mapping, resolver):
        load.rows_in += batch.rows_in
        load.noted += batch.noted
        load.rejects.extend(batch.rejects)
        load.findings.extend(batch.findings)
        load.cursor.update(batch.cursor)
        for name, rows in batch.tables.items():
            if rows.num_rows:
                load.tables.setdefault(name, []).append(_completed(load, name, rows, vault))
        if batch.texts is not None and batch.texts.num_rows:
            load.texts.append(batch.texts)
        if progress is not None:
            progress(batch.done or load.rows_in, batch.total or load.rows_in)
    load.findings.extend(reject.finding for reject in load.rejects)


def _micros(moment: datetime) -> int:
    return int(moment.timestamp()) * 1_000_000 + moment.microsecond


def _column(rows: pa.Table, name: str, kind: pa.DataType, default: Any = None) -> pa.ChunkedArray:
    if name not in rows.column_names:
        return pa.chunked_array([pa.repeat(pa.scalar(default, kind), rows.num_rows)])
    column = rows.column(name)
    if column.type != kind and not (pa.types.is_dictionary(column.type) and pa.types.is_string(kind)):
        column = column.cast(kind)
    if default is not None and column.null_count:
        column = (column.cast(kind) if pa.types.is_dictionary(column.type) else column).fill_null(default)
    return column


def _completed(load: _Load, name: str, rows: pa.Table, vault: Vault | None) -> pa.Table:
    """A connector's rows with every declared column but cohort and partner, which are found later, and `source_row`."""
    declared = table(name)
    unknown = (
        set(rows.column_names) - {part.name for part in declared.all_columns} - {"source_row", "requester", "person"}
    )
    if unknown:
        raise ValueError(f"{load.name} yields {name} with unknown columns {sorted(unknown)}")
    if "source_row" not in rows.column_names:
        raise ValueError(f"{load.name} yields {name} without source_row")
    columns: dict[str, Any] = {}
    for part in declared.columns:
        columns[part.name] = _column(rows, part.name, part.type, part.default)
    columns.update(_of_persons(declared, name, rows, vault))
    for required in {declared.key, "case_key"} & set(columns):
        if columns[required].null_count and not (
            required == "case_key" and declared.key != "case_key" and not declared.partitioned
        ):
            raise ValueError(f"{load.name} yields {name} with a null {required}")
    given = _column(rows, "partner_given", pa.string())
    if pa.types.is_dictionary(given.type):
        given = given.cast(pa.string())
    columns["partner_given"] = pc.if_else(pc.equal(given, ""), pa.scalar(None, pa.string()), given)
    source_at = _column(rows, "source_at", INSTANT)
    if declared.at and source_at.null_count:
        source_at = pc.coalesce(source_at, columns[declared.at])
    columns["source_at"] = source_at
    columns["revision"] = pa.repeat(pa.scalar(load.generation * GENERATION, pa.int32()), rows.num_rows)
    columns["load_id"] = pa.repeat(pa.scalar(load.load_id), rows.num_rows)
    columns["row_hash"] = _hash(declared, columns)
    columns["source_row"] = rows.column("source_row").cast(pa.int64())
    return pa.table(columns)


def _of_persons(declared: Table, name: str, rows: pa.Table, vault: Vault | None) -> dict[str, Any]:
    """Columns that hold persons: only keyed hashes and ciphertexts go on."""
    count = rows.num_rows
    if name == "case" and "requester" in rows.column_names:
        ids = rows.column("requester").cast(pa.string())
        return {"requester_key": vault.pseudonyms(ids.combine_chunks()) if vault else pa.nulls(count, pa.int64())}
    if name == "identity" and "person" in rows.column_names:
        ids = rows.column("person").cast(pa.string())
        return {"person_key": vault.pseudonyms(ids.combine_chunks()) if vault else pa.nulls(count, pa.int64())}
    if name == "agent":
        agents = rows.column("agent_id").cast(pa.string()).combine_chunks()
        if vault is None or "name" not in rows.column_names:
            return {"name": pa.nulls(count, pa.string()), "name_original": pa.nulls(count, pa.binary())}
        persons = vault.pseudonyms(agents)
        keys = rows.column(declared.key).combine_chunks()
        named = rows.column("name").cast(pa.string()).combine_chunks()
        shown = pa.array(
            [None if key is None else f"Agent {key % 0xFFFFF:05x}" for key in persons.to_pylist()], pa.string()
        )
        return {"name": shown, "name_original": vault.encrypt("agent", "name_original", keys, persons, named)}
    return {}


def _hash(declared: Table, columns: AbstractMapping[str, Any]) -> pa.Array:
    """Hash of what a row says. The partner is left out: it is worked out from rows, and must not decide between them."""
    said = [columns[part.name] for part in declared.columns if part.name not in _DERIVED]
    return mixed(*said, columns["partner_given"])


def _stored_mapping(lake: Lake | None, source: str) -> list[dict[str, Any]]:
    if lake is None:
        return []
    rows = lake.read(Scope.of_client(lake.client), "mapping")
    return [row for row in rows.to_pylist() if row["source"] == source]


# ---- from completed rows to changes ---------------------------------------------------------------------------------


def _changes(
    load: _Load,
    lake: Lake | None,
    partner: str | None,
    redactor: Redactor | None,
    vault: Vault | None,
    rejected: int,
) -> tuple[list[Change], int]:
    """What the load does to each table, and how many source rows it adds."""
    arriving = {name: _joined(parts) for name, parts in load.tables.items()}
    load.tables = {}
    text_rows = _texts(load, redactor, vault)
    if text_rows is not None:
        arriving["message_text"] = text_rows
    feed = load.mapping.partner or partner or ""
    mapping_rows, changed_words = _mapping_rows(load, lake)
    holders = _holders(load, lake)
    new = {name: _unseen(load, lake, name, _fed(load, name, rows, feed)) for name, rows in arriving.items()}
    seen = _numbers([rows.column("source_row") for rows in arriving.values()])
    stored = len(_numbers([rows.column("source_row") for rows in new.values()]))
    if len(seen) + rejected + load.noted < load.rows_in:
        lost = load.rows_in - len(seen) - rejected - load.noted
        raise ledger.UnbalancedOutcome(f"{load.name} read {lost} row(s) of {load.path.name} that ended nowhere")
    if load.noted and (stored or not seen.size):
        stored += load.noted
    withdrawn = _withdrawn(load, lake, arriving)
    extra = _cases_of_words(load, lake, changed_words)
    resolved, moved = _attributed(load, lake, holders, new, withdrawn, extra)
    if redactor is not None and vault is not None and "message_text" in resolved:
        resolved["message_text"] = _sealed(resolved["message_text"], redactor, vault)
    changes = _with_cohorts(lake, resolved, moved)
    if mapping_rows.num_rows:
        changes.append(Change("mapping", mapping_rows))
    return changes, min(stored, load.rows_in - rejected)


def _joined(parts: list[pa.Table]) -> pa.Table:
    if len(parts) == 1:
        return parts[0]
    plain = []
    for part in parts:
        words = {
            field.name: part.column(field.name).cast(pa.string())
            for field in part.schema
            if pa.types.is_dictionary(field.type)
        }
        plain.append(pa.table({name: words.get(name, part.column(name)) for name in part.column_names}))
    return pa.concat_tables(plain)


def _numbers(columns: list[pa.ChunkedArray]) -> Any:
    parts = [column.to_numpy() for column in columns]
    return np.unique(np.concatenate(parts)) if parts else np.zeros(0, dtype=np.int64)


def _fed(load: _Load, name: str, rows: pa.Table, feed: str) -> pa.Table:
    """Rows that name no partner get that of the feed, unless queues and agents are to tell."""
    given = rows.column("partner_given")
    if not feed or not given.null_count:
        return rows
    missing = pc.is_null(given)
    if load.mapping.queues or load.mapping.agents:
        if name == "case_event":
            missing = pc.and_(missing, pc.equal(rows.column("kind"), "created"))
        elif name == "case":
            mapped = pa.array([queue for queue, whose in load.mapping.queues.items() if whose], pa.string())
            missing = pc.and_(missing, pc.invert(pc.is_in(rows.column("queue").cast(pa.string()), value_set=mapped)))
        elif name in OF_A_CASE:
            return rows
    filled = pc.if_else(missing, pa.scalar(feed), given)
    columns = {column: rows.column(column) for column in rows.column_names}
    columns["partner_given"] = filled
    if name != "message_text":
        columns["row_hash"] = _hash(table(name), columns)
    return pa.table(columns)


def _unseen(load: _Load, lake: Lake | None, name: str, rows: pa.Table) -> pa.Table:
    """The rows that neither the lake nor an earlier row of the load has.

    Where the source gives no version time (a list of agents), the load's instant stands in, and a row that says what
    the newest version says already is a duplicate.
    """
    declared = table(name)
    undated = rows.column("source_at").null_count
    if undated:
        filled = pc.fill_null(rows.column("source_at"), pa.scalar(_micros(load.as_of), INSTANT))
        rows = rows.set_column(rows.schema.get_field_index("source_at"), "source_at", filled)
    version = mixed(
        rows.column(declared.key), rows.column("source_at"), rows.column("revision"), rows.column("row_hash")
    )
    ranked = np.sort(version.to_numpy())
    if len(ranked) > 1 and (ranked[1:] == ranked[:-1]).any():
        _, first = np.unique(version.to_numpy(), return_index=True)
        rows = rows.take(pa.array(np.sort(first)))
    if lake is None or not (paths := [file.path for file in lake.files(name)]):
        return rows
    with lake.borrowed(arriving=rows.select([declared.key, "source_at", "revision", "row_hash"])) as connection:
        listed = ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths)
        stored = f"(select {declared.key}, source_at, revision, row_hash from read_parquet([{listed}]))"  # noqa: S608
        same = f"s.{declared.key} = a.{declared.key} and s.row_hash = a.row_hash"
        if undated:
            newest = f"row_number() over (partition by {declared.key} order by source_at desc, revision desc) = 1"
            stored = f"(select * from {stored} qualify {newest})"  # noqa: S608
        else:
            same += f" and s.source_at = a.source_at and s.revision // {GENERATION} = a.revision // {GENERATION}"
        sql = f"select rowid_ from (select *, row_number() over () - 1 as rowid_ from arriving) a semi join {stored} s on {same}"  # noqa: S608
        known = pa.table(connection.sql(sql)).column(0).to_numpy()
    if not len(known):
        return rows
    keep = np.ones(rows.num_rows, dtype=bool)
    keep[known] = False
    return rows.filter(pa.array(keep))


def _texts(load: _Load, redactor: Redactor | None, vault: Vault | None) -> pa.Table | None:
    """Texts as rows of message_text, still in clear under `clear`; None where there is nobody to protect them."""
    if not load.texts:
        return None
    texts = _joined(load.texts)
    load.texts = []
    if redactor is None or vault is None:
        load.findings.append(
            Finding(
                "TS-I510",
                Severity.NOTE,
                f"{texts.num_rows} texts were not stored: no redactor and vault were given.",
                Place(file=load.path.name),
                "Ingest with the vault of this folder to keep redacted texts.",
                count=texts.num_rows,
            )  # fmt: skip
        )
        return None
    ids = texts.column("text_id").cast(pa.string()).combine_chunks()
    clear = texts.column("text").cast(pa.string()).combine_chunks()
    persons = vault.pseudonyms(texts.column("person").cast(pa.string()).combine_chunks())
    text_key = keys_of("text", ids)
    cases = texts.column("case_key").cast(pa.int64())
    # A plain hash of a short text could be guessed; the vault's keyed one cannot.
    row_hash = mixed(text_key, cases, persons, vault.pseudonyms(clear))
    count = texts.num_rows
    return pa.table(
        {
            "text_key": text_key,
            "text_id": ids,
            "case_key": cases,
            "person_key": persons,
            "redacted": clear,
            "original": pa.nulls(count, pa.binary()),
            "entities": pa.nulls(count, pa.string()),
            "partner_given": _column(texts, "partner_given", pa.string()),
            "source_at": _column(texts, "source_at", INSTANT),
            "revision": pa.repeat(pa.scalar(load.generation * GENERATION, pa.int32()), count),
            "load_id": pa.repeat(pa.scalar(load.load_id), count),
            "row_hash": row_hash,
            "source_row": texts.column("source_row").cast(pa.int64()),
        }
    )


def _sealed(rows: pa.Table, redactor: Redactor, vault: Vault) -> pa.Table:
    """New texts redacted, their originals encrypted. Rows that hold ciphertext already (moved ones) never come here."""
    clear = rows.column("redacted").combine_chunks()
    redacted, entities = redactor.redact(clear)
    original = vault.encrypt(
        "message_text",
        "original",
        rows.column("text_key").combine_chunks(),
        rows.column("person_key").combine_chunks(),
        clear,
    )
    columns = {name: rows.column(name) for name in rows.column_names}
    return pa.table({**columns, "redacted": redacted, "original": original, "entities": entities}, schema=rows.schema)


def _mapping_rows(load: _Load, lake: Lake | None) -> tuple[pa.Table, dict[str, list[str]]]:
    """Words whose meaning is new or changed, as rows of `mapping`; and those among them that move cases."""
    plan = load.mapping
    known = {
        (row["kind"], row["raw"]): row["meaning"]
        for row in _stored_mapping(lake, plan.source)
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


def mapping_rows(
    source: str,
    words: Sequence[tuple[str, str, str]],
    load_id: str,
    as_of: datetime,
    valid_from: datetime | None = None,
) -> pa.Table:
    """(kind, raw, meaning) as complete rows of table `mapping`. What a status means is everybody's to see."""
    declared = table("mapping")
    since = None if valid_from is None else _micros(valid_from)
    count = len(words)
    columns: dict[str, Any] = {
        "source": pa.array([source] * count, pa.string()),
        "kind": pa.array([kind for kind, _, _ in words], pa.string()),
        "raw": pa.array([raw for _, raw, _ in words], pa.string()),
        "meaning": pa.array([meaning for _, _, meaning in words], pa.string()),
        "valid_from": pa.array([since] * count, INSTANT),
        "partner_given": pa.nulls(count, pa.string()),
        "source_at": pa.array([_micros(as_of)] * count, INSTANT),
        "revision": pa.array([0] * count, pa.int32()),
        "load_id": pa.array([load_id] * count, pa.string()),
        "partner": pa.array(
            [meaning if kind in ("queue", "agent", "partner") else EVERY_PARTNER for kind, _, meaning in words],
            pa.string(),
        ),
    }
    columns["mapping_key"] = mixed(*(columns[name] for name in ("source", "kind", "raw", "valid_from")))
    columns["row_hash"] = _hash(declared, columns)
    return pa.table({name: columns[name] for name in declared.schema.names}, schema=declared.schema)


def _holders(load: _Load, lake: Lake | None) -> Holders:
    stored = Holders()
    if lake is not None:
        stored = Holders.of_rows(lake.read(Scope.of_client(lake.client), "mapping"), load.mapping.source)
    return holders_with(stored, load.mapping.queues, load.mapping.agents)


def holders_with(stored: Holders, queues: AbstractMapping[str, str], agents: AbstractMapping[str, str]) -> Holders:
    """Stored holders with the words of a mapping laid over: its undated entry replaces the stored undated one."""

    def over(
        old: AbstractMapping[str, attribution.History], new: AbstractMapping[str, str]
    ) -> dict[str, attribution.History]:
        found = dict(old)
        for word, partner in new.items():
            if partner:
                dated = tuple(part for part in found.get(word, ()) if part[0] > -(2**61))
                found[word] = ((-(2**62), partner), *dated)
        return found

    return Holders(over(stored.queues, queues), over(stored.agents, agents))


def _cases_of_words(load: _Load, lake: Lake | None, changed: AbstractMapping[str, list[str]]) -> pa.ChunkedArray | None:
    if lake is None or not changed:
        return None
    kinds = {"queue": "queue", "agent": "owner"}
    parts = [attribution.cases_with(lake, load.mapping.source, kinds[kind], words) for kind, words in changed.items()]
    return pa.chunked_array([part for part in parts if len(part)], pa.int64())


def _withdrawn(load: _Load, lake: Lake | None, arriving: AbstractMapping[str, pa.Table]) -> dict[str, pa.Table]:
    """Retractions for what the same file brought under an older mapping and does not bring any more."""
    if lake is None or not load.generation:
        return {}
    older = [
        record.load_id
        for record in lake.records()
        if record.kind == "load"
        and record.outcome.get("sha256") == load.sha256
        and record.outcome.get("feed") == load.mapping.feed
        and int(record.outcome.get("generation", 0)) < load.generation
    ]
    found: dict[str, pa.Table] = {}
    if not older:
        return found
    for name in lake.pin().versions:
        if name == "mapping":
            continue
        declared = table(name)
        everyone = Scope.of_client(lake.client)
        rows = lake.read(everyone, name, columns=declared.schema.names)
        gone = pc.is_in(rows.column("load_id"), value_set=pa.array(older))
        if name in arriving:
            gone = pc.and_(
                gone, pc.invert(pc.is_in(rows.column(declared.key), value_set=arriving[name].column(declared.key)))
            )
        rows = rows.filter(gone)
        if not rows.num_rows:
            continue
        columns = {column: rows.column(column) for column in rows.column_names}
        columns[declared.presence] = pa.nulls(rows.num_rows, declared.schema.field(declared.presence).type)
        columns["revision"] = pa.repeat(pa.scalar(load.generation * GENERATION, pa.int32()), rows.num_rows)
        columns["load_id"] = pa.repeat(pa.scalar(load.load_id), rows.num_rows)
        columns["row_hash"] = _hash(declared, columns)
        found[name] = pa.table(columns, schema=declared.schema)
    return found


# ---- whose the rows are ---------------------------------------------------------------------------------------------


def _attributed(
    load: _Load,
    lake: Lake | None,
    holders: Holders,
    new: AbstractMapping[str, pa.Table],
    withdrawn: AbstractMapping[str, pa.Table],
    extra: pa.ChunkedArray | None,
) -> tuple[dict[str, pa.Table], dict[str, pa.Table]]:
    """The new rows with their partner, and stored rows that the new ones move to another."""
    whole: dict[str, pa.Table] = {}
    of_cases: dict[str, pa.Table] = {}
    for name, rows in new.items():
        if name in OF_A_CASE:
            of_cases[name] = rows
        else:
            whole[name] = _with_partner(rows, _own_partner(name, rows, holders))
    moved: dict[str, pa.Table] = {name: rows for name, rows in withdrawn.items() if rows.num_rows}
    simple = not withdrawn and not (extra is not None and len(extra))
    if simple and all(rows.column("partner_given").null_count == 0 for rows in of_cases.values()):
        for name, rows in of_cases.items():
            whole[name] = _with_partner(rows, rows.column("partner_given"))
        return whole, moved
    keys = [
        rows.column("case_key") for rows in (*of_cases.values(), *withdrawn.values()) if "case_key" in rows.column_names
    ]
    if extra is not None:
        keys.append(extra)
    touched = pc.unique(pa.chunked_array([chunk for part in keys for chunk in part.chunks], pa.int64()).drop_null())
    stored = stored_rows(lake, touched)
    partners = worked_out(stored, of_cases, withdrawn, holders)
    for name, rows in of_cases.items():
        found = _partner_by_key(rows.column(table(name).key), partners.get(name))
        fallback = pc.coalesce(rows.column("partner_given"), pa.scalar(attribution.UNASSIGNED))
        whole[name] = _with_partner(rows, pc.coalesce(found, fallback))
    for name, rows in moves(stored, partners, load.load_id).items():
        still = pc.invert(pc.is_in(rows.column(table(name).key), value_set=_keys_in(name, new, withdrawn)))
        parts = [part for part in (moved.get(name), rows.filter(still)) if part is not None and part.num_rows]
        if parts:
            moved[name] = pa.concat_tables(parts)
    return whole, moved


def _keys_in(name: str, *groups: AbstractMapping[str, pa.Table]) -> pa.Array:
    key = table(name).key
    columns = [group[name].column(key) for group in groups if name in group]
    return pa.chunked_array([chunk for column in columns for chunk in column.chunks], pa.int64()).combine_chunks()


def stored_rows(lake: Lake | None, case_keys: pa.Array) -> dict[str, pa.Table]:
    """The newest stored rows, storage columns and all, of the tables that follow a case."""
    if lake is None:
        return {}
    everyone = Scope.of_client(lake.client)
    pin = lake.pin()
    return {
        name: lake.read(everyone, name, pin=pin, columns=table(name).schema.names, case_keys=case_keys)
        for name in OF_A_CASE
        if name in pin.versions
    }


def worked_out(
    stored: AbstractMapping[str, pa.Table],
    new: AbstractMapping[str, pa.Table],
    withdrawn: AbstractMapping[str, pa.Table],
    holders: Holders,
) -> dict[str, tuple[pa.Array, pa.Array]]:
    """Per table (keys, partners) of the newest rows of every touched case."""

    def newest(name: str, columns: list[str]) -> pa.Table:
        declared = table(name)
        wanted = list(dict.fromkeys([*columns, declared.key, declared.presence, "source_at", "revision", "row_hash"]))
        groups = [group[name].select(wanted) for group in (stored, new, withdrawn) if name in group]
        if not groups:
            schema = pa.schema([declared.schema.field(column) for column in wanted])
            return schema.empty_table()
        plain = [group.cast(pa.schema([declared.schema.field(column) for column in wanted])) for group in groups]
        return split_newest(declared, pa.concat_tables(plain))[0]

    cases = newest("case", ["case_key", "queue", "created_at", "partner_given"])
    changes = newest("case_event", ["case_key", "event_key", "event_at", "seq", "kind", "value", "partner_given"])
    events = changes.select(["case_key", "event_key", "event_at", "seq", "kind", "value", "partner_given"])
    messages = newest("message", ["case_key", "message_key", "sent_at", "partner_given", "text_id"])
    surveys = newest(
        "survey_response", ["case_key", "response_key", "sent_at", "partner_given", "queue", "agent", "text_id"]
    )
    surveys = surveys.filter(pc.is_valid(surveys.column("case_key")))
    # A message or survey is held by whoever holds the case then: it takes its place among the events, and says nothing.
    followers = [_as_events(messages, "message_key"), _as_events(surveys, "response_key")]
    own, held = attribution.attribute(cases, pa.concat_tables([events, *followers]), holders)
    bounds = np.cumsum([events.num_rows, messages.num_rows, surveys.num_rows])
    found = {
        "case": (cases.column("case_key").combine_chunks(), own),
        "case_event": (events.column("event_key").combine_chunks(), held[: bounds[0]]),
        "message": (messages.column("message_key").combine_chunks(), held[bounds[0] : bounds[1]]),
        "survey_response": (surveys.column("response_key").combine_chunks(), held[bounds[1] : bounds[2]]),
    }
    texts = newest("message_text", ["text_key", "text_id", "case_key", "partner_given"])
    if texts.num_rows:
        by_text = pa.concat_arrays(
            [messages.column("text_id").combine_chunks(), surveys.column("text_id").combine_chunks()]
        )
        partners = pa.concat_arrays([found["message"][1], found["survey_response"][1]])
        at = pc.index_in(texts.column("text_id"), value_set=by_text)
        at_case = pc.index_in(texts.column("case_key"), value_set=found["case"][0])
        whose = pc.coalesce(
            texts.column("partner_given").combine_chunks(),
            partners.take(at.combine_chunks()),
            own.take(at_case.combine_chunks()),
            pa.scalar(attribution.UNASSIGNED),
        )
        found["message_text"] = (texts.column("text_key").combine_chunks(), whose)
    return found


def _as_events(rows: pa.Table, key: str) -> pa.Table:
    count = rows.num_rows
    return pa.table(
        {
            "case_key": rows.column("case_key"),
            "event_key": rows.column(key),
            "event_at": rows.column("sent_at"),
            "seq": pa.repeat(pa.scalar(2**31 - 1, pa.int32()), count),
            "kind": pa.repeat(pa.scalar("flag"), count),
            "value": pa.nulls(count, pa.string()),
            "partner_given": pa.nulls(count, pa.string()),
        }
    )


def moves(
    stored: AbstractMapping[str, pa.Table], partners: AbstractMapping[str, tuple[pa.Array, pa.Array]], load_id: str
) -> dict[str, pa.Table]:
    """Stored rows whose partner is another now, as newer revisions."""
    found = {}
    for name, rows in stored.items():
        partner = pc.coalesce(_partner_by_key(rows.column(table(name).key), partners.get(name)), rows.column("partner"))
        changed = attribution.moved(rows, partner, load_id)
        if changed.num_rows:
            found[name] = changed
    return found


def _partner_by_key(keys: pa.ChunkedArray, known: tuple[pa.Array, pa.Array] | None) -> pa.Array:
    if known is None or not len(known[0]):
        return pa.nulls(len(keys), pa.string())
    held, partners = known
    order = np.argsort(held.to_numpy(), kind="stable")
    ranked = held.to_numpy()[order]
    wanted = keys.to_numpy()
    at = np.minimum(np.searchsorted(ranked, wanted), len(ranked) - 1)
    return partners.take(pa.array(order[at], mask=ranked[at] != wanted))


def _own_partner(name: str, rows: pa.Table, holders: Holders) -> pa.Array:
    """The partner of rows that belong to no case: as given, else the holder of the agent they name."""
    given = rows.column("partner_given").combine_chunks()
    if name == "agent":
        ids = rows.column("agent_id").cast(pa.string()).to_pylist()
        held = pa.array([holders.agents[word][-1][1] if word in holders.agents else None for word in ids], pa.string())
        given = pc.coalesce(given, held)
    return pc.fill_null(given, attribution.UNASSIGNED)


def _with_partner(rows: pa.Table, partner: pa.Array | pa.ChunkedArray) -> pa.Table:
    return rows.append_column("partner", partner)


# ---- cohorts --------------------------------------------------------------------------------------------------------


def _with_cohorts(
    lake: Lake | None, resolved: AbstractMapping[str, pa.Table], moved: AbstractMapping[str, pa.Table]
) -> list[Change]:
    """Complete rows per table: each case keeps the cohort of its first arrival."""
    changes = []
    known: pa.Table | None = None
    for name in sorted({*resolved, *moved}):
        declared = table(name)
        parts = [moved[name]] if name in moved else []
        if name in resolved and resolved[name].num_rows:
            rows = resolved[name]
            if declared.partitioned:
                known = known if known is not None else _cohorts(lake, resolved)
                rows = _placed(rows, known)
            parts.insert(0, rows.select(declared.schema.names).cast(declared.schema))
        if parts:
            changes.append(Change(name, pa.concat_tables(parts)))
    return changes


def _placed(rows: pa.Table, known: pa.Table) -> pa.Table:
    ranked = known.column("case_key").to_numpy()
    at = np.searchsorted(ranked, rows.column("case_key").to_numpy())
    return rows.append_column("cohort", known.column("cohort").take(pa.array(at)))


def _cohorts(lake: Lake | None, resolved: AbstractMapping[str, pa.Table]) -> pa.Table:
    """(case_key, cohort) of every case in the load, sorted: the stored cohort, else the month it was created in (UTC)."""
    firsts = []
    for rank, name in enumerate(("case", "case_event", "message")):
        if name in resolved and resolved[name].num_rows:
            declared = table(name)
            rows = resolved[name]
            columns = {"case_key": rows.column("case_key"), "at": rows.column(declared.at)}
            grouped = pa.table(columns).group_by("case_key").aggregate([("at", "min")])
            firsts.append(grouped.append_column("rank", pa.repeat(pa.scalar(rank), grouped.num_rows)))
    every = pa.concat_tables(firsts)
    keys = every.column("case_key").to_numpy()
    instants = every.column("at_min").cast(pa.int64()).fill_null(2**62).to_numpy()
    ranks = every.column("rank").to_numpy() + np.where(instants == 2**62, 10, 0)
    order = np.lexsort((ranks, keys))
    ranked = keys[order]
    first = np.r_[True, ranked[1:] != ranked[:-1]]
    chosen = order[first]
    micros = np.where(instants[chosen] == 2**62, 0, instants[chosen])
    months = micros.astype("datetime64[us]").astype("datetime64[M]").astype("datetime64[D]")
    found = pa.table({"case_key": ranked[first], "cohort": pa.array(months, pa.date32())})
    stored = lake.cohorts_of(found.column("case_key")) if lake is not None else None
    if stored is None or not stored.num_rows:
        return found
    at = pc.index_in(found.column("case_key"), value_set=stored.column("case_key"))
    sticky = stored.column("cohort").take(at)
    return found.set_column(1, "cohort", pc.coalesce(sticky, found.column("cohort")))


# ---- corrections ----------------------------------------------------------------------------------------------------


def reattribute(
    home: Path | str,
    *,
    source: str,
    kind: str,
    words: AbstractMapping[str, str],
    as_of: datetime,
    valid_from: datetime | None = None,
) -> dict[str, int]:
    """Correct which partner queues or agents belong to: newer versions of the touched rows, in one commit.

    `kind` is `queue` or `agent`, `words` leads from the source's word to the partner, from `valid_from` on (None:
    always). Returns how many rows moved, by table. Saying what is known already changes nothing.
    """
    if kind not in ("queue", "agent"):
        raise UsageError(f"{kind!r} cannot be attributed.", "Attribute a queue or an agent.")
    root = Path(home)
    with open_lake(root) as lake, commits.locked(lake.root):
        everyone = Scope.of_client(lake.client)
        known = {
            (row["raw"], row["valid_from"]): row["meaning"]
            for row in _stored_mapping(lake, source)
            if row["kind"] == kind
        }
        fresh = [(kind, raw, whose) for raw, whose in sorted(words.items()) if known.get((raw, valid_from)) != whose]
        if not fresh:
            return {}
        load_id = digest({"reattribute": [list(part) for part in fresh], "source": source, "as_of": as_of})[:24]
        rows = mapping_rows(source, fresh, load_id, as_of, valid_from)
        held = lake.read(everyone, "mapping")
        stale = pc.is_in(held.column("mapping_key"), value_set=rows.column("mapping_key").combine_chunks())
        together = pa.concat_tables([held.filter(pc.invert(stale)), rows.select(held.column_names)])
        holders = Holders.of_rows(together, source)
        keys = attribution.cases_with(
            lake, source, "queue" if kind == "queue" else "owner", [raw for _, raw, _ in fresh]
        )
        stored = stored_rows(lake, keys)
        found = moves(stored, worked_out(stored, {}, {}, holders), load_id)
        changes = [Change("mapping", rows), *(Change(name, part) for name, part in found.items())]
        lake.commit(changes, load_id=load_id, kind="reattribution")
        return {name: part.num_rows for name, part in found.items()}
