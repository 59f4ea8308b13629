"""Right invoices that look as if something were billed twice: a check finds nothing in them.

Each is a month's right bill, told in other documents or in other lines.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from tallystick.billing.check.received import Document
from tallystick.invoices.value import Period
from tests.billing.planted.bills import Bill, Row, bill
from tests.billing.planted.sent import document
from tests.billing.planted.world import MONTHS, before, days

Sent = list[Document]


@dataclass(frozen=True)
class Clean:
    """A way to send a right bill, and the model that it is of; None in months in which it cannot be."""

    name: str
    model: str
    send: Callable[[Bill], Sent | None]

    @property
    def months(self) -> tuple[str, ...]:
        """The months in which it happens."""
        return tuple(month for month in MONTHS if self.send(bill(self.model, month)) is not None)


CLEAN: list[Clean] = []


def clean(model: str) -> Callable[[Callable[[Bill], Sent | None]], Callable[[Bill], Sent | None]]:
    def named(send: Callable[[Bill], Sent | None]) -> Callable[[Bill], Sent | None]:
        CLEAN.append(Clean(f"{send.__name__} of {model}", model, send))
        return send

    return named


def halved(one: Row) -> tuple[Row, Row] | None:
    """A line as two equal ones for two teams, where its quantity and its amount can be halved."""
    units, net = (one.quantity or Fraction(0)) / 2, one.net / 2
    if net != round(net, 2) or (units * 100).denominator != 1:
        return None
    return replace(one, quantity=units, net=net, name="Team A"), replace(one, quantity=units, net=net, name="Team B")


def in_teams(given: Bill, code: str) -> Sent | None:
    teams = halved(given.row(code)) if code in {one.code for one in given.rows} else None
    if teams is None:
        return None
    rows = tuple(row for one in given.rows for row in (teams if one.code == code else (one,)))
    return [document(replace(given, rows=rows))]


@clean("heads")
def two_equal_lines(given: Bill) -> Sent | None:
    return in_teams(given, "LEAD")


@clean("calls")
def two_equal_lines_of_counted_units(given: Bill) -> Sent | None:
    return in_teams(given, "CALL")


def alone(given: Bill, number: str, *rows: Row, **parts: object) -> Document:
    """A document with some lines, and nothing taken off."""
    return document(replace(given, rows=rows, discount=None, adjustment=None), number, **parts)


def without(given: Bill, code: str) -> Document:
    return document(replace(given, rows=tuple(one for one in given.rows if one.code != code)))


@clean("heads")
def a_document_for_each_half_of_the_month(given: Bill) -> Sent | None:
    """The days stand on the documents alone."""
    if given.month >= "2026-10":
        return None  # the charge ends within October
    halves, last = halved(given.row("LEAD")), days(given.month)[-1]
    assert halves is not None
    middle = date(last.year, last.month, 15)
    spans = (Period(middle.replace(day=1), middle), Period(middle.replace(day=16), last))
    sent = [alone(given, f"half-{place}", replace(one, name="")) for place, one in enumerate(halves)]
    sent = [replace(one, invoice=replace(one.invoice, period=span)) for one, span in zip(sent, spans, strict=True)]
    return [without(given, "LEAD"), *sent]


@clean("heads")
def the_same_fee_every_month_on_a_document_without_days(given: Bill) -> Sent | None:
    if not "2026-02" <= given.month <= "2026-09":
        return None
    earlier = bill("heads", before(given.month))
    return [
        without(given, "LEAD"),
        alone(earlier, f"fee-{earlier.month}", earlier.row("LEAD"), told_period=False),
        alone(given, f"fee-{given.month}", given.row("LEAD"), told_period=False),
    ]
