"""A connector's rows made complete: persons keyed, versions and hashes set, what is there already left out."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as AbstractMapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.records.file_load import Load, Redactor, Vault
from tallystick.records.keys import distinct, keys_of, mixed
from tallystick.records.lake import NEWEST_FIRST, Lake
from tallystick.records.log_cases import creates, laid_beside, superseding, with_feed_marked
from tallystick.records.log_changes import DERIVED, SORTS, fed_words
from tallystick.records.ordering import in_natural_order, starts
from tallystick.records.row_hash import hash_of
from tallystick.records.table import GENERATION, INSTANT, OF_A_CASE, Table, table
from tallystick.records.word_columns import laid_together, repeated, shortened, taken
from tallystick.records.word_meanings import micros
from tallystick.vocabulary.finding import Finding, Place, Severity
from tallystick.vocabulary.scope import Scope

_IDS = frozenset({"case_id", "text_id", "partner_given"})


def column_of(rows: pa.Table, name: str, kind: pa.DataType, default: Any = None) -> pa.ChunkedArray:
    """A column in its declared type (words may stay encoded), the default where the connector gives nothing."""
    if name not in rows.column_names:
        return pa.chunked_array([pa.repeat(pa.scalar(default, kind), rows.num_rows)])
    column = rows.column(name)
    if column.type != kind and not (pa.types.is_dictionary(column.type) and pa.types.is_string(kind)):
        column = column.cast(kind)
    if default is not None and column.null_count:
        column = (column.cast(kind) if pa.types.is_dictionary(column.type) else column).fill_null(default)
    return column


def completed(load: Load, name: str, rows: pa.Table, vault: Vault | None) -> pa.Table:
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
        default = load.mapping.source if part.name == "source" else part.default
        columns[part.name] = column_of(rows, part.name, part.type, default)
    columns.update(_of_persons(declared, name, rows, vault))
    for required in {declared.key, "case_key"} & set(columns):
        if columns[required].null_count and not (
            required == "case_key" and declared.key != "case_key" and not declared.partitioned
        ):
            raise ValueError(f"{load.name} yields {name} with a null {required}")
    given = column_of(rows, "partner_given", pa.string())
    if pa.types.is_dictionary(given.type):
        given = given.cast(pa.string())
    columns["partner_given"] = pc.if_else(pc.equal(given, ""), pa.scalar(None, pa.string()), given)
    source_at = column_of(rows, "source_at", INSTANT)
    if declared.at and source_at.null_count and name not in load.undated:
        source_at = pc.coalesce(source_at, columns[declared.at])
    columns["source_at"] = source_at
    columns["revision"] = pa.repeat(pa.scalar(load.generation * GENERATION, pa.int32()), rows.num_rows)
    columns["load_id"] = repeated(load.load_id, rows.num_rows)
    columns = {part: column if part in _IDS else shortened(column) for part, column in columns.items()}
    columns["row_hash"] = hash_of(declared, columns)
    columns["source_row"] = rows.column("source_row").cast(pa.int64())
    return pa.table(columns)


def _of_persons(declared: Table, name: str, rows: pa.Table, vault: Vault | None) -> dict[str, Any]:
    """Columns that hold persons: only keyed hashes and ciphertexts go on."""
    count = rows.num_rows
    found = _hashed(declared, rows, vault)
    if "requester" in rows.column_names:
        ids = rows.column("requester").cast(pa.string())
        keys = vault.pseudonyms(ids.combine_chunks()) if vault else pa.nulls(count, pa.int64())
        return {**found, "requester_key": keys}
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
    return found


def _hashed(declared: Table, rows: pa.Table, vault: Vault | None) -> dict[str, Any]:
    """Columns of which only a keyed hash is kept; nothing without a vault."""
    found: dict[str, Any] = {}
    for part in declared.columns:
        if part.hashed and part.name in rows.column_names:
            clear = rows.column(part.name).cast(pa.string()).combine_chunks()
            found[part.name] = (
                vault.pseudonyms(clear).cast(pa.string()) if vault else pa.nulls(rows.num_rows, part.type)
            )
    return found


def joined(parts: list[pa.Table]) -> pa.Table:
    """The batches of one table as one, each column in one piece."""
    whole = laid_together(parts).combine_chunks()
    columns = {
        name: whole.column(name) if name in _IDS else shortened(whole.column(name)) for name in whole.column_names
    }
    return pa.table(columns)


def fed(load: Load, name: str, rows: pa.Table, feed: str) -> pa.Table:
    """Rows that name no partner get that of the feed, unless queues and agents are to tell."""
    given = rows.column("partner_given")
    if not feed or not given.null_count:
        return rows
    missing = pc.is_null(given)
    if load.mapping.queues or load.mapping.agents:
        if name == "case_event":
            missing = pc.and_(missing, pc.equal(rows.column("kind"), "created"))
        elif name == "case":
            # Whether its queue is mapped may change later: the case's first event holds the feed's partner then.
            missing = pc.and_(missing, pc.is_null(rows.column("queue")))
        elif name in OF_A_CASE or table(name).names_holder:
            return rows
    if given.null_count == rows.num_rows and pc.all(missing).as_py():
        filled = repeated(feed, rows.num_rows)
    else:
        filled = pc.if_else(missing, pa.scalar(feed), given)
    columns = {column: rows.column(column) for column in rows.column_names}
    columns["partner_given"] = filled
    if name == "case" and rows.column("said_at").null_count < rows.num_rows:
        marked = pc.and_(missing, pc.is_valid(rows.column("said_at")))
        columns["said_at"] = shortened(with_feed_marked(rows.column("said_at"), marked))
    told = name == "case_event" and rows.column("seen").null_count < rows.num_rows
    if told and not (load.mapping.queues or load.mapping.agents):
        columns["seen"] = fed_words(rows.column("seen"), feed)
    if name != "message_text":
        columns["row_hash"] = hash_of(table(name), columns)
    return pa.table(columns)


def unseen(load: Load, lake: Lake | None, name: str, rows: pa.Table) -> pa.Table:
    """The rows that neither the lake nor an earlier row of the load has.

    Where the source gives no version time, the load's instant stands in. In a table that has none at all (a list of
    agents), and of a source that knows none, such a row is a duplicate where it says what the newest version says
    already. Elsewhere it is not: that it still says so at this instant decides against versions in between that come
    later.
    """
    declared = table(name)
    undated = None
    if rows.column("source_at").null_count:
        undated = pc.is_null(rows.column("source_at"))
        filled = pc.fill_null(rows.column("source_at"), pa.scalar(micros(load.as_of), INSTANT))
        rows = rows.set_column(rows.schema.get_field_index("source_at"), "source_at", filled)
        rows = rows.append_column("undated", undated)
    rows = _once(declared, rows)
    if undated is not None:
        undated = rows.column("undated")
        rows = rows.drop_columns(["undated"])
    if lake is None or not (paths := [file.path for file in lake.files(name)]):
        return rows
    placed = rows.select([declared.key, "source_at", "revision", "row_hash"])
    placed = placed.append_column("place", pa.array(np.arange(rows.num_rows)))
    listed = ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths)
    stored = f"(select {declared.key}, source_at, revision, row_hash from read_parquet([{listed}]))"  # noqa: S608
    same = f"s.{declared.key} = a.{declared.key} and s.row_hash = a.row_hash"
    version = f"s.source_at = a.source_at and s.revision // {GENERATION} = a.revision // {GENERATION}"
    sql = f"select place from arriving a semi join {stored} s on {same} and {version}"  # noqa: S608
    if undated is not None and (not declared.at or name in load.undated):
        placed = placed.append_column("undated", undated)
        newest = f"row_number() over (partition by {declared.key} order by {NEWEST_FIRST}) = 1"
        newest = f"(select * from {stored} qualify {newest})"  # noqa: S608
        sql += f" union select place from arriving a semi join {newest} s on {same} and a.undated"  # noqa: S608
    with lake.borrowed(arriving=placed) as connection:
        known = connection.sql(sql).to_arrow_table().column(0).to_numpy()
    if not len(known):
        return rows
    keep = np.ones(rows.num_rows, dtype=bool)
    keep[known] = False
    return rows.filter(pa.array(keep))


def beside_stored(load: Load, lake: Lake | None, rows: pa.Table, feed: str) -> pa.Table:
    """Cases of a log with what other files of it said of them, where that is not stored already."""
    rows, stored = laid_beside(lake, rows, load.generation)
    if stored is None:
        return rows
    declared = table("case")
    rows = fed(load, "case", rows, feed)
    at = rows.schema.get_field_index("row_hash")
    rows = rows.set_column(at, "row_hash", hash_of(declared, {name: rows.column(name) for name in rows.column_names}))
    return superseding(rows, stored, hash_of(declared, {name: stored.column(name) for name in stored.column_names}))


def _once(declared: Table, rows: pa.Table) -> pa.Table:
    """The rows in natural order, each version once: what says the same stands side by side then."""
    order = in_natural_order(declared, rows)
    if (order[1:] < order[:-1]).any():
        rows = taken(rows, order)
    fresh = np.zeros(rows.num_rows, dtype=bool)
    fresh[:1] = True
    for name in (declared.key, "row_hash", "source_at", "revision"):
        column = rows.column(name)
        fresh |= starts((column.cast(pa.int64()) if name != "revision" else column).to_numpy())
    return rows if fresh.all() else rows.filter(pa.array(fresh))


def texts_of(load: Load, redactor: Redactor | None, vault: Vault | None) -> pa.Table | None:
    """Texts as rows of message_text, still in clear under `clear`; None where there is nobody to protect them."""
    if not load.texts:
        return None
    texts = joined(load.texts)
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
            )
        )
        return None
    ids = texts.column("text_id").cast(pa.string()).combine_chunks()
    clear = texts.column("text").cast(pa.string()).combine_chunks()
    named = vault.pseudonyms(texts.column("person").cast(pa.string()).combine_chunks())
    # A comment on a case whose source does not name the customer is the text of the case's person.
    persons = pc.coalesce(named, column_of(texts, "person_key", pa.int64()).combine_chunks())
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
            "partner_given": column_of(texts, "partner_given", pa.string()),
            "source_at": column_of(texts, "source_at", INSTANT),
            "revision": pa.repeat(pa.scalar(load.generation * GENERATION, pa.int32()), count),
            "load_id": repeated(load.load_id, count),
            "row_hash": row_hash,
            "source_row": texts.column("source_row").cast(pa.int64()),
        }
    )


def sealed(rows: pa.Table, redactor: Redactor, vault: Vault) -> pa.Table:
    """What is stored of new texts, row by row: redacted, encrypted, and what was replaced; nothing of the erased."""
    clear = rows.column("redacted").combine_chunks()
    persons = rows.column("person_key").combine_chunks()
    redacted, entities = redactor.redact(clear)
    original = vault.encrypt("message_text", "original", rows.column("text_key").combine_chunks(), persons, clear)
    erased = vault.destroyed(persons)
    nothing = pa.scalar(None, pa.string())
    if pc.any(erased).as_py():
        redacted, entities = pc.if_else(erased, nothing, redacted), pc.if_else(erased, nothing, entities)
    return pa.table({"redacted": redacted, "original": original, "entities": entities})


def numbered(rows: pa.Table) -> pa.Table:
    """The rows with their places, by which `with_words` finds what became of their texts."""
    return rows.append_column("place", pa.array(np.arange(rows.num_rows)))


def with_words(rows: pa.Table, words: pa.Table) -> pa.Table:
    """Numbered rows with the sealed texts of their places."""
    place = rows.column("place").to_numpy()
    if not np.array_equal(place, np.arange(words.num_rows)):
        words = words.take(pa.array(place))
    columns = {
        name: words.column(name) if name in words.column_names else rows.column(name) for name in rows.schema.names
    }
    return pa.table(columns).drop_columns(["place"])


def source_rows(tables: Iterable[pa.Table]) -> int:
    """How many distinct source rows the rows of some tables come from."""
    parts = [numbers for rows in tables if len(numbers := rows.column("source_row").to_numpy())]
    if not parts:
        return 0
    low, high = min(int(part.min()) for part in parts), max(int(part.max()) for part in parts)
    if high - low > 8 * sum(map(len, parts)):
        return len(distinct(np.concatenate(parts)))
    # Row numbers of one file lie close together: a mark for each is quicker than sorting them.
    marked = np.zeros(high - low + 1, dtype=bool)
    for part in parts:
        marked[part - low] = True
    return int(marked.sum())


def withdrawn_by(load: Load, lake: Lake | None, arriving: AbstractMapping[str, pa.Table]) -> dict[str, pa.Table]:
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
        gone = _brought_by(lake, name, rows, older)
        if name in arriving:
            gone = pc.and_(
                gone, pc.invert(pc.is_in(rows.column(declared.key), value_set=arriving[name].column(declared.key)))
            )
        if name == "case_event":
            gone = pc.and_(gone, pc.invert(_following(rows, arriving)))
        rows = rows.filter(gone)
        if not rows.num_rows:
            continue
        columns = {column: rows.column(column) for column in rows.column_names}
        columns[declared.presence] = pa.nulls(rows.num_rows, declared.schema.field(declared.presence).type)
        # Without a version time, so that it gives way to whatever another file brings under the same mapping.
        columns["source_at"] = pa.nulls(rows.num_rows, INSTANT)
        columns["revision"] = pa.repeat(pa.scalar(load.generation * GENERATION, pa.int32()), rows.num_rows)
        columns["load_id"] = pa.repeat(pa.scalar(load.load_id), rows.num_rows)
        columns["row_hash"] = hash_of(declared, columns)
        found[name] = pa.table(columns, schema=declared.schema)
    return found


def _following(rows: pa.Table, arriving: AbstractMapping[str, pa.Table]) -> pa.ChunkedArray:
    """Which events follow from others, by which they are taken back: changes, and creations by a first row."""
    kinds = pc.is_in(rows.column("kind"), value_set=pa.array(list(SORTS)))
    if "case" in arriving:
        begun = arriving["case"].filter(creates(arriving["case"].column("said_at"))).column("case_key")
        begun = pc.is_in(rows.column("case_key"), value_set=begun.combine_chunks())
        kinds = pc.or_(kinds, pc.and_(begun, pc.equal(rows.column("kind"), "created")))
    return pc.and_(pc.fill_null(pc.equal(rows.column("seen"), DERIVED), False), kinds)


def _brought_by(lake: Lake, name: str, rows: pa.Table, loads: list[str]) -> pa.Array:
    """Which of the newest rows `rows` some loads brought, wherever they went to since."""
    key = table(name).key
    places = rows.select([key, "source_at", "row_hash", "revision"])
    places = places.append_column("place", pa.array(np.arange(rows.num_rows)))
    found = np.zeros(rows.num_rows, dtype=bool)
    listed = ", ".join("'" + str(file.path).replace("'", "''") + "'" for file in lake.files(name))
    version = (
        f"s.{key} = r.{key} and s.row_hash = r.row_hash and s.revision // {GENERATION} = r.revision // {GENERATION}"
    )
    sql = (
        f"select place from newest_rows r semi join (select * from read_parquet([{listed}])"  # noqa: S608
        f" where load_id in (select load_id from asked_loads)) s"
        f" on {version} and s.source_at is not distinct from r.source_at"
    )
    if rows.num_rows:
        with lake.borrowed(newest_rows=places, asked_loads=pa.table({"load_id": loads})) as connection:
            found[connection.sql(sql).to_arrow_table().column(0).to_numpy()] = True
    return pa.array(found)
