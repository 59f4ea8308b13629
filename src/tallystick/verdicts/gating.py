"""The data gate's answer for a partner's period: why figures are provisional, what was found, how fresh feeds are.

The answer is kept with the verdicts, stands on the partner's page and goes into its bundle. Checks read inside the
scope, but what was said of a *file* when it was taken in speaks of all of its rows, and a file may hold rows of several
partners. Such findings keep their rule, and lose the file's name, its words and its counts; `tally doctor` has them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from tallystick.records.commits import Pin
from tallystick.records.gate import gate
from tallystick.records.lake import Lake
from tallystick.records.table import table
from tallystick.verdicts.evidence import GateAnswer
from tallystick.vocabulary.finding import Finding
from tallystick.vocabulary.period import Period
from tallystick.vocabulary.scope import Scope

if TYPE_CHECKING:
    import duckdb

# Up to so many events a partner's rows are read once for all periods; above it each period reads what it needs.
MOST_HELD = 20_000_000
# Of a table beside those of cases at most so many: larger ones are read where they lie, a column at a time.
MOST_BESIDE = 1_000_000
CASE_TABLES = frozenset({"case", "case_event"})
ABOUT_A_FILE = "Told of a file in which some of these rows came: `tally explain {rule}`."


def data_gate(lake: Lake, scope: Scope, pin: Pin, as_of: datetime, period: Period) -> GateAnswer:
    """What the checks of the records say of one scope and period at a pin, in short."""
    within = (datetime.fromtimestamp(period.start_s, UTC), datetime.fromtimestamp(period.end_s, UTC))
    few = sum(part.rows for part in lake.files("case_event", pin)) <= MOST_HELD
    held = _held(lake.root, lake.client, scope, pin.number) if few else None
    answers = held.answers if held is not None else None
    report = gate(held or lake, scope, as_of, pin=pin, period=within, answers=answers)
    return GateAnswer(report.reasons, _in_short(report.findings), report.freshness)


def _in_short(findings: Iterable[Finding]) -> tuple[tuple[str, str, int], ...]:
    """(id, message, count) of each finding; those of files once for each rule, without what the files hold."""
    found: dict[tuple[str, str], int] = {}
    for finding in findings:
        about_file = bool(finding.place.file)
        message = ABOUT_A_FILE.format(rule=finding.id) if about_file else finding.message
        found.setdefault((finding.id, message), 1 if about_file else finding.count)
    return tuple((rule, message, count) for (rule, message), count in found.items())


@dataclass
class HeldLake(Lake):
    """A lake that keeps the tables of one scope and pin in memory once they were read: many periods, one reading.

    `answers` are those to questions that no period changes.
    """

    answers: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict, repr=False)
    _read: dict[str, pa.Table] = field(default_factory=dict, repr=False)

    def relation(
        self,
        scope: Scope,
        name: str,
        connection: duckdb.DuckDBPyConnection,
        *,
        pin: Pin | None = None,
        view: str = "",
        cohorts: Sequence[date] | None = None,
    ) -> str:
        """The table as a view over the rows in memory."""
        if name not in CASE_TABLES and sum(part.rows for part in self.files(name, pin)) > MOST_BESIDE:
            return super().relation(scope, name, connection, pin=pin, view=view, cohorts=cohorts)
        if name not in self._read:
            with_storage = list(table(name).schema.names)
            self._read[name] = self.read(scope, name, pin=pin, columns=with_storage, cohorts=cohorts)
        connection.register(view or name, self._read[name])
        return view or name


@lru_cache(maxsize=1)
def _held(root: Path, client: str, scope: Scope, pin: int) -> HeldLake:
    """The lake of one scope and pin; only the last one is kept."""
    del scope, pin
    return HeldLake(root, client)
