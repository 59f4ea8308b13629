"""The lines: quantity times price, parts that must be there, days in order; BR-21 to BR-30 and Peppol's R040 to R121.

Peppol lets a line's net amount, and an allowance by percent, stand up to 0.02 beside what it is computed from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

from tallystick.invoices.rule import CENT, Family, Miss, Rule, cents, number, total
from tallystick.invoices.value import Allowance, Invoice, Line
from tallystick.vocabulary.finding import Severity

SLACK = 2 * CENT
ONE = Decimal(1)


def _each(find: Callable[[Line, str], Iterator[Miss]]) -> Callable[[Invoice], Iterator[Miss]]:
    def lines(invoice: Invoice) -> Iterator[Miss]:
        for at, line in enumerate(invoice.lines, start=1):
            yield from find(line, f"line {at}")

    return lines


def _missing(part: str, what: str) -> Callable[[Invoice], Iterator[Miss]]:
    def find(line: Line, where: str) -> Iterator[Miss]:
        if getattr(line, part) in (None, ""):
            yield Miss(where, f"Line {line.id!r} has no {what}.", line.id)

    return _each(find)


def _product(line: Line, where: str) -> Iterator[Miss]:
    if line.quantity is None or line.price is None or line.net is None or line.base_quantity == 0:
        return
    added = total(one.amount if one.charge else -one.amount for one in line.allowances)
    exact = line.quantity * line.price / (line.base_quantity or ONE) + added
    computed = cents(exact)
    off = line.net - computed
    if not off:
        return
    per = f" / {number(line.base_quantity)}" if line.base_quantity not in (None, ONE) else ""
    more = f" {'+' if added > 0 else '-'} {number(abs(added))}" if added else ""
    sum_of = f"{number(line.quantity)} x {number(line.price)}{per}{more} is {number(computed)}"
    if abs(line.net - exact) > SLACK:
        way = f"{number(abs(off))} too {'much' if off > 0 else 'little'}"
        message = f"Line {line.id!r} is {number(line.net)}; {sum_of}: {way}."
        yield Miss(f"{where}/net", message, number(line.net))
    else:
        message = f"Line {line.id!r} is {number(line.net)}; {sum_of}, which is within the tolerance of 0.02."
        yield Miss(f"{where}/net", message, number(line.net), Severity.NOTE)


def _by_percent(found: tuple[Allowance, ...], where: str) -> Iterator[Miss]:
    for at, one in enumerate(found, start=1):
        if one.base is None or one.percent is None:
            continue
        computed = one.base * one.percent / 100
        if abs(one.amount - computed) > SLACK:
            what = "charge" if one.charge else "allowance"
            message = (
                f"The {what} is {number(one.amount)}; {number(one.percent)} % of {number(one.base)} is "
                f"{number(cents(computed))}."
            )
            yield Miss(f"{where} {at}/amount", message, number(one.amount))


def _percent_of(invoice: Invoice) -> Iterator[Miss]:
    yield from _by_percent(invoice.allowances, "allowance")
    for at, line in enumerate(invoice.lines, start=1):
        yield from _by_percent(line.allowances, f"line {at}/allowance")


def _discounted(line: Line, where: str) -> Iterator[Miss]:
    if line.gross_price is None or line.price is None:
        return
    computed = line.gross_price - (line.discount or Decimal(0))
    if computed != line.price:
        message = (
            f"Line {line.id!r} has the price {number(line.price)}; {number(line.gross_price)} less "
            f"{number(line.discount or Decimal(0))} is {number(computed)}."
        )
        yield Miss(f"{where}/price", message, number(line.price))


def _negative(part: str, what: str) -> Callable[[Invoice], Iterator[Miss]]:
    def find(line: Line, where: str) -> Iterator[Miss]:
        value = getattr(line, part)
        if value is not None and value < 0:
            yield Miss(f"{where}/{part}", f"Line {line.id!r} has a negative {what}.", number(value))

    return _each(find)


def _base(line: Line, where: str) -> Iterator[Miss]:
    if line.base_quantity is not None and line.base_quantity <= 0:
        message = f"Line {line.id!r} has a price for {number(line.base_quantity)} units."
        yield Miss(f"{where}/base_quantity", message, number(line.base_quantity))


def _turned(line: Line, where: str) -> Iterator[Miss]:
    first, last = line.period.first, line.period.last
    if first and last and last < first:
        yield Miss(f"{where}/period/last", f"The period of line {line.id!r} ends before it begins.", str(last))


def _outside(invoice: Invoice) -> Iterator[Miss]:
    whole = invoice.period
    for at, line in enumerate(invoice.lines, start=1):
        own = line.period
        if whole.first and own.first and own.first < whole.first:
            message = f"Line {line.id!r} begins on {own.first}, before the period of the invoice ({whole.first})."
            yield Miss(f"line {at}/period/first", message, str(own.first))
        if whole.last and own.last and own.last > whole.last:
            message = f"Line {line.id!r} ends on {own.last}, after the period of the invoice ({whole.last})."
            yield Miss(f"line {at}/period/last", message, str(own.last))


def _reasonless(*, charge: bool) -> Callable[[Invoice], Iterator[Miss]]:
    def find(line: Line, where: str) -> Iterator[Miss]:
        for at, one in enumerate(line.allowances, start=1):
            if one.charge is charge and not one.reason and not one.code:
                what = "A charge" if charge else "An allowance"
                yield Miss(f"{where}/allowance {at}", f"{what} of line {line.id!r} has neither reason nor code.")

    return _each(find)


def _untaxed(line: Line, where: str) -> Iterator[Miss]:
    if not line.category:
        yield Miss(where, f"Line {line.id!r} has no tax category.", line.id)


WARNING = Severity.WARNING
FAMILY = Family(
    "The lines",
    (
        Rule("BR-21", "A line has an id.", _missing("id", "id (BT-126)")),
        Rule("BR-22", "A line has a quantity.", _missing("quantity", "quantity (BT-129)")),
        Rule("BR-23", "A line's quantity has a unit.", _missing("unit", "unit of quantity (BT-130)")),
        Rule("BR-24", "A line has a net amount.", _missing("net", "net amount (BT-131)")),
        Rule("BR-25", "A line names what was bought.", _missing("name", "name of its item (BT-153)")),
        Rule("BR-26", "A line has a price.", _missing("price", "net price (BT-146)")),
        Rule("BR-27", "A price is not negative.", _negative("price", "price (BT-146)"),
             "Ask for a negative quantity instead."),
        Rule("BR-28", "A price before discount is not negative.",
             _negative("gross_price", "price before discount (BT-148)"), "Ask for a negative quantity instead."),
        Rule("BR-30", "A line's period does not end before it begins.", _each(_turned)),
        Rule("BR-42", "An allowance of a line has a reason.", _reasonless(charge=False)),
        Rule("BR-44", "A charge of a line has a reason.", _reasonless(charge=True)),
        Rule("BR-CO-04", "A line has a tax category.", _each(_untaxed)),
        Rule("PEPPOL-EN16931-R120", "A line is quantity x price + charges - allowances, give or take 0.02.",
             _each(_product), "Ask which of quantity, price and amount was meant.", WARNING, of_sums=True),
        Rule("PEPPOL-EN16931-R040", "An allowance or charge by percent is that share of its base, give or take 0.02.",
             _percent_of, severity=WARNING),
        Rule("PEPPOL-EN16931-R046", "The price is the one before discount less the discount.", _each(_discounted),
             severity=WARNING),
        Rule("PEPPOL-EN16931-R110", "A line's period lies inside that of the invoice.", _outside, severity=WARNING),
        Rule("PEPPOL-EN16931-R121", "A price is for more than no units.", _each(_base), severity=WARNING),
    ),
)  # fmt: skip
