"""Invoices as a partner sends them, from a few figures: lines, what is taken off, one tax, sums that are right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from tallystick.billing.check.received import Document
from tallystick.invoices.value import Allowance, Invoice, Line, Party, Period, Reference, TaxGroup, Totals

CENT = Decimal("0.01")
AURORA, LUMEN = Party(name="Aurora Contact SRL", vat_id="RO12345674"), Party(name="Lumen GmbH", vat_id="DE123456788")


def money(text: str | int | Decimal) -> Decimal:
    return Decimal(text).quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True)
class L:
    """One line of a paper: code, quantity, unit, price; its amount where that is not quantity times price."""

    code: str
    quantity: str | Decimal | None = None
    unit: str = "C62"
    price: str | Decimal | None = None
    net: str | Decimal | None = None
    name: str = ""
    days: tuple[str, str] | None = None

    @property
    def amount(self) -> Decimal:
        if self.net is not None:
            return Decimal(self.net)
        return money(Decimal(self.quantity or 0) * Decimal(self.price or 0))


@dataclass(frozen=True)
class Off:
    """What a paper takes off as a whole: its reason, and how much; below zero where it is added."""

    reason: str
    amount: str | Decimal


def paper(
    number: str,
    month: str,
    lines: Sequence[L],
    off: Sequence[Off] = (),
    *,
    rate: str | None = "19",
    tax: str | Decimal | None = None,
    taxable: str | Decimal | None = None,
    kind: str = "380",
    currency: str = "EUR",
    issued: str | None = None,
    gross: str | Decimal | None = None,
    told_period: bool = True,
    contract: str = "",
    names: Sequence[str | tuple[str, str]] = (),
) -> Document:
    """A document of a month; tax is `rate` per cent of the sum, or what is said. `names` are its preceding invoices."""
    told = [(one, "") if isinstance(one, str) else one for one in names]
    preceding = tuple(Reference("preceding", name, date.fromisoformat(day) if day else None) for name, day in told)
    first, last = _days(month)
    net = sum((one.amount for one in lines), Decimal(0))
    less = sum((Decimal(one.amount) for one in off), Decimal(0))
    base = net - less
    taxed = money(base * Decimal(rate or 0) / 100) if tax is None else Decimal(tax)
    whole = base + taxed if gross is None else Decimal(gross)
    groups = (TaxGroup("S", Decimal(rate), base if taxable is None else Decimal(taxable), taxed),) if rate else ()
    invoice = Invoice(
        number=number,
        issued_on=date.fromisoformat(issued) if issued else _issued(last),
        kind=kind,
        currency=currency,
        seller=AURORA,
        buyer=LUMEN,
        totals=Totals(lines=net, allowances=less or None, net=base, tax=taxed if rate else None, gross=whole,
                      payable=whole),
        lines=tuple(_line(at, one) for at, one in enumerate(lines, start=1)),
        taxes=groups,
        allowances=tuple(
            Allowance(Decimal(one.amount) < 0, abs(Decimal(one.amount)), reason=one.reason) for one in off
        ),
        references=(*(Reference("contract", contract),) * bool(contract), *preceding),
        period=Period(first, last) if told_period else Period(),
    )  # fmt: skip
    return Document(sum(map(ord, number)) * 1000 + len(number), invoice, f"{number}.xml")


def _line(at: int, one: L) -> Line:
    days = Period(*map(date.fromisoformat, one.days)) if one.days else Period()
    return Line(
        id=str(at),
        quantity=None if one.quantity is None else Decimal(one.quantity),
        unit=one.unit,
        net=one.amount,
        price=None if one.price is None else Decimal(one.price),
        name=one.name or one.code,
        seller_item=one.code,
        period=days,
    )


def _days(month: str) -> tuple[date, date]:
    year, number = map(int, month.split("-"))
    following = date(year + number // 12, number % 12 + 1, 1)
    return date(year, number, 1), date.fromordinal(following.toordinal() - 1)


def _issued(last: date) -> date:
    return date.fromordinal(last.toordinal() + 3)
