"""What a received invoice bills, line by line, and which part of the contract each line belongs to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from tallystick.contract.counted import CountedClause
from tallystick.contract.model import Contract
from tallystick.cost.month import BilledLine
from tallystick.cost.part import plain_kind
from tallystick.invoices.value import Allowance, Invoice, Line


@dataclass(frozen=True)
class CardNames:
    """By which words an invoice's line is known to be a charge, a discount or a price adjustment of the contract."""

    known: Mapping[str, str]
    ids: frozenset[str]

    @classmethod
    def of(cls, texts: Iterable[Contract]) -> CardNames:
        """The words of some texts; of two parts with the same words the one that comes first.

        What a kind of charge is called in general names the one charge of that kind, where there is but one.
        """
        parts: list[tuple[str, str | None]] = []
        for text in texts:
            parts += [(charge.id, charge.title) for charge in text.charges]
            kinds = Counter(charge.kind for charge in text.charges)
            parts += [(charge.id, charge.called) for charge in text.charges if kinds[charge.kind] == 1]
            parts += [(one.id, one.title) for one in text.billing.discounts]
            parts += [(one.id, one.title) for one in text.clauses if not isinstance(one, CountedClause)]
        found: dict[str, str] = {}
        for name, _ in parts:
            found.setdefault(plain_kind(name), name)
        for name, title in parts:
            if title:
                found.setdefault(plain_kind(title), name)
        return cls(found, frozenset(name for name, _ in parts))

    def charge_of(self, *said: str) -> str:
        """The part of the contract that any of some words names: its id, its title, or its id before other words."""
        for words in said:
            plain = plain_kind(words)
            if plain in self.known:
                return self.known[plain]
            first = words.strip().split(" ", 1)[0].rstrip(":,;.")
            if first in self.ids:
                return first
        return ""


def billed_lines(invoice: Invoice, names: CardNames) -> Iterable[tuple[date, BilledLine]]:
    """The amounts of an invoice without tax, each with the first day that it bills."""
    sign = -1 if invoice.is_credit_note else 1
    whole = invoice.period.first
    for at, line in enumerate(invoice.lines, start=1):
        amount = _net(line)
        if amount is None:
            continue
        said = (line.seller_item, line.buyer_item, line.name, line.description)
        title = line.name or line.description or line.seller_item or f"line {line.id or at}"
        first = line.period.first or whole
        yield (
            first or invoice.issued_on,
            BilledLine(
                invoice=invoice.number,
                place=line.id or str(at),
                title=title,
                charge=names.charge_of(*said),
                amount=sign * amount,
                currency=invoice.currency,
                quantity=None if line.quantity is None else Fraction(line.quantity),
                unit=line.unit,
                dated=first is not None,
            ),
        )
    for at, allowance in enumerate(invoice.allowances, start=1):
        yield whole or invoice.issued_on, _allowed(invoice, allowance, at, sign, names, dated=whole is not None)


def _net(line: Line) -> Fraction | None:
    if line.net is not None:
        return Fraction(line.net)
    if line.quantity is None or line.price is None:
        return None
    return Fraction(line.quantity) * Fraction(line.price) / Fraction(line.base_quantity or Decimal(1))


def _allowed(
    invoice: Invoice, allowance: Allowance, at: int, sign: int, names: CardNames, *, dated: bool
) -> BilledLine:
    """What a whole document takes off or adds."""
    amount = Fraction(allowance.amount or 0)
    title = allowance.reason or ("charge" if allowance.charge else "allowance")
    return BilledLine(
        invoice=invoice.number,
        place=f"allowance {at}",
        title=title,
        charge=names.charge_of(allowance.reason),
        amount=sign * (amount if allowance.charge else -amount),
        currency=invoice.currency,
        dated=dated,
    )
