"""Amounts have at most two decimals (BR-DEC); prices, quantities and rates may have more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

from tallystick.invoices.rule import Family, Miss, Rule, cents, number
from tallystick.invoices.value import Allowance, Invoice

Amounts = Callable[[Invoice], Iterator[tuple[str, Decimal | None]]]


def _total(name: str) -> Amounts:
    return lambda invoice: iter([(f"totals/{name}", getattr(invoice.totals, name))])


def _document(part: str, *, charge: bool) -> Amounts:
    return lambda invoice: _of(invoice.allowances, "allowance", part, charge=charge)


def _lines(part: str, *, charge: bool) -> Amounts:
    def amounts(invoice: Invoice) -> Iterator[tuple[str, Decimal | None]]:
        for at, line in enumerate(invoice.lines, start=1):
            yield from _of(line.allowances, f"line {at}/allowance", part, charge=charge)

    return amounts


def _of(found: tuple[Allowance, ...], where: str, part: str, *, charge: bool) -> Iterator[tuple[str, Decimal | None]]:
    for at, one in enumerate(found, start=1):
        if one.charge is charge:
            yield f"{where} {at}/{part}", getattr(one, part)


def _group(part: str) -> Amounts:
    return lambda invoice: ((f"tax {at}/{part}", getattr(one, part)) for at, one in enumerate(invoice.taxes, start=1))


def _net(invoice: Invoice) -> Iterator[tuple[str, Decimal | None]]:
    return ((f"line {at}/net", line.net) for at, line in enumerate(invoice.lines, start=1))


def _rule(name: str, what: str, amounts: Amounts) -> Rule:
    def find(invoice: Invoice) -> Iterator[Miss]:
        for where, value in amounts(invoice):
            if value is not None and cents(value) != value:
                yield Miss(where, f"{what} is {number(value)}, with more than two decimals.", number(value))

    return Rule(name, f"{what} has at most two decimals.", find)


FAMILY = Family(
    "Decimals of amounts",
    (
        _rule("BR-DEC-01", "An allowance of the document (BT-92)", _document("amount", charge=False)),
        _rule("BR-DEC-02", "The base of an allowance of the document (BT-93)", _document("base", charge=False)),
        _rule("BR-DEC-05", "A charge of the document (BT-99)", _document("amount", charge=True)),
        _rule("BR-DEC-06", "The base of a charge of the document (BT-100)", _document("base", charge=True)),
        _rule("BR-DEC-09", "The sum of lines (BT-106)", _total("lines")),
        _rule("BR-DEC-10", "The sum of allowances (BT-107)", _total("allowances")),
        _rule("BR-DEC-11", "The sum of charges (BT-108)", _total("charges")),
        _rule("BR-DEC-12", "The total without tax (BT-109)", _total("net")),
        _rule("BR-DEC-13", "The total tax (BT-110)", _total("tax")),
        _rule("BR-DEC-14", "The total with tax (BT-112)", _total("gross")),
        _rule("BR-DEC-15", "The total tax in the currency of accounting (BT-111)", _total("tax_accounting")),
        _rule("BR-DEC-16", "What is prepaid (BT-113)", _total("prepaid")),
        _rule("BR-DEC-17", "The rounding (BT-114)", _total("rounding")),
        _rule("BR-DEC-18", "The amount due (BT-115)", _total("payable")),
        _rule("BR-DEC-19", "A taxable sum (BT-116)", _group("taxable")),
        _rule("BR-DEC-20", "A tax (BT-117)", _group("tax")),
        _rule("BR-DEC-23", "The net amount of a line (BT-131)", _net),
        _rule("BR-DEC-24", "An allowance of a line (BT-136)", _lines("amount", charge=False)),
        _rule("BR-DEC-25", "The base of an allowance of a line (BT-137)", _lines("base", charge=False)),
        _rule("BR-DEC-27", "A charge of a line (BT-141)", _lines("amount", charge=True)),
        _rule("BR-DEC-28", "The base of a charge of a line (BT-142)", _lines("base", charge=True)),
    ),
)
