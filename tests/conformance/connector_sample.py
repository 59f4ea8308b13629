"""What a connector brings to the conformance suite: how its source would write these tickets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True)
class Ticket:
    """One ticket of a neutral helpdesk; instants are UTC, `updated` is its version."""

    id: int
    created: datetime
    replied: datetime | None
    solved: datetime | None
    updated: datetime


@dataclass(frozen=True)
class Sample:
    """`write(folder, tickets, extra)` writes them as the source does, with fields nobody knows where `extra`.

    `table` is the table that is counted, `rows` how many rows of it the tickets make. A source that is not `dated`
    has no version time: the later import wins, whatever it says. A source whose files are sums (a scorecard) is not
    `cut` into several.
    """

    table: str
    write: Callable[[Path, list[Ticket], bool], Path]
    rows: Callable[[list[Ticket]], int]
    hints: Mapping[str, str] = field(default_factory=dict)
    dated: bool = True
    cut: bool = True
