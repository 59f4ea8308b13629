"""The expected invoice as a value: lines, discounts, credits, taxes and sums, each with its steps and its rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from typing import Any, ClassVar

from tallystick.measures.measure import MeasureRequest
from tallystick.verdicts.statement import CreditLine
from tallystick.verdicts.wording import facts_in
from tallystick.vocabulary.canonical import digest, plain
from tallystick.vocabulary.measure_value import Step
from tallystick.vocabulary.money import Money

Span = tuple[date, date]


class InvoiceState(StrEnum):
    """How far an expected invoice can be relied on.

    `expected`: the month is over and everything is known. `open`: something is still missing, which `reasons` say.
    `accrual`: the month's days so far. `forecast`: the whole month at the pace so far.
    """

    EXPECTED = "expected"
    OPEN = "open"
    ACCRUAL = "accrual"
    FORECAST = "forecast"


@dataclass(frozen=True)
class CountedQuantity:
    """One quantity of a line: what was asked, over which days (half-open spans), and what came of it.

    `value` is None where no record of its kind is known. `counted_rows` of the request lists its rows, and `rows` is
    the digest of that list (`billing.rows.pinned`), by which both sides tell that they counted the same; empty where
    it was not listed. The digest of the invoice is of its figures, so `rows` is not in it.
    """

    SPARSE: ClassVar = ("rows",)
    WORDS: ClassVar = ("rows",)

    role: str
    request: MeasureRequest
    spans: tuple[Span, ...]
    value: Fraction | None
    n: int
    pending: int
    excluded: tuple[tuple[str, int], ...]
    rows: str = ""


@dataclass(frozen=True)
class ExpectedLine:
    """One line: a charge over some days of a month.

    `exact` is in the charge's own currency before index and conversion, `amount` in the contract's, rounded once.
    `settles` names the earlier month that is settled now, empty for the month itself.
    """

    charge: str
    kind: str
    title: str
    from_on: date
    end_on: date
    settles: str
    quantity: Fraction | None
    unit: str
    rate: Fraction | None
    currency: str
    exact: Fraction | None
    factor: Fraction | None
    price: Fraction | None
    amount: Money | None
    steps: tuple[Step, ...]
    counted: tuple[CountedQuantity, ...]


@dataclass(frozen=True)
class ExpectedDiscount:
    """One discount: what it takes off, as money below zero."""

    id: str
    title: str
    amount: Money
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class WindowCredit(CreditLine):
    """What one window of `period` grants, where several that close with the month grant the same clause."""

    period: str


def credit_name(line: CreditLine) -> str:
    """The clause of a credit line, with the window that grants it where there are several."""
    return f"{line.clause} of {line.period}" if isinstance(line, WindowCredit) else line.clause


def followed(lines: Iterable[CreditLine]) -> dict[str, tuple[str, ...]]:
    """The promises that each credit clause follows from, by window where several grant it."""
    found: dict[str, dict[str, None]] = {}
    for line in lines:
        if line.follows:
            found.setdefault(line.clause, {})[line.follows] = None
    return {clause: tuple(names) for clause, names in found.items()}


def by_clause(lines: Iterable[CreditLine]) -> tuple[CreditLine, ...]:
    """One credit line for each clause: what several windows grant of it is added up."""
    found: dict[str, CreditLine] = {}
    for line in lines:
        one = found.get(line.clause)
        found[line.clause] = line if one is None else _added(one, line)
    return tuple(found.values())


def _added(one: CreditLine, line: CreditLine) -> CreditLine:
    amount, payable = one.amount + line.amount, one.payable + line.payable
    return CreditLine(one.clause, one.follows, amount, payable, (*one.steps, *line.steps))


@dataclass(frozen=True)
class GivenCredits:
    """The price adjustments of the month that follow from its fees; `reasons` where they are not final."""

    lines: tuple[CreditLine, ...] = ()
    caps: tuple[Step, ...] = ()
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class ExpectedTax:
    """One tax: the sum that it is taken of, and what it comes to."""

    id: str
    title: str
    base: Money
    amount: Money
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class ExpectedInvoice:
    """What one partner's month should cost under one contract.

    Sums are of what is known: where a line's quantity is not, the line has no amount and `reasons` say so. `credits`
    and `discounts` are below zero in `total`; of a credit clause each window that grants it has a line. `net` is before
    tax. `early_payment` is what paying early would take off.
    """

    contract: str
    version: str
    text: str
    partner: str
    period: str
    from_on: date
    end_on: date
    currency: str
    state: InvoiceState
    reasons: tuple[str, ...]
    lines: tuple[ExpectedLine, ...]
    discounts: tuple[ExpectedDiscount, ...]
    fees: tuple[tuple[str, Money], ...]
    credits: tuple[CreditLine, ...]
    caps: tuple[Step, ...]
    taxes: tuple[ExpectedTax, ...]
    charges_total: Money
    discounts_total: Money
    credits_total: Money
    net: Money
    tax_total: Money
    total: Money
    early_payment: Money | None
    as_of: str

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the whole invoice, without the words of its steps."""
        return digest(facts_in(self))

    def as_json(self) -> dict[str, Any]:
        """The invoice as plain JSON values with its digest."""
        parts: dict[str, Any] = plain({part.name: getattr(self, part.name) for part in fields(self)})
        return {"digest": self.digest, **parts}

    def line(self, charge: str) -> tuple[ExpectedLine, ...]:
        """The lines of one charge; several where the text changed within the month."""
        return tuple(line for line in self.lines if line.charge == charge)
