"""A KPI straight from the records over all weeks or months, by queue, language and the like, clause or no clause.

A judging pins what it read; here nothing is promised and nothing pinned. Facts are kept beside the lake and brought up
by what came since, and of streams the values of weeks and months too, so that a new day costs what that day brought.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from tallystick.contract.counted import CountedClause
from tallystick.facts.build import derive
from tallystick.facts.stream import streams
from tallystick.facts.stream_set import derive_streams
from tallystick.measures.by_cell import NO_VALUE
from tallystick.measures.compute import compute
from tallystick.measures.kept_values import renewed_values
from tallystick.measures.measure import MeasureRequest, measure_of
from tallystick.records.lake import Lake
from tallystick.verdicts.gathering import speaks_of_floor
from tallystick.verdicts.measured import how_measured
from tallystick.verdicts.promise import Promise, known_on, partners_of, promise_of, texts_at
from tallystick.vocabulary.errors import NotFound
from tallystick.vocabulary.measure_value import MeasureValue
from tallystick.vocabulary.scope import Scope

WEEK, MONTH = "week", "month"


@dataclass(frozen=True)
class Point:
    """One value of a history: the other dimensions of its cell, the first day of its week or month, and the value."""

    of: tuple[tuple[str, str], ...]
    from_on: date | None
    value: MeasureValue


@dataclass(frozen=True)
class History:
    """A KPI of one partner over time, cells and weeks (months) in order; `contract` is the text whose terms hold."""

    partner: str
    contract: str
    zone: str
    request: MeasureRequest
    points: tuple[Point, ...]

    def lines(self) -> dict[tuple[tuple[str, str], ...], list[Point]]:
        """The points of each cell, in the order of time."""
        found: dict[tuple[tuple[str, str], ...], list[Point]] = {}
        for point in self.points:
            found.setdefault(point.of, []).append(point)
        return found


def promises_for(paths: Iterable[Path], measure: str, as_of: datetime) -> dict[str, Promise]:
    """The promise to each partner under whose terms a KPI is counted, by partner.

    Of several contracts with a partner it is the one with a clause on the KPI, then one on the same facts, then the one
    that speaks of the floor where the facts are the floor's; of those that are left, the one that ends last.
    """
    fact = measure_of(MeasureRequest(measure)).fact
    found: dict[str, Promise] = {}
    for path in paths:
        texts = texts_at(path)
        for partner in partners_of(texts, None):
            promise = promise_of(texts, partner, known_on(as_of))
            if partner not in found or _rank(promise, measure, fact) < _rank(found[partner], measure, fact):
                found[partner] = promise
    return found


def _rank(promise: Promise, measure: str, fact: str) -> tuple[bool, bool, int, int, str]:
    contract = promise.contract
    on_fact = any(_fact_of(clause) == fact for clause in contract.counted)
    floor = speaks_of_floor(contract) if fact in streams() else 0
    last = -contract.whole_term.to_on.toordinal()
    return all(one.measure != measure for one in contract.counted), not on_fact, floor, last, contract.contract


def _fact_of(clause: CountedClause) -> str:
    try:
        return measure_of(MeasureRequest.of(clause.measure, version=clause.version)).fact
    except NotFound:
        return ""  # a clause on an imported or typed value may name what no measure defines


def request_of_clause(promise: Promise, clause: str, as_of: datetime) -> MeasureRequest:
    """What a clause of the text in force on a day counts, without its period; raises NotFound."""
    contract = promise.contract
    on = min(max(as_of.date(), contract.term.from_on), contract.whole_term.to_on)
    text = contract.in_force(on, known_on(as_of))
    named = [one for one in text.counted if one.id == clause]
    how = how_measured(promise, text, named[0], promise.period(f"{on:%Y-%m}"), as_of) if named else None
    if how is None:
        raise NotFound("clause with a measure", clause, tuple(one.id for one in text.counted))
    return how.request


def kpi_history(
    lake: Lake,
    promise: Promise,
    request: MeasureRequest,
    *,
    every: str,
    by: Sequence[str] = (),
    as_of: datetime,
    threads: int = 2,
) -> History:
    """A KPI of one partner, in the partner's own scope, in each week or month (`every`) and cell (`by`).

    Judged by what is known at `as_of`. Raises UsageError for a dimension that is none, NotFound for a measure.
    """
    scope = Scope.of_partner(lake.client, promise.partner)
    fact = measure_of(request).fact
    asked = (*dict.fromkeys(by), every)
    folded = derive(lake, scope, promise.terms, threads=threads)
    if fact not in streams():
        values = compute(folded, [request], by=asked, period=None, as_of=as_of, threads=threads)
    else:
        kept = derive_streams(lake, scope, promise.terms, [fact], case=folded)
        folder = kept.folder if kept.folder is not None else lake.root / "facts"
        name = hashlib.sha256(repr((request, asked)).encode()).hexdigest()[:16]
        values = renewed_values(
            folder / f"values-{name}.json", kept, [request], by=asked, as_of=as_of, threads=threads
        ).values
    points = [_point(value, every) for value in values]
    points.sort(key=lambda one: (one.of, one.from_on is not None, one.from_on or date.min))
    return History(promise.partner, promise.contract.contract, promise.contract.zone, request, tuple(points))


def _point(value: MeasureValue, every: str) -> Point:
    cell = dict(value.cell)
    label = cell.pop(every)
    begins = None
    if label != NO_VALUE:  # a case without a due date has no week it is due in
        begins = date.fromisoformat(label if every == WEEK else f"{label}-01")
    return Point(tuple(cell.items()), begins, value)


def between(history: History, from_on: date | None, to_on: date | None) -> History:
    """The weeks (months) that begin on or after a day and before another; undated cells only where neither is given."""
    if from_on is None and to_on is None:
        return history
    kept = tuple(
        one
        for one in history.points
        if one.from_on is not None
        and (from_on is None or one.from_on >= from_on)
        and (to_on is None or one.from_on < to_on)
    )
    return replace(history, points=kept)
