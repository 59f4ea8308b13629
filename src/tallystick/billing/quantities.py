"""Quantities by day: what each measure of a rate card came to on each day of a month, from a partner's facts.

Every measure that is charged adds up (sums and counts), so a month, the days after an amendment, holidays, or a year so
far are sums of days, counted once for each month and all measures together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from fractions import Fraction
from typing import Any, Protocol

from tallystick.billing.invoice import Span
from tallystick.contract.cells import conditions_of
from tallystick.contract.charge import Quantity
from tallystick.contract.model import Contract
from tallystick.measures.by_cell import NO_VALUE
from tallystick.measures.compute import compute_parts
from tallystick.measures.measure import Condition, Measure, MeasureRequest, measure_of
from tallystick.vocabulary.errors import NotFound
from tallystick.vocabulary.period import Period

ADDING = ("sum", "count", "census")


@dataclass(frozen=True)
class Tally:
    """What a request came to over some days; `value` is None where no record of its kind is known."""

    value: Fraction | None
    n: int = 0
    pending: int = 0
    excluded: tuple[tuple[str, int], ...] = ()


class Source(Protocol):
    """Where quantities come from."""

    def tally(self, request: MeasureRequest, spans: tuple[Span, ...]) -> Tally:
        """What a request came to over some spans of days, half-open, in the contract's zone."""

    def is_open(self, calendar: str, on: date) -> bool:
        """Whether a calendar of the text is open at any time of a day."""


def request_of(whole: Contract, quantity: Quantity) -> MeasureRequest | None:
    """The request that a quantity means under a contract as written; None where its measure does not exist.

    Rows belong to the day and the partner that the measure itself says, unless the quantity says otherwise: the
    definitions' rules are those of clauses, and a promise by due dates must not move what is paid.
    """
    conditions = (Condition.of(part.field, part.op, *part.values) for part in conditions_of(whole, quantity.population))
    request = MeasureRequest.of(quantity.measure, *conditions, version=quantity.version)
    try:
        measure = measure_of(request)
    except NotFound:
        return None
    params = {name: value for name, value in quantity.params.items() if name in measure.params}
    return replace(
        request,
        params=tuple(sorted((name, _setting(value)) for name, value in params.items())),
        period_rule=quantity.period_rule or measure.period_rules[0],
        attribution=quantity.attribution or measure.attributions[0],
    )


def _setting(value: Any) -> str | int:
    return value if isinstance(value, int) and not isinstance(value, bool) else str(value)


def bare(request: MeasureRequest) -> MeasureRequest:
    """The same measure over everything: whether there are records of its kind at all."""
    return replace(request, params=(), population=())


@dataclass(frozen=True)
class _Day:
    """What one request came to on one day."""

    numerator: int
    n: int
    pending: int
    excluded: tuple[tuple[str, int], ...]


# The fact tables that some requests need for a month, or for all time, by name; or what gives them by column.
ReadFacts = Callable[[Iterable[str], Period | None], Any]


@dataclass
class DailySource:
    """Quantities of one partner by day, counted when a month is first asked for.

    `requests` are all that will be asked, so that each month is looked at once; one that is not among them is counted
    by itself. Whoever asks for a second month asks for many: from then on the days of all time are counted together.
    `opens` says whether a calendar is open on a day.
    """

    read: ReadFacts
    partner: str
    zone: str
    as_of: datetime
    opens: Callable[[str, date], bool]
    requests: tuple[MeasureRequest, ...] = ()
    _months: dict[tuple[int, int], dict[MeasureRequest, dict[date, _Day]]] = field(default_factory=dict)
    _ever: dict[MeasureRequest, dict[tuple[int, int], dict[date, _Day]]] = field(default_factory=dict)

    def is_open(self, calendar: str, on: date) -> bool:
        """Whether a calendar is open at any time of a day."""
        return self.opens(calendar, on)

    def tally(self, request: MeasureRequest, spans: tuple[Span, ...]) -> Tally:
        """What a request came to over some spans; None where no month of them has a record of its kind."""
        measure = measure_of(request)
        found = [
            (day, counted) for span in spans for day, counted in self._within(request, span) if span[0] <= day < span[1]
        ]
        known = bool(found) or any(self._known(request, month) for span in spans for month in months_of(span))
        excluded: dict[str, int] = {}
        for _, counted in found:
            for reason, count in counted.excluded:
                excluded[reason] = excluded.get(reason, 0) + count
        total = sum(counted.numerator for _, counted in found)
        return Tally(
            value=Fraction(total, measure.divisor) if known or not spans else None,
            n=sum(counted.n for _, counted in found),
            pending=sum(counted.pending for _, counted in found),
            excluded=tuple(sorted(excluded.items())),
        )

    def daily(self, request: MeasureRequest, span: Span) -> dict[date, Fraction]:
        """What a request came to on each day of a span on which it came to anything."""
        divisor = measure_of(request).divisor
        return {day: Fraction(one.numerator, divisor) for day, one in self._within(request, span)
                if span[0] <= day < span[1]}  # fmt: skip

    def _within(self, request: MeasureRequest, span: Span) -> list[tuple[date, _Day]]:
        return [entry for month in months_of(span) for entry in self._month(request, month).items()]

    def _known(self, request: MeasureRequest, month: tuple[int, int]) -> bool:
        return bool(self._month(request, month)) or bool(self._month(bare(request), month))

    def _month(self, request: MeasureRequest, month: tuple[int, int]) -> dict[date, _Day]:
        counted = self._months.setdefault(month, {})
        if request in counted:
            return counted[request]
        if len(self._months) > 1:
            return self._of_all_time(request).get(month, {})
        counted |= self._count(
            self._asked_with(request, counted), Period.parse(f"{month[0]:04}-{month[1]:02}", self.zone)
        )
        return counted[request]

    def _asked_with(self, request: MeasureRequest, known: Iterable[MeasureRequest]) -> dict[MeasureRequest, None]:
        """What is counted in one look with a request: all that will be asked, and whether there are records at all."""
        wanted = [one for one in (*self.requests, request) if one not in known]
        return dict.fromkeys([*wanted, *(bare(one) for one in wanted)])

    def _of_all_time(self, request: MeasureRequest) -> dict[tuple[int, int], dict[date, _Day]]:
        if request not in self._ever:
            for one, days in self._count(self._asked_with(request, self._ever), None).items():
                months = self._ever.setdefault(one, {})
                for day, counted in days.items():
                    months.setdefault((day.year, day.month), {})[day] = counted
        return self._ever[request]

    def _count(
        self, requests: Iterable[MeasureRequest], period: Period | None
    ) -> dict[MeasureRequest, dict[date, _Day]]:
        wanted = list(requests)
        measures = {request: measure_of(request) for request in wanted}
        wanted = [request for request in wanted if adds_up(measures[request])]
        facts = self.read(sorted({measures[request].fact for request in wanted}), period)
        parts = compute_parts(facts, wanted, by=("partner", "day"), period=period, as_of=self.as_of)
        found: dict[MeasureRequest, dict[date, _Day]] = {request: {} for request in measures}
        for request, cells in parts.items():
            for cell, part in cells.items():
                names = dict(cell)
                if names["partner"] == self.partner and names["day"] != NO_VALUE:
                    day = date.fromisoformat(str(names["day"]))
                    outside = tuple(sorted(part.excluded.items()))
                    found[request][day] = _Day(part.numerator, part.n, part.pending, outside)
        return found


def adds_up(measure: Measure) -> bool:
    """Whether the measure's days add up to its months: sums and counts do, shares and means do not."""
    return measure.kind in ADDING and measure.scale == 1 and not measure.counting.snapshot


def months_of(span: Span) -> list[tuple[int, int]]:
    """The months that a half-open span of days touches."""
    found, day = list[tuple[int, int]](), span[0].replace(day=1)
    while day < span[1]:
        found.append((day.year, day.month))
        day = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return found
