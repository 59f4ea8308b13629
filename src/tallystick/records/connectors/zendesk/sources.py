# ruff: noqa: E501, S608 - SQL reads best as it is; every name in these queries is a constant of ours or a slot number
"""The files of a Zendesk export as seven working tables, whatever shape they came in.

Shapes: a folder of tables (`ticket`, `ticket_field_history`, `ticket_comment`, `user`, `group` ... as CSV, Parquet or
JSON Lines, the way warehouse loaders write them) and the JSON pages of the incremental exports (`tickets` with `users`
and `groups` beside, `ticket_events` with `child_events`, `audits`, `comments`, `satisfaction_ratings`,
`survey_responses`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from tallystick.records.containers import BadRow, Loaded, damaged, open_container
from tallystick.records.containers.json_records import document_lists, load_list
from tallystick.records.containers.loaded import connect
from tallystick.records.containers.unpacking import head_of
from tallystick.vocabulary.errors import DamagedContainer
from tallystick.vocabulary.finding import Finding

FILE_STRIDE = 2**40

# Working table -> column -> names it has in the shapes, the first that is there wins. Other columns are passed over.
WANTED: dict[str, dict[str, tuple[str, ...]]] = {
    "tickets": {
        "id": ("id", "ticket_id"),
        "created_at": ("created_at",),
        "updated_at": ("updated_at",),
        "generated": ("generated_timestamp",),
        "status": ("status",),
        "priority": ("priority",),
        "type": ("type", "ticket_type"),
        "group_id": ("group_id",),
        "assignee_id": ("assignee_id",),
        "requester_id": ("requester_id",),
        "submitter_id": ("submitter_id",),
        "channel": ("via_channel", "via.channel", "channel"),
        "due_at": ("due_at",),
        "score": ("satisfaction_rating.score", "satisfaction_rating_score", "satisfaction_score"),
        "merged_ids": ("merged_ticket_ids",),
        "tags": ("tags",),
    },
    "changes": {
        "id": ("id",),
        "ticket_id": ("ticket_id",),
        "field": ("field_name", "field"),
        "value": ("value", "new_value"),
        "changed_at": ("updated", "updated_at", "created_at"),
        "user_id": ("user_id", "updater_id", "author_id"),
    },
    "comments": {
        "id": ("id", "comment_id"),
        "ticket_id": ("ticket_id",),
        "sent_at": ("created", "created_at"),
        "author_id": ("user_id", "author_id"),
        "public": ("public",),
        "body": ("body", "plain_body"),
        "via": ("via.channel", "via_channel"),
    },
    "users": {
        "id": ("id", "user_id"),
        "role": ("role",),
        "name": ("name",),
        "locale": ("locale",),
        "updated_at": ("updated_at",),
        "created_at": ("created_at",),
    },
    "groups": {"id": ("id", "group_id"), "name": ("name",), "updated_at": ("updated_at",)},
    "ratings": {
        "id": ("id",),
        "ticket_id": ("ticket_id",),
        "score": ("score",),
        "comment": ("comment",),
        "created_at": ("created_at",),
        "updated_at": ("updated_at",),
        "assignee_id": ("assignee_id",),
        "group_id": ("group_id",),
    },
    "responses": {
        "id": ("id",),
        "subjects": ("subjects",),
        "answers": ("answers",),
        "created_at": ("created_at",),
        "updated_at": ("updated_at",),
    },
    "metrics": {"ticket_id": ("ticket_id",), "solved_at": ("solved_at",), "updated_at": ("updated_at",)},
}

# Name of a file's stem or of a list in a JSON page -> working table; "" is read by nobody but known.
_TABLES: dict[str, str] = {
    "ticket": "tickets",
    "tickets": "tickets",
    "ticket_field_history": "changes",
    "ticket_comment": "comments",
    "ticket_comments": "comments",
    "comments": "comments",
    "user": "users",
    "users": "users",
    "group": "groups",
    "groups": "groups",
    "satisfaction_rating": "ratings",
    "satisfaction_ratings": "ratings",
    "survey_response": "responses",
    "survey_responses": "responses",
    "ticket_metric": "metrics",
    "ticket_metrics": "metrics",
    "metric_sets": "metrics",
    "ticket_events": "events",
    "audits": "events",
    "ticket_audits": "events",
}
SETTINGS_TABLES = ("schedule", "schedule_holiday", "sla_policy_history", "sla_policy_metric_history", "sla_policy")
_KNOWN = (
    *SETTINGS_TABLES, "audit_log", "brand", "brands", "daylight_time", "domain_name", "organization", "organizations",
    "organization_tag", "ticket_chat", "ticket_chat_event", "ticket_form_history", "ticket_schedule", "ticket_sla_policy",
    "ticket_tag", "time_zone", "user_tag", "ticket_forms", "custom_statuses", "metric_events", "ticket_metric_events",
    "dates", "sharing_agreements", "last_audits",
)  # fmt: skip
_ENDINGS = (".csv", ".tsv", ".parquet", ".jsonl", ".ndjson", ".json")
NEEDED_COLUMNS = {"tickets": ("id", "created_at"), "changes": ("ticket_id", "field", "changed_at")}


def table_name(path: Path) -> str:
    """The export's table that a file's name says: `ticket_field_history_data.csv.gz` is `ticket_field_history`."""
    stem = path.name.lower()
    for packed in (".gz", ".bz2", ".zst", ".zip", ".xz"):
        stem = stem.removesuffix(packed)
    for ending in _ENDINGS:
        stem = stem.removesuffix(ending)
    stem = re.sub(r"[\W_]*(?:\d[\d_-]*|part|page|export)*$", "", stem)
    return re.sub(r"^(?:zendesk|zd)_", "", stem).removesuffix("_data")


def files_of(path: Path) -> list[Path]:
    """The files of an export in a fixed order; a single file is an export of one."""
    if path.is_file():
        return [path]
    return sorted(
        found
        for found in path.iterdir()
        if found.is_file() and found.stat().st_size and any(ending in found.name.lower() for ending in _ENDINGS)
    )


def is_page(path: Path) -> bool:
    """Whether a file is a JSON page of an incremental export, by its beginning."""
    try:
        head = head_of(path, 1 << 16)
    except DamagedContainer:
        return False
    text = head.decode("utf-8", errors="replace").lstrip("\ufeff \r\n\t")
    lists = re.findall(
        r'"(tickets|ticket_events|audits|satisfaction_ratings|survey_responses|comments|users)"\s*:\s*\[', text
    )
    marks = (
        "after_cursor",
        "end_of_stream",
        "next_page",
        "generated_timestamp",
        "child_events",
        "requester_id",
        "zendesk.com",
        "rating_category",
    )
    return text.startswith("{") and bool(lists) and any(mark in text for mark in marks)


@dataclass
class Export:
    """Everything read: the working tables in one engine, how many rows came in, which are bad, what was not used."""

    connection: duckdb.DuckDBPyConnection
    rows_in: int = 0
    numbers: list[np.ndarray[tuple[int], np.dtype[np.int64]]] = field(default_factory=list)
    bad: list[tuple[str, int, BadRow]] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    present: set[str] = field(default_factory=set)
    settings: dict[str, pa.Table] = field(default_factory=dict)
    unused: dict[str, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def file_and_row(self, number: int) -> tuple[str, int]:
        """The file and its row that a source row number stands for."""
        return self.files[number // FILE_STRIDE], number % FILE_STRIDE


_kept: dict[str, tuple[tuple[object, ...], Export]] = {}


def opened_export(path: Path) -> Export:
    """The export, kept for the next call while its files are the same, so that proposing and reading read it once."""
    mark = tuple((str(file.resolve()), file.stat().st_size, file.stat().st_mtime_ns) for file in files_of(path))
    last = _kept.get("last")
    if last is not None and last[0] == mark:
        return last[1]
    forget()
    export = read_export(path)
    _kept["last"] = (mark, export)
    return export


def forget() -> None:
    """Close the export that is kept, if there is one."""
    last = _kept.pop("last", None)
    if last is not None:
        last[1].connection.close()


def read_export(path: Path) -> Export:
    """Read every file of an export; refuses the whole where one of its files is damaged or lacks its key columns."""
    export = Export(connect())
    parts: dict[str, list[pa.Table]] = {}
    for file in files_of(path):
        for name, loaded in _lists(file):
            # Each list of a page counts its rows from one, so each has a stride of numbers of its own.
            index = len(export.files)
            export.files.append(file.name)
            known = _TABLES.get(name)
            numbers = loaded.row_numbers(np.arange(loaded.rows, dtype=np.int64)) + index * FILE_STRIDE
            export.numbers.append(numbers)
            export.rows_in += loaded.rows_in
            export.bad += [(file.name, index * FILE_STRIDE + bad.row, bad) for bad in loaded.bad]
            export.findings += loaded.findings
            if known is None:
                if name in SETTINGS_TABLES:
                    export.settings[name] = _all_columns(loaded)
                else:
                    export.unused[name] = export.unused.get(name, 0) + loaded.rows
            elif known == "events":
                for table, part in _of_events(loaded, numbers).items():
                    parts.setdefault(table, []).append(part)
                export.present |= {"changes", "comments"}
            else:
                parts.setdefault(known, []).append(_picked(loaded, known, numbers, file.name))
                export.present.add(known)
            loaded.connection.close()
    for table, columns in WANTED.items():
        schema = pa.schema([*((name, pa.string()) for name in columns), ("number", pa.int64())])
        whole = (
            pa.concat_tables([part.cast(schema) for part in parts.get(table, [])])
            if table in parts
            else schema.empty_table()
        )
        export.connection.register("arriving", whole)
        export.connection.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT * FROM arriving")
        export.connection.unregister("arriving")
    return export


def _lists(file: Path) -> Iterator[tuple[str, Loaded]]:
    """Each list of records in a file with its name."""
    container = open_container(file)
    try:
        if container.form == "json":
            lists, _ = document_lists(container.text, file.name)
            objects = {
                name or table_name(file): items
                for name, items in lists.items()
                if any(isinstance(i, dict) for i in items)
            }
            for name, items in objects.items():
                yield name, load_list(items, file.name, container.work)
            return
        loaded = container.rows()
        names = {column.name for column in loaded.columns}
        name = table_name(file)
        if name not in _TABLES and name not in _KNOWN:
            name = _by_columns(names) or name
        yield name, loaded
    finally:
        container.close()


def _by_columns(names: set[str]) -> str:
    """Which table a file is when its name does not tell."""
    if {"child_events", "ticket_id"} <= names:
        return "ticket_events"
    if {"requester_id", "status", "created_at"} <= names:
        return "tickets"
    if {"field_name", "ticket_id"} <= names:
        return "ticket_field_history"
    return "ticket_comment" if {"body", "ticket_id", "public"} <= names else ""


def _all_columns(loaded: Loaded) -> pa.Table:
    picked = ", ".join(
        f'CAST({column.slot} AS VARCHAR) AS "{column.name.replace(chr(34), "")}"' for column in loaded.columns
    )
    return loaded.connection.sql(f"SELECT {picked} FROM {loaded.table}").to_arrow_table()


def _picked(loaded: Loaded, table: str, numbers: np.ndarray[tuple[int], np.dtype[np.int64]], file: str) -> pa.Table:
    by_name = {column.name.lower(): column for column in loaded.columns}
    parts = []
    for name, sources in WANTED[table].items():
        column = next((by_name[source] for source in sources if source in by_name), None)
        if column is None and name in NEEDED_COLUMNS.get(table, ()):
            raise damaged("TS-I023", file, f"a table of {table} has no column {sources[0]!r}.")
        value = "NULL::VARCHAR" if column is None else f"nullif(trim(CAST({column.slot} AS VARCHAR)), '')"
        parts.append(f"{value} AS {name}")
    query = f"SELECT {', '.join(parts)} FROM {loaded.table} ORDER BY rowid"
    return loaded.connection.sql(query).to_arrow_table().append_column("number", pa.array(numbers))


def _of_events(loaded: Loaded, numbers: np.ndarray[tuple[int], np.dtype[np.int64]]) -> dict[str, pa.Table]:
    """Changes and comments out of ticket events and audits: each is one update with its child events.

    A ticket event has `child_events` and `timestamp` (seconds), an audit has `events` and `created_at`.
    """
    by_name = {column.name: column.slot for column in loaded.columns}
    children = by_name.get("child_events") or by_name.get("events")
    if children is None:
        return {}
    author = by_name.get("updater_id") or by_name.get("author_id") or "NULL"
    stamp = by_name.get("timestamp")
    created = by_name.get("created_at", "NULL")
    at = f"coalesce({created}, CAST(to_timestamp(try_cast({stamp} AS BIGINT)) AS VARCHAR))" if stamp else created
    loaded.connection.register("row_numbers", pa.table({"number": numbers, "place": np.arange(len(numbers))}))
    loaded.connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE children AS
        SELECT n.number, r.{by_name["ticket_id"]} AS ticket_id, {at} AS changed_at, {author} AS user_id, child
        FROM (SELECT *, rowid AS place FROM {loaded.table}) r JOIN row_numbers n USING (place),
             LATERAL (SELECT unnest(from_json(coalesce({children}, '[]'), '["JSON"]')) AS child)"""
    )
    loaded.connection.unregister("row_numbers")
    kind = "coalesce(child->>'type', child->>'event_type')"
    # A ticket event names the changed field as a key of the child (`"status": "open"`), an audit as `field_name`.
    named = " UNION ALL ".join(
        f"""SELECT child->>'id' || ':{name}' AS id, ticket_id, '{name}' AS field, child->>'{name}' AS value,
            coalesce(child->>'created_at', changed_at) AS changed_at, user_id, number FROM children
            WHERE json_exists(child, '{name}') AND {kind} IN ('Change', 'Create')
              AND child->>'field_name' IS NULL"""
        for name in ("status", "group_id", "assignee_id", "priority", "requester_id")
    )
    changes = loaded.connection.sql(
        f"""SELECT child->>'id' AS id, ticket_id, child->>'field_name' AS field, child->>'value' AS value,
                   changed_at, user_id, number
            FROM children WHERE {kind} IN ('Change', 'Create') AND child->>'field_name' IS NOT NULL
            UNION ALL {named}"""
    ).to_arrow_table()
    comments = loaded.connection.sql(
        f"""SELECT child->>'id' AS id, ticket_id, coalesce(child->>'created_at', changed_at) AS sent_at,
                   coalesce(child->>'author_id', user_id) AS author_id, child->>'public' AS public,
                   child->>'body' AS body, child->'via'->>'channel' AS via, number
            FROM children WHERE {kind} = 'Comment'"""
    ).to_arrow_table()
    return {"changes": changes, "comments": comments}
