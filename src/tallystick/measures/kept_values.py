"""Values by week or month that are kept, and computed once more only where facts differ.

A cell's value follows from the rows of its week alone. So after a refresh of the facts, those weeks are computed again
in which some fact appeared, changed or went; all others are as they were. Values are kept for one instant of judgement
and one version of facts and measures; under any other they are computed anew.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.facts.layered import Layered, Places
from tallystick.facts.stream import stream
from tallystick.measures.by_cell import NO_VALUE
from tallystick.measures.compute import compute_each
from tallystick.measures.fact_columns import period_columns
from tallystick.measures.measure import MeasureRequest, measure_of
from tallystick.vocabulary.errors import UsageError
from tallystick.vocabulary.measure_value import MeasureValue

TIMES = ("week", "month")
Values = dict[MeasureRequest, list[MeasureValue]]


class KeptFacts(Protocol):
    """Facts that know what differs since an earlier commit, as `facts.stream_set` keeps them."""

    @property
    def number(self) -> int:
        """The commit of the lake that they are of."""

    @property
    def identity(self) -> str:
        """What names their scope, terms and the version of their making."""

    @property
    def tables(self) -> Mapping[str, Layered]:
        """The rows of each fact table."""

    def since(self, name: str, number: int) -> pa.Table | None:
        """The earlier and present version of every fact that differs since a commit; None where nobody knows."""


@dataclass
class Renewal:
    """What came of keeping values: all of them, and how many cells of time were computed for each fact table."""

    values: list[MeasureValue]
    computed: dict[str, int | None] = field(default_factory=dict)


def renewed_values(
    path: Path,
    facts: KeptFacts,
    requests: Sequence[MeasureRequest],
    *,
    by: Sequence[str],
    as_of: datetime,
    threads: int = 1,
) -> Renewal:
    """The values of all requests in the order asked, cells in order; equal to `compute` over the whole facts.

    What was kept in the file `path` is used where it is of the same facts, requests and instant, and what is found is
    kept there. `by` names a week or a month; raises UsageError where it does not, as nothing could be kept.
    """
    part = next((one for one in TIMES if one in by), None)
    if part is None:
        raise UsageError("Values are kept by week or by month.", "Add one of the two, or compute them each time.")
    asked = list(dict.fromkeys(requests))
    name = _identity(facts, asked, by, as_of)
    kept = _read(path, name, asked)
    number, before = (0, None) if kept is None else kept
    found: Values = {}
    computed: dict[str, int | None] = {}
    for fact in dict.fromkeys(measure_of(request).fact for request in asked):
        own = [request for request in asked if measure_of(request).fact == fact]
        differ = facts.since(fact, number) if before is not None else None

        def fresh(rows: Any, own: Sequence[MeasureRequest] = own) -> Values:
            return compute_each(rows, own, by=by, period=None, as_of=as_of, threads=threads)

        if before is None or differ is None:
            found |= fresh(_Rows(fact, facts.tables[fact], facts.tables[fact].every()))
            computed[fact] = None
            continue
        times = _times(fact, differ, part)
        computed[fact] = len(times)
        own_before = {request: before[request] for request in own}
        found |= _renewed(own_before, fresh, fact, facts.tables[fact], part, times) if times else own_before
    if kept is None or kept != (facts.number, found):
        _write(path, name, facts.number, asked, found)
    return Renewal([value for request in requests for value in found[request]], computed)


def _renewed(
    before: Values, fresh: Callable[[Any], Values], fact: str, rows: Layered, part: str, times: set[Any]
) -> Values:
    """The values of some weeks (months) computed again, beside all others as they were."""
    words = {_word(one, part) for one in times}
    places = tuple(
        np.flatnonzero(_any_of([_is_in(one, times) for one in _columns(fact, layer, part)])) for layer in rows.layers
    )
    now = fresh(_Rows(fact, rows, rows.living(places)))

    def of(value: MeasureValue) -> bool:
        return dict(value.cell)[part] in words

    return {
        request: sorted(
            [*(one for one in before[request] if not of(one)), *(one for one in now[request] if of(one))],
            key=lambda one: one.cell,
        )
        for request in before
    }


def _columns(fact: str, rows: pa.Table, part: str) -> list[Any]:
    """Under each period rule of a fact table the time (a date, or a number of a month) of each row."""
    found = []
    declared = stream(fact)
    rules = () if declared is None else declared.moments
    for names in {period_columns(fact, rule, part) for rule in rules}:
        column = rows.column(names[0])
        for other in names[1:]:
            column = pc.coalesce(column, rows.column(other))
        found.append(column)
    return found


def _times(fact: str, differ: pa.Table, part: str) -> set[Any]:
    return {one for column in _columns(fact, differ, part) for one in pc.unique(column).to_pylist()}


def _is_in(column: Any, times: set[Any]) -> Any:
    found = pc.is_in(column, value_set=pa.array(sorted(one for one in times if one is not None), column.type))
    if None in times:
        found = pc.or_(found, column.is_null())
    return np.asarray(found, dtype=np.bool_)


def _any_of(parts: Iterable[Any]) -> Any:
    return np.logical_or.reduce(list(parts))


def _word(time: Any, part: str) -> str:
    """A time as cells name it."""
    if time is None:
        return NO_VALUE
    if part == "week":
        return str(time.isoformat()) if isinstance(time, date) else str(time)
    return f"{time // 100:04d}-{time % 100:02d}"


class _Rows:
    """Some rows of one fact table, column by column as they are asked for."""

    def __init__(self, fact: str, rows: Layered, places: Places) -> None:
        self._fact = fact
        self._rows = rows
        self._places = places
        self._whole = sum(map(len, places)) == rows.size
        self._columns: dict[str, Any] = {}

    def table(self, name: str, columns: Sequence[str]) -> pa.Table:
        """The fact table with some columns."""
        if name != self._fact:
            raise UsageError(f"There are no {name} facts.", f"Hand over the table {name!r} beside the others.")
        for one in columns:
            if one not in self._columns:
                self._columns[one] = self._rows.column(one, None if self._whole else self._places)
        return pa.table({one: self._columns[one] for one in columns})


# ---- the file ----------------------------------------------------------------------------------------------------


@cache
def _version() -> str:
    root = Path(__file__).parent
    return hashlib.sha256(b"\x1f".join(path.read_bytes() for path in sorted(root.rglob("*.py")))).hexdigest()[:16]


def _identity(facts: KeptFacts, requests: Sequence[MeasureRequest], by: Sequence[str], as_of: datetime) -> str:
    said = [facts.identity, _version(), list(by), as_of.isoformat(), [repr(request) for request in requests]]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def _read(path: Path, name: str, requests: Sequence[MeasureRequest]) -> tuple[int, Values] | None:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        if told["name"] != name:
            return None
        values = [[_value(one, of) for one in listed] for of, listed in zip(told["of"], told["values"], strict=True)]
        return told["number"], dict(zip(requests, values, strict=True))
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def _write(path: Path, name: str, number: int, requests: Sequence[MeasureRequest], values: Values) -> None:
    heads = [next((_head(one) for one in values[request]), []) for request in requests]
    listed = [[_plain(one) for one in values[request]] for request in requests]
    text = json.dumps({"name": name, "number": number, "of": heads, "values": listed})
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.part")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)


def _head(value: MeasureValue) -> list[Any]:
    return [value.measure, value.version, value.kind, value.unit, value.period, value.provenance]


def _plain(value: MeasureValue) -> list[Any]:
    exact = None if value.value is None else [value.value.numerator, value.value.denominator]
    interval = None if value.interval is None else [str(bound) for bound in value.interval]
    parts = [value.n, value.numerator, value.denominator, exact, interval, value.pending, value.excluded]
    return [value.cell, *parts]


def _value(told: Sequence[Any], head: Sequence[Any]) -> MeasureValue:
    cell, n, numerator, denominator, exact, interval, pending, excluded = told
    measure, version, kind, unit, period, provenance = head
    return MeasureValue(
        measure=measure,
        version=version,
        kind=kind,
        unit=unit,
        cell=tuple((name, word) for name, word in cell),
        period=period,
        n=n,
        numerator=numerator,
        denominator=denominator,
        value=None if exact is None else Fraction(*exact),
        interval=None if interval is None else (Decimal(interval[0]), Decimal(interval[1])),
        pending=pending,
        excluded=tuple((reason, count) for reason, count in excluded),
        provenance=provenance,
    )
