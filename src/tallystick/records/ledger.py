"""The outcome of every load: what came in, and where each row of it ended."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tallystick.records.connector import Reject
from tallystick.vocabulary.finding import Finding, Severity

FOLDER = "imports"
LEDGER = "imports.jsonl"
QUARANTINE = "quarantine"
CLEAN_EXIT, REJECTED_EXIT, REFUSED_EXIT = 0, 1, 3


class UnbalancedOutcome(AssertionError):
    """Rows in do not equal stored + duplicate + rejected: a bug of a connector or of ingest, so it crashes."""


@dataclass(frozen=True)
class Outcome:
    """What one load did. `rows_in` = `stored` + `duplicate` + `rejected`, always.

    `tables` counts the canonical rows that were added, by table. `refused` says why nothing at all was stored.
    `exit_code` is 0 for a load with warnings and notes at most, 1 when rows were rejected or a finding is an error, 3
    when the whole file was refused.
    """

    load_id: str
    file: str
    connector: str
    mapping: Any
    rows_in: int
    stored: int
    duplicate: int
    rejected: int
    findings: tuple[Finding, ...] = ()
    tables: Mapping[str, int] = field(default_factory=dict)
    sha256: str = ""
    commit: int = 0
    dry_run: bool = False
    refused: str = ""
    quarantine: str = ""
    parts: tuple[Outcome, ...] = ()

    def __post_init__(self) -> None:
        """Refuse an outcome that loses or invents a row."""
        if (
            self.rows_in != self.stored + self.duplicate + self.rejected
            or min(self.stored, self.duplicate, self.rejected) < 0
        ):
            raise UnbalancedOutcome(
                f"{self.file}: {self.rows_in} rows in, but {self.stored} stored + {self.duplicate} duplicate"
                f" + {self.rejected} rejected"
            )

    @property
    def exit_code(self) -> int:
        """0 clean, 1 some rows rejected or an error told, 3 refused; the gravest of all parts."""
        if self.parts:
            return max(part.exit_code for part in self.parts)
        if self.refused:
            return REFUSED_EXIT
        told = any(finding.severity is Severity.ERROR for finding in self.findings)
        return REJECTED_EXIT if self.rejected or told else CLEAN_EXIT

    def as_plain(self) -> dict[str, Any]:
        """The outcome as plain values, for `--json` and the ledger."""
        return {
            "load_id": self.load_id,
            "file": self.file,
            "sha256": self.sha256,
            "connector": self.connector,
            "feed": getattr(self.mapping, "feed", ""),
            "rows_in": self.rows_in,
            "stored": self.stored,
            "duplicate": self.duplicate,
            "rejected": self.rejected,
            "tables": dict(sorted(self.tables.items())),
            "exit_code": self.exit_code,
            "commit": self.commit,
            "dry_run": self.dry_run,
            "refused": self.refused,
            "quarantine": self.quarantine,
            "findings": [finding.as_json() for finding in self.findings],
            "parts": [part.as_plain() for part in self.parts],
        }


def together(outcomes: list[Outcome]) -> Outcome:
    """Several loads as one outcome with its parts; a single one is itself."""
    if len(outcomes) == 1:
        return outcomes[0]
    tables: dict[str, int] = {}
    for outcome in outcomes:
        for name, rows in outcome.tables.items():
            tables[name] = tables.get(name, 0) + rows
    return Outcome(
        load_id="",
        file=", ".join(outcome.file for outcome in outcomes),
        connector=", ".join(sorted({outcome.connector for outcome in outcomes})),
        mapping=None,
        rows_in=sum(outcome.rows_in for outcome in outcomes),
        stored=sum(outcome.stored for outcome in outcomes),
        duplicate=sum(outcome.duplicate for outcome in outcomes),
        rejected=sum(outcome.rejected for outcome in outcomes),
        findings=tuple(finding for outcome in outcomes for finding in outcome.findings),
        tables=tables,
        commit=max((outcome.commit for outcome in outcomes), default=0),
        dry_run=any(outcome.dry_run for outcome in outcomes),
        parts=tuple(outcomes),
    )


def write_line(home: Path, entry: Mapping[str, Any]) -> None:
    """Add one line to the ledger, durable when this returns. A line cut off by a crash is closed first."""
    path = home / FOLDER / LEDGER
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(entry, ensure_ascii=False, sort_keys=True) + "\n"
    with path.open("ab+") as handle:
        if handle.tell():
            handle.seek(-1, os.SEEK_END)
            if handle.read(1) != b"\n":
                text = "\n" + text
        handle.write(text.encode())
        handle.flush()
        os.fsync(handle.fileno())


def lines(home: Path) -> Iterator[dict[str, Any]]:
    """Every line of the ledger, oldest first; what a crash cut off is passed over (the commit record has it)."""
    path = home / FOLDER / LEDGER
    if not path.is_file():
        return
    with path.open(encoding="utf-8") as handle:
        for line in handle:
            try:
                entry = json.loads(line)
            except ValueError:
                continue
            if isinstance(entry, dict):
                yield entry


def write_quarantine(home: Path, load_id: str, rejects: Iterable[Reject]) -> str:
    """Keep the rejected rows of a load with their reasons; returns the path relative to the folder."""
    ordered = sorted(rejects, key=lambda reject: (reject.counted_as, reject.column, reject.finding.id, reject.value))
    relative = f"{FOLDER}/{QUARANTINE}/{load_id}.jsonl"
    path = home / relative
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.part")
    with beside.open("w", encoding="utf-8") as handle:
        for reject in ordered:
            entry = {
                "row": reject.row,
                "column": reject.column,
                "value": reject.value,
                "finding": reject.finding.as_json(),
            }
            handle.write(json.dumps(entry, ensure_ascii=False, sort_keys=True) + "\n")
        handle.flush()
        os.fsync(handle.fileno())
    beside.replace(path)
    return relative
