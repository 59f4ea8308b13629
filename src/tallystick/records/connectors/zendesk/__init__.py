"""Zendesk: the tables of its exports and the JSON pages of its incremental exports.

In: a folder or a file. Out: cases, events, messages with texts, agents, survey responses.
Verbs: recognise, propose, read. Must not know: the lake, partners (groups are mapped to them), any contract.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as AbstractMapping
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa

from tallystick.records.connector import Batch, Connector, Mapping, Reject, Resolver
from tallystick.records.connectors.any_table.words import status_category
from tallystick.records.connectors.zendesk import rows, schedules
from tallystick.records.connectors.zendesk.sources import Export, files_of, forget, is_page, opened_export, table_name
from tallystick.records.containers import RULES, damaged, finding
from tallystick.records.containers.unpacking import head_of
from tallystick.vocabulary.errors import DamagedContainer
from tallystick.vocabulary.finding import Finding, Place

STATUSES = {
    "new": "new", "open": "open", "pending": "pending", "hold": "hold", "on-hold": "hold", "solved": "solved",
    "closed": "closed",
}  # fmt: skip
_OWN_TABLES = frozenset({"ticket", "ticket_field_history", "ticket_comment"})


class Zendesk(Connector):
    """Tickets with their history, comments, people and ratings."""

    title: ClassVar[str] = "Zendesk (tables of its export, or JSON of its incremental exports)"
    fills: ClassVar[tuple[str, ...]] = ("case", "case_event", "message", "agent", "survey_response")
    cannot: ClassVar[AbstractMapping[str, str]] = {
        "agent_state": "ticket exports hold no presence of agents; Zendesk Talk and Explore do",
        "shift": "ticket exports hold no rosters",
        "call": "phone calls are tickets here; their queue and talk times come from the telephony export",
        "ces": "the satisfaction rating has good and bad only",
        "nps": "the satisfaction rating has good and bad only",
        "machine_translation_share": "comments do not say whether a machine translated them",
        "identity": "the export does not say which ids of other systems belong to a user",
    }

    def recognise(self, path: Path) -> float:
        """Sure of a folder with a ticket table or pages, and of a page; a lone ticket table by its columns."""
        try:
            if path.is_dir():
                files = files_of(path)
                names = {table_name(file) for file in files}
                if ({"ticket", "tickets"} & names and len(names) > 1) or len(_OWN_TABLES & names) > 1:
                    return 0.95
                return 0.9 if any(is_page(file) for file in files[:20] if file.suffix == ".json") else 0.0
            if not path.is_file():
                return 0.0
            if is_page(path):
                return 0.9
            first = head_of(path, 1 << 14).split(b"\n", 1)[0].decode("utf-8", errors="replace").lower()
        except (DamagedContainer, OSError):
            return 0.0
        columns = {cell.strip(' "\r') for cell in first.split(",")}
        if {"requester_id", "submitter_id", "assignee_id", "via_channel", "status"} <= columns:
            return 0.8
        return 0.8 if {"field_name", "ticket_id", "updated", "value", "user_id"} <= columns else 0.0

    def propose(self, path: Path, saved: Mapping | None, hints: AbstractMapping[str, str]) -> Mapping:
        """Statuses by name, groups and agents left to map to partners, calendars and targets as found in the export."""
        export = opened_export(path)
        statuses = dict(STATUSES)
        doubts: list[str] = []
        query = (
            "SELECT DISTINCT lower(status) FROM tickets "
            "UNION SELECT DISTINCT lower(value) FROM changes WHERE field = 'status'"
        )
        for (word,) in sorted(export.connection.execute(query).fetchall(), key=str):
            if word and word not in statuses and word != "deleted":
                category = status_category(word)
                if category is None:
                    doubts.append(f"Status {word!r} has no meaning yet; say one under `statuses`.")
                else:
                    statuses[word] = category
        names = export.connection.execute(
            "SELECT DISTINCT coalesce(name, id) AS n FROM groups WHERE n IS NOT NULL ORDER BY n LIMIT 500"
        ).fetchall()
        settings: dict[str, Any] = {}
        if found := schedules.calendars(export.settings):
            settings["calendars"] = found
        if targets := schedules.targets(export.settings):
            settings["sla_targets"] = targets
        if not export.present & {"tickets", "changes", "comments"}:
            raise damaged("TS-I022", path.name, "no ticket, history or comment is in the export.")
        queues = {str(name): "" for (name,) in names}
        if queues and not hints.get("partner"):
            doubts.append("Say under `queues` which partner each group belongs to (or give one partner for the feed).")
        feed = hints.get("feed") or "zendesk"
        proposed = Mapping(
            connector="zendesk",
            feed=feed,
            source=hints.get("source") or feed,
            shape="export",
            partner=hints.get("partner", ""),
            zone="UTC",
            statuses=statuses,
            queues=queues,
            settings=settings,
            notes=(f"Files: {', '.join(list(dict.fromkeys(export.files))[:20])}.",),
            doubts=tuple(doubts),
        )
        if saved is None:
            return proposed
        return saved.with_(
            statuses={**proposed.statuses, **saved.statuses},
            queues={**proposed.queues, **saved.queues},
            settings={**proposed.settings, **saved.settings},
            notes=proposed.notes,
            doubts=proposed.doubts,
        )

    def read(self, path: Path, mapping: Mapping, resolver: Resolver) -> Iterator[Batch]:
        """The whole export as one batch: its tables refer to each other."""
        export = opened_export(path)
        try:
            rows.prepare(export.connection, resolver.as_of_us)
            rejects = _rejects(export)
            source = mapping.source
            message, texts = rows.messages(export.connection, source)
            tables = {
                "case": rows.cases(export.connection, source),
                "case_event": rows.events(export.connection, source),
                "message": message,
                "agent": rows.agents(export.connection, source),
                "survey_response": rows.surveys(export.connection, source),
            }
            found = [*export.findings, *_findings(export, mapping, path.name)]
        finally:
            forget()
        yield Batch(
            tables,
            export.rows_in,
            texts=texts,
            rejects=rejects,
            findings=found,
            noted=_noted(export, tables, rejects),
            done=export.rows_in,
            total=export.rows_in,
        )


def _rejects(export: Export) -> list[Reject]:
    rejects = [
        Reject(bad.row, bad.column, bad.text, finding(bad.rule, bad.reason, Place(file=file, row=bad.row)), number)
        for file, number, bad in export.bad
    ]
    for number, rule, name, cell in export.connection.execute(
        "SELECT number, rule, name, cell FROM refused ORDER BY number, rule"
    ).fetchall():
        file, row = export.file_and_row(number)
        message = f"{RULES[rule].title}: {name}{'' if cell is None else f' is {str(cell)[:80]!r}'}."
        place = Place(file=file, row=row, column=name)
        rejects.append(Reject(row, name, str(cell or ""), finding(rule, message, place, value=str(cell or "")), number))
    return rejects


def _noted(export: Export, tables: dict[str, pa.Table], rejects: list[Reject]) -> int:
    """Rows that were read and yield no canonical row: groups, schedules, fields that no event tells of."""
    used = [table["source_row"].to_numpy() for table in tables.values() if table.num_rows]
    used.append(np.array([reject.counted_as for reject in rejects], np.int64))
    every = np.concatenate(export.numbers) if export.numbers else np.zeros(0, np.int64)
    return len(np.setdiff1d(every, np.concatenate(used)))


def _findings(export: Export, mapping: Mapping, file: str) -> Iterator[Finding]:
    """What is missing from the export, and which words have no meaning."""
    place = Place(file=file)
    for table, why in (
        ("tickets", "cases that are not in the records already have no creation"),
        ("changes", "changes of status, group, assignee and priority are not known"),
        ("comments", "replies are not known, so no reply clock can stop"),
        ("users", "who is an agent is told from the requester alone"),
        ("groups", "queues are named by their ids"),
    ):
        if table not in export.present:
            yield finding("TS-I221", f"The export has no {table}: {why}.", place, value=table)
    rows_of = {
        "TS-I219": "SELECT count(*), min(number) FROM tickets WHERE lower(status) = 'deleted'",
    }
    for rule, query in rows_of.items():
        count, first = export.connection.execute(query).fetchall()[0]
        if count:
            name, row = export.file_and_row(first)
            yield finding(rule, f"{count} deleted ticket(s) are taken back.", Place(file=name, row=row), count=count)
    for word, count in export.connection.execute(
        "SELECT value, count(*) FROM changes WHERE field = 'status' AND value IS NOT NULL GROUP BY value ORDER BY value"
    ).fetchall():
        if word not in mapping.statuses and word.lower() not in mapping.statuses and word != "deleted":
            yield finding(
                "TS-I211", f"The status {word!r} of {count} row(s) has no meaning.", place, value=word, count=count
            )
    if export.unused:
        names = ", ".join(sorted(export.unused))
        yield finding("TS-I216", f"Tables that are not used: {names}.", place, count=len(export.unused))
