"""The records of the planted world as the engine asks for them: quantities by measure and day, and their rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from tallystick.billing.check.value import Row
from tallystick.billing.invoice import CountedQuantity, Span
from tallystick.billing.quantities import Tally
from tallystick.measures.measure import MeasureRequest, measure_of
from tests.billing.planted import world
from tests.billing.planted.bills import ROMANIAN

A_DAY = timedelta(days=1)


def _days(spans: tuple[Span, ...]) -> list[date]:
    return [begin + timedelta(days=place) for begin, end in spans for place in range((end - begin).days)]


def _brought(request: MeasureRequest, day: date) -> list[world.Brought]:
    settings = measure_of(request).settle(dict(request.params))
    population = {one.field: one.value for one in request.population}
    return [one for one in world.rows(request.measure, settings, population, day) if one[2]]


@dataclass(frozen=True)
class World:
    """A source of quantities, and of the records behind them."""

    def tally(self, request: MeasureRequest, spans: tuple[Span, ...]) -> Tally:
        found = [brought for day in _days(spans) if day.year == world.YEAR for _, _, brought in _brought(request, day)]
        return Tally(Fraction(sum(found), measure_of(request).divisor), n=len(found))

    def is_open(self, calendar: str, on: date) -> bool:
        return on not in ROMANIAN if calendar == "no-holidays" else on.weekday() < 5

    def of(self, counted: CountedQuantity) -> tuple[Row, ...]:
        fact, size = measure_of(counted.request).fact, measure_of(counted.request).divisor
        return tuple(
            Row(fact, name, "counted", Fraction(brought, size), Fraction(brought, size))
            for day in _days(counted.spans)
            for name, _, brought in _brought(counted.request, day)
        )

    def between(self, agreed: CountedQuantity, billed: CountedQuantity) -> tuple[tuple[Row, ...], int]:
        mine, theirs = ({row.row: row for row in self.of(each)} for each in (agreed, billed))
        zero = Fraction(0)
        found = tuple(
            Row((mine.get(name) or theirs[name]).fact, name, "counted" if name in mine else "left out",
                mine[name].agreed if name in mine else zero, theirs[name].agreed if name in theirs else zero)
            for name in sorted({*mine, *theirs})
            if (mine[name].agreed if name in mine else zero) != (theirs[name].agreed if name in theirs else zero)
        )  # fmt: skip
        return found, len(found)

    def by_agent(self, counted: CountedQuantity) -> Mapping[str, tuple[Row, ...]]:
        fact, found = measure_of(counted.request).fact, dict[str, list[Row]]()
        for day in _days(counted.spans):
            for name, agent, brought in _brought(counted.request, day):
                row = Row(fact, name, "counted", Fraction(brought), Fraction(brought))
                found.setdefault(agent, []).append(row)
        return {agent: tuple(rows) for agent, rows in found.items() if agent}
