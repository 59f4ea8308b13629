"""Quantities by measure and day, as a test says them, and the invoice that follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from fractions import Fraction

from tallystick.billing.expected import CreditsOn, Order, expected_invoice, no_credits
from tallystick.billing.invoice import ExpectedInvoice, Span
from tallystick.billing.quantities import Tally
from tallystick.contract.model import Contract
from tallystick.measures.measure import MeasureRequest
from tallystick.vocabulary.period import Period

# How a text with a rate card begins; its term and its charges follow.
RATES = """
tallystick: 1
contract: rates
title: Rates
client: {id: lumen, name: Lumen Home}
partner: {id: aurora, name: Aurora Contact}
currency: EUR
zone: Europe/Bucharest
"""


@dataclass(frozen=True)
class ByDay:
    """A source that knows each measure by day; a measure that is not named has no records at all."""

    told: Mapping[str, Mapping[date, int | Fraction]]
    closed: frozenset[date] = frozenset()
    pending: Mapping[str, int] = field(default_factory=dict)

    def daily(self, request: MeasureRequest, span: Span) -> dict[date, Fraction]:
        days = self.told.get(request.measure, {})
        return {day: Fraction(value) for day, value in days.items() if span[0] <= day < span[1]}

    def tally(self, request: MeasureRequest, spans: tuple[Span, ...]) -> Tally:
        assert all(begin < end for begin, end in spans), "a span without a day is none"
        if request.measure not in self.told:
            return Tally(None)
        inside = [value for span in spans for value in self.daily(request, span).values()]
        return Tally(sum(inside, Fraction(0)), n=len(inside), pending=self.pending.get(request.measure, 0))

    def is_open(self, calendar: str, on: date) -> bool:
        return on not in self.closed


def invoice_of(
    contract: Contract,
    month: str,
    told: Mapping[str, Mapping[date, int | Fraction]],
    *,
    credits_on: CreditsOn = no_credits,
    closed: frozenset[date] = frozenset(),
    pending: Mapping[str, int] | None = None,
    known_on: date | None = None,
) -> ExpectedInvoice:
    """The invoice of a month that is long over."""
    period = Period.parse(month, contract.zone)
    order = Order(contract, contract.partner_ids[0], period, datetime(2030, 1, 1, tzinfo=UTC), known_on)
    found = expected_invoice(order, ByDay(told, closed, pending or {}), credits_on)
    assert found is not None
    return found


def on(text: str) -> date:
    return date.fromisoformat(text)
