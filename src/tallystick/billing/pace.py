"""The invoice of a month that still runs: the accrual of its days so far, and where it ends at their pace.

The rest of the month is taken to bring what its days so far brought, weekdays and weekends each as their own; costs
passed on and what else does not come with volume are those that are documented. The range is that of daily ups and
downs (a 95 % prediction interval of the normal distribution); trends, holidays and decisions are not in it. A
forecast informs and decides nothing; it is never stored.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Protocol

from tallystick.billing.expected import CreditsOn, Order, expected_invoice
from tallystick.billing.invoice import ExpectedInvoice, GivenCredits, InvoiceState, Span
from tallystick.billing.otherwise import BESIDE_VOLUME
from tallystick.billing.quantities import Source, Tally
from tallystick.measures.measure import MeasureRequest, measure_of
from tallystick.verdicts.pace_credits import CreditsAhead
from tallystick.verdicts.statement import CreditLine
from tallystick.vocabulary.money import Money

EARLIEST_DAYS = 5
QUANTILE = Fraction(196, 100)
LOW, MIDDLE, HIGH = -1, 0, 1


class Daily(Source, Protocol):
    """A source that can also tell a quantity day by day."""

    def daily(self, request: MeasureRequest, span: Span) -> dict[date, Fraction]:
        """What a request came to on each day of a span on which it came to anything."""


@dataclass(frozen=True)
class InvoiceForecast:
    """The invoice at the pace so far, and the least and most that the total may come to.

    `days` are known, `days_left` are still to come.
    """

    middle: ExpectedInvoice
    least: Money
    most: Money
    days: int
    days_left: int


@dataclass(frozen=True)
class PacedSource:
    """Quantities of a month's days so far, with the rest of its days at their pace: in the middle, low or high."""

    known: Daily
    first: date
    until: date
    side: int

    def is_open(self, calendar: str, on: date) -> bool:
        """Whether a calendar is open on a day."""
        return self.known.is_open(calendar, on)

    def tally(self, request: MeasureRequest, spans: tuple[Span, ...]) -> Tally:
        """What a request came to over spans, their days from `until` on projected.

        What does not come with volume is what is documented of all of them: one journey says nothing of the next.
        """
        if measure_of(request).fact in BESIDE_VOLUME:
            return self.known.tally(request, spans)
        past = tuple((begin, min(end, self.until)) for begin, end in spans if begin < self.until)
        rest = [day for begin, end in spans for day in _each(max(begin, self.until), end)]
        found = self.known.tally(request, past) if past else self.known.tally(request, ((self.first, self.until),))
        if found.value is None or not rest:
            return found
        counted = found.value if past else Fraction(0)
        return replace(found, value=counted + self._projected(request, rest), n=max(found.n, 1), pending=0)

    def _projected(self, request: MeasureRequest, rest: Sequence[date]) -> Fraction:
        told = self.known.daily(request, (self.first, self.until))
        past = {day: told.get(day, Fraction(0)) for day in _each(self.first, self.until)}
        means = _means(past)
        middle = sum((means[day.weekday() >= 5] for day in rest), Fraction(0))
        if self.side == MIDDLE:
            return middle
        off = [past[day] - means[day.weekday() >= 5] for day in past]
        spread = sum((one * one for one in off), Fraction(0)) / max(len(off) - 1, 1)
        many = len(rest)
        variance = spread * many * (1 + Fraction(many, len(past)))
        margin = Fraction(math.isqrt(int(variance * 10**6)), 1000) * QUANTILE
        return max(middle + self.side * margin, Fraction(0))


def _each(begin: date, end: date) -> list[date]:
    return [begin + timedelta(days=place) for place in range(max((end - begin).days, 0))]


def _means(past: Mapping[date, Fraction]) -> dict[bool, Fraction]:
    """The mean day, of weekdays and of weekends; of all days where there is none of a sort."""
    whole = sum(past.values(), Fraction(0)) / len(past)
    found = {}
    for weekend in (False, True):
        own = [value for day, value in past.items() if (day.weekday() >= 5) == weekend]
        found[weekend] = sum(own, Fraction(0)) / len(own) if own else whole
    return found


def accrual(order: Order, source: Source, today: date, credits_on: CreditsOn) -> ExpectedInvoice | None:
    """The invoice of the month's days that are over; None where none is."""
    if today <= order.month.start_on:
        return None
    return expected_invoice(replace(order, until=today, state=InvoiceState.ACCRUAL), source, credits_on)


def forecast_from(order: Order) -> date | None:
    """The day from which on a month is forecast, with so many days behind it; None where the term leaves too few."""
    day = _first_day(order) + timedelta(days=EARLIEST_DAYS)
    return day if day < order.month.end_on else None


def _first_day(order: Order) -> date:
    return max(order.month.start_on, order.contract.term.from_on)


def forecast(order: Order, source: Daily, today: date, pace: CreditsAhead | None = None) -> InvoiceForecast | None:
    """Where the month's invoice ends at the pace of its days so far; None before five are over, or once all are.

    Price adjustments are those of `pace`, on the fees that each of these invoices comes to: the most of them beside the
    least of the charges, and the other way round.
    """
    first = _first_day(order)
    days, left = (today - first).days, (order.month.end_on - today).days
    if days < EARLIEST_DAYS or left <= 0:
        return None
    paced = replace(order, until=None, state=InvoiceState.FORECAST)
    totals, middle = [], None
    for side in (LOW, MIDDLE, HIGH):
        for due in ("middle",) if side == MIDDLE else ("least", "most"):
            invoice = expected_invoice(paced, PacedSource(source, first, today, side), _granting(pace, due))
            if invoice is None:
                return None
            totals.append(invoice.total)
            middle = invoice if side == MIDDLE else middle
    assert middle is not None  # noqa: S101  the middle is one of the three sides
    return InvoiceForecast(middle, min(totals), max(totals), days, left)


def _granting(pace: CreditsAhead | None, due: str) -> CreditsOn:
    """The price adjustments at one end of the pace, on whatever fees an invoice comes to."""

    def given(fees: Mapping[str, Money]) -> GivenCredits:
        if pace is None:
            return GivenCredits()
        money: Money = getattr(pace(fees), due)
        return GivenCredits((CreditLine("pace", "", money, money, ()),))

    return given
