"""Lines whose days reach beyond the month of their first day, and what their charge costs in those other months."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction

from tallystick.billing.check.bench import amount_of, known
from tallystick.billing.check.received import BY_PERIOD, Document, Span, Told, month_billed, several, told_by
from tallystick.billing.expected import Order, Work, Working
from tallystick.billing.parts import first_of
from tallystick.billing.quantities import Source
from tallystick.vocabulary.period import Period


def reach_of(line: Told) -> Span | None:
    """The days of a line of a document of several months; None where neither of the two tells them."""
    if not several(line.document):
        return None
    span, by = line.document.days
    return line.span or (span if by == BY_PERIOD else None)


@dataclass
class Reaching:
    """What reaches beyond the month of an order, or into it. `currency` is that of the invoice."""

    order: Order
    source: Source
    currency: str
    _workings: dict[date, tuple[Working, ...]] = field(default_factory=dict)

    def ahead(self, lines: Iterable[Told]) -> list[Told]:
        """Those lines of the month that bill later days too."""
        end = self.order.month.end_on
        return [one for one in lines if (reach := reach_of(one)) is not None and reach[1] > end]

    def brought(self, documents: Iterable[Document]) -> list[Told]:
        """The lines of earlier months that bill days of this one too."""
        start = self.order.month.start_on
        return [
            one
            for document in documents
            for one in told_by(document)
            if month_billed(one) < start and (reach := reach_of(one)) is not None and reach[1] > start
        ]

    def later(self, charge: str, lines: Iterable[Told]) -> Fraction | None:
        """What a charge costs after the month, over the days of some lines; None where that is not known."""
        return self.cost(charge, self.order.month.end_on, max(reach[1] for one in lines if (reach := reach_of(one))))

    def cost(self, charge: str, first: date, end: date) -> Fraction | None:
        """What a charge costs from the first day of a month on, up to a day; None where that is not known.

        It is not where a month is not over whose records decide, or where the days end within a part of a month.
        """
        # Outside the term nothing is charged, so no month is drawn up there.
        terms = [one.term for one in self.order.contract.states()]
        first = max(first, first_of(min(one.from_on for one in terms)))
        end = min(end, max(one.end_on for one in terms))
        total = Fraction(0)
        while first < end:
            period = Period.parse(f"{first.year:04}-{first.month:02}", self.order.contract.zone)
            over = self.order.as_of.timestamp() >= period.end_s
            workings = [one for one in self._of(period) if (one.line.charge, one.line.settles) == (charge, "")]
            if not known(workings) or any(one.part.end_on > end or (one.line.counted and not over) for one in workings):
                return None
            total += Fraction(amount_of(workings, self.currency).amount)
            first = first_of(first, 1)
        return total

    def _of(self, period: Period) -> tuple[Working, ...]:
        if period.start_on not in self._workings:
            work = Work(replace(self.order, month=period), self.source)
            self._workings[period.start_on] = tuple(work.workings())
        return self._workings[period.start_on]
