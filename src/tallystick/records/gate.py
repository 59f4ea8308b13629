"""The data gate: what must be true of the records before a figure is final.

Every check reads inside the scope and names what it found with a row and a cure. Findings that weigh make every figure
of the scope *provisional*, and the report says why in words. Nothing is repaired and nothing is hidden.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from tallystick.records.lake import Lake, connect
from tallystick.records.table import tables
from tallystick.records.word_meanings import micros
from tallystick.registry import load_folder
from tallystick.vocabulary.clock_terms import STATUS_CATEGORIES
from tallystick.vocabulary.finding import Finding, Severity
from tallystick.vocabulary.scope import Scope, require_scope

if TYPE_CHECKING:
    import duckdb

    from tallystick.records.commits import Pin

CHECKS = "tallystick.records.checks"
_FIRST = -(2**62)
_LAST = 2**62


@dataclass(frozen=True)
class Expectations:
    """What is expected of the records.

    `freshness`: how old the newest row of a feed may be at the end of the period (or at `as_of`, if that is earlier).
    `quiet_day`: a day with fewer new cases than this share of the median of its weekday is incomplete, for feeds with
    at least `busy` new cases on a median day; days that lack more than `missing` of the period's usual cases weigh.
    `tolerated`: up to this share of a period's rows, impossible or unmapped rows are reported but do not weigh.
    """

    freshness: timedelta = timedelta(days=3)
    quiet_day: Fraction = Fraction(1, 5)
    busy: int = 10
    missing: Fraction = Fraction(1, 20)
    tolerated: Fraction = Fraction(1, 100)


@dataclass(frozen=True)
class Feed:
    """One source inside the scope: its cases and the newest instant that anything of it happened."""

    source: str
    rows: int
    newest: datetime | None


@dataclass(frozen=True)
class GateReport:
    """What the gate found. `reasons` say why figures are provisional; empty means they are final."""

    findings: tuple[Finding, ...]
    reasons: tuple[str, ...]
    feeds: tuple[Feed, ...] = ()

    @property
    def provisional(self) -> bool:
        """Whether figures are below the gate."""
        return bool(self.reasons)

    @property
    def freshness(self) -> tuple[tuple[str, int, str], ...]:
        """(source, rows, newest instant in ISO 8601) of each feed."""
        return tuple(
            (feed.source, feed.rows, feed.newest.isoformat().replace("+00:00", "Z") if feed.newest else "")
            for feed in self.feeds
        )

    def as_plain(self) -> dict[str, Any]:
        """The report as plain JSON values."""
        return {
            "provisional": self.provisional,
            "reasons": list(self.reasons),
            "findings": [finding.as_json() for finding in self.findings],
            "feeds": [list(feed) for feed in self.freshness],
        }


@dataclass
class Reading:
    """What a check may read: the canonical tables of the scope as views of one engine, and what was said on import.

    Besides one view per table there are two more. `sourced_event`: `case_event` with the `source` that its case names
    or, where no row of the case has come, the source of the load that the event came in. `status_change`: case_key,
    case_id, event_at, seq, raw, category (null: not mapped), source. Instants in SQL are compared with `from_us` and
    `until_us`, the period in UTC microseconds, half-open.
    """

    lake: Lake
    scope: Scope
    pin: Pin
    connection: duckdb.DuckDBPyConnection
    as_of_us: int
    from_us: int
    until_us: int
    expectations: Expectations
    answers: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)
    _views: set[str] = field(default_factory=set)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a query over the views that it names; instants as UTC microseconds are the query's own affair.

        A query asked before is answered as then: its text holds all that the answer depends on, but for the scope and
        the pin of `answers`.
        """
        if sql in self.answers:
            return self.answers[sql]
        self._see(sql)
        found: list[tuple[Any, ...]] = self.connection.execute(sql).fetchall()
        self.answers[sql] = found
        return found

    def holds(self, name: str) -> bool:
        """Whether a table has any row in the scope, of whatever period."""
        return bool(self.rows(f'select exists(select 1 from "{name}")')[0][0])  # noqa: S608 - a declared table

    def _see(self, sql: str) -> None:
        """Make the views that a query names."""
        for name in tables():
            if name in sql and name not in self._views:
                self._views.add(name)
                self.lake.relation(self.scope, name, self.connection, pin=self.pin)
        for name, made_of in _MADE.items():
            if name in sql and name not in self._views:
                self._views.add(name)
                self._make(name, made_of)

    def _make(self, name: str, sql: str) -> None:
        """One of the further views, over the views that it names."""
        if name == "sourced_event":
            pairs = [
                (record.load_id, str(record.outcome.get("source") or record.outcome.get("feed") or UNKNOWN))
                for record in self.lake.records()
                if record.number <= self.pin.number and record.kind == "load"
            ]
            loads = pa.table({"load_id": [one for one, _ in pairs], "source": [one for _, one in pairs]}, _LOADS)
            self.connection.register("load_source", loads)
        self._see(sql)
        self.connection.execute(f"create or replace temporary view {name} as {sql}")

    @property
    def within(self) -> str:
        """SQL condition on a column `us`: inside the period."""
        return f"us >= {self.from_us} and us < {self.until_us}"

    @cached_property
    def imported(self) -> list[dict[str, Any]]:
        """Findings of the loads whose rows are in the scope, as they stand in the commit records."""
        named = " union ".join(
            f'select distinct load_id from "{name}" where load_id is not null'  # noqa: S608
            for name in ("case", "case_event", "message", "survey_response")
        )
        loads = {row[0] for row in self.rows(named)}
        found: list[dict[str, Any]] = []
        for record in self.lake.records():
            if record.number <= self.pin.number and record.kind == "load" and record.load_id in loads:
                found += [dict(finding) for finding in record.outcome.get("findings", [])]
        return found

    def weighs(self, count: int, total: int) -> bool:
        """Whether `count` of `total` rows is more than what is tolerated."""
        return bool(total) and Fraction(count, total) > self.expectations.tolerated


_CATEGORIES = ", ".join(f"'{word}'" for word in STATUS_CATEGORIES)
UNKNOWN = "unknown"
_LOADS = pa.schema([("load_id", pa.string()), ("source", pa.string())])
_SOURCED_EVENT = f"""
select e.*, c.case_id, coalesce(c.source, l.source, '{UNKNOWN}') as source
from case_event e left join "case" c using (case_key)
left join (select load_id, min(source) as source from load_source group by load_id) l on l.load_id = e.load_id
"""  # noqa: S608  (a constant)
_STATUS_CHANGE = f"""
with word as (select source, raw, min(meaning) as meaning from mapping where kind = 'status' group by source, raw),
     anywhere as (select raw, min(meaning) as meaning from word group by raw having count(distinct meaning) = 1)
select e.case_key, e.case_id, e.source, e.event_at, e.seq, e.value as raw,
       coalesce(word.meaning, case when e.case_id is null then anywhere.meaning end,
                case when lower(e.value) in ({_CATEGORIES}) then lower(e.value) end) as category
from sourced_event e
left join word on word.source = e.source and word.raw = e.value
left join anywhere on anywhere.raw = e.value
where e.kind = 'status'
"""  # noqa: S608  (a constant list of words)
_MADE = {"status_change": _STATUS_CHANGE, "sourced_event": _SOURCED_EVENT}


@dataclass(frozen=True)
class Found:
    """A finding of a check, and whether it makes figures provisional."""

    finding: Finding
    weighs: bool


@dataclass(frozen=True)
class Check:
    """One check of the gate: a sentence and a function of what may be read.

    Where one of the tables that it `needs` holds no row in the scope, it has nothing to say and is not asked.
    """

    title: str
    run: Callable[[Reading], list[Found]]
    needs: tuple[str, ...] = ()


def gate(
    lake: Lake,
    scope: Scope,
    as_of: datetime,
    expectations: Expectations | None = None,
    *,
    pin: Pin | None = None,
    period: tuple[datetime, datetime] | None = None,
    answers: dict[str, list[tuple[Any, ...]]] | None = None,
) -> GateReport:
    """Run every check inside a scope, over a period (half-open) or over everything.

    `answers` keeps what was read for another period of the same scope and pin.
    """
    require_scope(scope)
    since, until = (micros(period[0]), micros(period[1])) if period else (_FIRST, _LAST)
    with closing(connect()) as connection:
        reading = Reading(
            lake,
            scope,
            pin or lake.pin(),
            connection,
            micros(as_of),
            since,
            until,
            expectations or Expectations(),
            {} if answers is None else answers,
        )
        asked = [one for one in load_folder(CHECKS, Check).values() if all(map(reading.holds, one.needs))]
        found = [one for check in asked for one in check.run(reading)]
        feeds = tuple(
            Feed(source, rows, None if newest is None else datetime.fromtimestamp(newest // 1_000_000, UTC))
            for source, rows, newest in reading.rows(_FEEDS)
        )
    order = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}
    found.sort(key=lambda one: (order[one.finding.severity], one.finding.id, str(one.finding)))
    reasons = tuple(one.finding.message for one in found if one.weighs)
    return GateReport(tuple(one.finding for one in found), reasons, feeds)


_FEEDS = """
select source, count(distinct case_key), epoch_us(max(event_at)) from sourced_event group by 1 order by 1
"""
