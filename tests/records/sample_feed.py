"""A connector for tests: JSON Lines of canonical rows, one object a source row, many tables in one file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from collections.abc import Mapping as AbstractMapping
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa

from tallystick.records.connector import Batch, Connector, Mapping, Reject, Resolver
from tallystick.records.keys import keys_of
from tallystick.records.table import INSTANT, table
from tallystick.vocabulary.errors import DamagedContainer
from tallystick.vocabulary.finding import Finding, Place, Severity

SOURCE = "sample"
AS_OF = datetime(2026, 7, 1, tzinfo=UTC)
_KEY = {"case": "case_id", "case_event": "event_id", "message": "message_id", "survey_response": "response_id",
        "agent": "agent_id"}  # fmt: skip


def instant(seconds: int | None) -> datetime | None:
    """Seconds after the first of January 2026, UTC."""
    return None if seconds is None else datetime.fromtimestamp(1_767_225_600 + seconds, UTC)


class SampleFeed(Connector):
    """Rows like {"table": "case", "case_id": "1", "created_at": 60, ...}; times are seconds of 2026."""

    title = "rows for tests"

    def __init__(self, batch: int = 1000) -> None:
        self.batch = batch

    def recognise(self, path: Path) -> float:
        return 1.0 if path.suffix == ".rows" else 0.0

    def propose(self, path: Path, saved: Mapping | None, hints: AbstractMapping[str, str]) -> Mapping:
        return saved or Mapping(connector="sample_feed", feed=hints.get("feed", "sample"), source=SOURCE)

    def read(self, path: Path, mapping: Mapping, resolver: Resolver) -> Iterator[Batch]:
        shift = int(mapping.settings.get("shift", 0))
        lines = path.read_text().splitlines()
        for start in range(0, max(len(lines), 1), self.batch):
            yield self._part(path, lines[start : start + self.batch], start, len(lines), shift)

    def _part(self, path: Path, lines: list[str], start: int, total: int, shift: int) -> Batch:
        grouped: dict[str, list[dict]] = {}
        rejects: list[Reject] = []
        texts: list[dict] = []
        for number, line in enumerate(lines, start=start + 1):
            if line == "damage":
                raise DamagedContainer("TS-I999", path.name, f"row {number} is damage", "Mend it.")
            if line == "bad":
                finding = Finding(
                    "TS-I998", Severity.ERROR, "a bad row", Place(path.name, row=number), "Mend it.", line
                )
                rejects.append(Reject(number, "", line, finding))
                continue
            row = json.loads(line)
            row["source_row"] = number
            grouped.setdefault(row.pop("table"), []).append(row)
            if "text" in row:
                texts.append(row)
        tables = {name: _arrow(name, rows, shift) for name, rows in grouped.items()}
        kept = None
        if texts:
            kept = pa.table(
                {
                    "text_id": [row["message_id"] for row in texts],
                    "case_key": keys_of(SOURCE, pa.array([row["case_id"] for row in texts])),
                    "person": pa.array([row.get("person") for row in texts], pa.string()),
                    "text": [row["text"] for row in texts],
                    "source_at": pa.array([instant(row["sent_at"]) for row in texts], INSTANT),
                    "source_row": [row["source_row"] for row in texts],
                }
            )
        return Batch(tables, len(lines), kept, rejects, done=start + len(lines), total=total)


def _arrow(name: str, rows: list[dict], shift: int) -> pa.Table:
    declared = table(name)
    key = pa.array([row[_KEY[name]] for row in rows])
    source = f"{SOURCE}:agent" if name == "agent" else SOURCE
    columns = {declared.key: keys_of(source, key), "source_row": pa.array([row["source_row"] for row in rows])}
    if "case_key" in declared.schema.names and name != "case":
        columns["case_key"] = keys_of(SOURCE, pa.array([row["case_id"] for row in rows], pa.string()))
    if name == "case":
        columns["source"] = pa.array([SOURCE] * len(rows))
        columns["requester"] = pa.array([row.get("requester") for row in rows], pa.string())
    if name == "message":
        columns["text_id"] = pa.array([row["message_id"] if "text" in row else None for row in rows], pa.string())
    for part in (*declared.columns, declared.column("source_at"), declared.column("partner_given")):
        if part.name in columns or part.name == "requester_key":
            continue
        values = [row.get(part.name) for row in rows]
        if part.type == INSTANT:
            moved = shift if part.name == declared.at else 0
            values = [None if value is None else instant(value + moved) for value in values]
        columns[part.name] = pa.array(values, part.type)
    return pa.table(columns)


def write_rows(path: Path, rows: list[dict | str]) -> Path:
    """A file for `SampleFeed`; a plain string is a line as it stands (`bad`, `damage`)."""
    path.write_text("".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows))
    return path


def case(case_id: str, created_at: int | None = 0, source_at: int | None = None, **parts: object) -> dict:
    return {"table": "case", "case_id": case_id, "created_at": created_at, "source_at": source_at, **parts}


def event(
    event_id: str, case_id: str, event_at: int | None, kind: str, value: str | None = None, **parts: object
) -> dict:
    return {"table": "case_event", "event_id": event_id, "case_id": case_id, "event_at": event_at, "kind": kind,
            "value": value, "actor": "agent", **parts}  # fmt: skip


def message(message_id: str, case_id: str, sent_at: int, text: str, person: str | None = None) -> dict:
    return {"table": "message", "message_id": message_id, "case_id": case_id, "sent_at": sent_at, "role": "customer",
            "public": True, "length": len(text), "text": text, "person": person}  # fmt: skip
