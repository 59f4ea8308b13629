"""Trouble in a contract's text or in data, as a value with a place and a cure."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """How much a finding weighs: an error blocks, a warning asks, a note tells."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, order=True)
class Place:
    """Where trouble is: a file with line and column, or a file or table with row and column name.

    `line` and `row` count from 1; `row` is the data row as a spreadsheet shows it (the header is row 1).
    """

    file: str = ""
    line: int = 0
    column: str = ""
    row: int = 0
    table: str = ""
    key: str = ""

    def __str__(self) -> str:
        parts = [self.file or self.table]
        if self.line:
            parts.append(str(self.line))
        if self.row:
            parts.append(f"row {self.row}")
        if self.column:
            parts.append(self.column if self.line and self.column.isdigit() else f"column {self.column}")
        if self.key:
            parts.append(self.key)
        return ":".join(part for part in parts if part)


@dataclass(frozen=True)
class Finding:
    """One piece of trouble. `id` is the rule (`TS-C051`); `count` how many rows share it; `place` the first of them.

    Ids: TS-Cnnn contract text, TS-Innn input containers and rows, TS-Dnnn the data gate, TS-Fnnn stored facts,
    TS-Knnn costs, TS-Pnnn received invoices, TS-Vnnn verdicts.
    """

    id: str
    severity: Severity
    message: str
    place: Place = field(default_factory=Place)
    cure: str = ""
    value: str = ""
    count: int = 1

    def as_json(self) -> dict[str, Any]:
        """The finding as plain JSON values, empty parts left out."""
        place = {name: part for name, part in vars(self.place).items() if part}
        flat: dict[str, Any] = {
            "id": self.id,
            "severity": str(self.severity),
            "message": self.message,
            "place": place,
            "cure": self.cure,
            "value": self.value,
            "count": self.count,
        }
        return {name: part for name, part in flat.items() if part not in ("", {})}
