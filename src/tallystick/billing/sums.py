"""From priced lines to the sums of the invoice: discounts, index, currency, rounding, credits and taxes, in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from tallystick.billing.invoice import ExpectedDiscount, ExpectedLine, ExpectedTax, GivenCredits
from tallystick.billing.stages import Factor, discount_of, discount_step
from tallystick.contract.billing_terms import BEFORE, Discount, Tax
from tallystick.contract.model import Contract
from tallystick.contract.quantity import amount_text, figure_text, percentage_text
from tallystick.vocabulary.measure_value import Step
from tallystick.vocabulary.money import Money, Rounding, money_of

NOTHING = Fraction(0)


@dataclass(frozen=True)
class Priced:
    """A line before index, currency and rounding: its exact amount, in its own currency."""

    line: ExpectedLine
    exact: Fraction | None
    factor: Factor
    price: Factor
    rounding: Rounding


@dataclass
class _Running:
    """A line on its way through the stages: what it comes to, and what each discount takes off it."""

    priced: Priced
    value: Fraction
    factor: Fraction
    price: Fraction
    priced_in: bool = False
    discounts: dict[str, Fraction] = field(default_factory=dict)

    def times(self, factor: Fraction) -> None:
        self.value *= factor
        self.discounts = {name: taken * factor for name, taken in self.discounts.items()}


@dataclass(frozen=True)
class Sums:
    """The sums of an invoice; discounts and credits are below zero."""

    lines: tuple[Priced, ...]
    discounts: tuple[ExpectedDiscount, ...]
    fees: Mapping[str, Money]
    credits_given: GivenCredits
    taxes: tuple[ExpectedTax, ...]
    charges: Money
    discounted: Money
    credited: Money
    net: Money
    taxed: Money
    total: Money
    early: Money | None


def summed(text: Contract, priced: Sequence[Priced], credits_on: Callable[[Mapping[str, Money]], GivenCredits]) -> Sums:
    """Take lines through the stages in the order of the text; lines that are not known stay out of every sum."""
    running = [
        _Running(one, one.exact, one.factor.value, one.price.value)
        for one in priced
        if one.exact is not None and one.factor.value is not None and one.price.value is not None
    ]
    steps: dict[str, list[Step]] = {}
    for stage in text.billing.between:
        _STAGES[stage](text, running, steps)
    lines = [_rounded(text, one) for one in running]
    amounts = dict(zip(map(id, (one.priced for one in running)), lines, strict=True))
    finished = tuple(amounts.get(id(one), one) for one in priced)
    currency, billing = text.currency, text.billing
    charges = _total(currency, (line.line.amount for line in lines))
    discounts = tuple(_discount_line(text, one, running, steps) for one in billing.discounts)
    _discounted_as_rounded(running, discounts)
    discounted = _total(currency, (one.amount for one in discounts))
    fees = {name: _fee(text, name, running, lines) for name in billing.fees}
    given = credits_on(fees)
    credited = -_total(currency, (one.payable for one in given.lines))
    before = billing.deducts_before_tax
    net = charges + discounted + (credited if before else Money.zero(currency))
    taxes = tuple(_tax(text, one, running, lines, credited if before else Money.zero(currency)) for one in
                  billing.taxes)  # fmt: skip
    taxed = _total(currency, (one.amount for one in taxes))
    total = net + taxed + (Money.zero(currency) if before else credited)
    early = billing.early_payment
    off = None if early is None else money_of(Fraction(total.amount) * early.percentage, currency)
    return Sums(finished, discounts, fees, given, taxes, charges, discounted, credited, net, taxed, total, off)


# ---------------------------------------------------------------------- stages


def _volume(text: Contract, running: Sequence[_Running], steps: dict[str, list[Step]]) -> None:
    """Discounts on sums before discounts; a sum not converted yet is taken at the price that it will be."""
    for discount in text.billing.discounts:
        covered = [one for one in running if _covers(discount, one)]
        total = sum((_in_currency(one) for one in covered), NOTHING)
        taken = discount_of(discount, total)
        steps[discount.id] = [discount_step(text, discount, total, taken)]
        share = taken / total if total else NOTHING
        for one in covered:
            one.discounts[discount.id] = one.value * share


def _index(_text: Contract, running: Sequence[_Running], _steps: dict[str, list[Step]]) -> None:
    for one in running:
        one.times(one.factor)


def _currency(_text: Contract, running: Sequence[_Running], _steps: dict[str, list[Step]]) -> None:
    for one in running:
        one.times(one.price)
        one.priced_in = True


_STAGES: Mapping[str, Callable[[Contract, Sequence[_Running], dict[str, list[Step]]], None]] = {
    "volume": _volume,
    "index": _index,
    "currency": _currency,
}


def _in_currency(one: _Running) -> Fraction:
    return one.value if one.priced_in else one.value * one.price


def _covers(part: Discount | Tax, one: _Running) -> bool:
    return not part.charges or one.priced.line.charge in part.charges


# ---------------------------------------------------------------------- lines and sums


def _rounded(text: Contract, one: _Running) -> Priced:
    """The line with its amount, rounded once, and the steps of what came after the base price."""
    priced, currency = one.priced, text.currency
    amount = money_of(one.value, currency, priced.rounding)
    steps = [*priced.line.steps]
    of = {"index": priced.factor, "currency": priced.price}
    for stage in (stage for stage in text.billing.between if stage in of):
        steps += of[stage].steps
    if priced.exact is not None and one.value != priced.exact:
        factors = [figure_text(factor, 9) for factor in (one.factor, one.price) if factor != 1]
        inserted = f"{amount_text(priced.exact, priced.line.currency)} x {' x '.join(factors)}"
        said = f"{inserted} = {amount_text(one.value, currency)}"
        steps.append(Step(priced.line.charge, "followed", "amount x index x currency", said, one.value, currency))
    said = f"{amount_text(one.value, currency)} -> {amount}"
    steps.append(Step(priced.line.charge, "line", f"rounded once, {priced.rounding.value}", said, amount, currency))
    return replace(priced, line=replace(priced.line, amount=amount, steps=tuple(steps)))


def _discount_line(
    text: Contract, discount: Discount, running: Sequence[_Running], steps: Mapping[str, list[Step]]
) -> ExpectedDiscount:
    taken = sum((one.discounts.get(discount.id, NOTHING) for one in running), NOTHING)
    amount = -money_of(taken, text.currency)
    said = f"{amount_text(taken, text.currency)} -> {amount}"
    last = Step(discount.id, "line", "rounded once, half-up", said, amount, text.currency)
    return ExpectedDiscount(discount.id, discount.title or discount.id, amount, (*steps[discount.id], last))


def _discounted_as_rounded(running: Sequence[_Running], discounts: Sequence[ExpectedDiscount]) -> None:
    """Lead to each line its part of a discount as the invoice says it, so that a tax on all of it is on the net sum."""
    for discount in discounts:
        taken = sum((one.discounts.get(discount.id, NOTHING) for one in running), NOTHING)
        said = -Fraction(discount.amount.amount) / taken if taken else NOTHING
        for one in running:
            one.discounts[discount.id] = one.discounts.get(discount.id, NOTHING) * said


def _fee(text: Contract, name: str, running: Sequence[_Running], lines: Sequence[Priced]) -> Money:
    """What a fee of credits comes to: its charges before discounts, or after their share; never less than nothing.

    Of a fee below zero a percentage would pay for a miss.
    """
    fee, total = text.billing.fees[name], Money.zero(text.currency)
    taken = NOTHING
    for one, line in zip(running, lines, strict=True):
        if fee.charges and one.priced.line.charge not in fee.charges:
            continue
        total += line.line.amount or Money.zero(text.currency)
        taken += sum(one.discounts.values(), NOTHING)
    base = total if fee.base == BEFORE else total - money_of(taken, text.currency)
    return max(base, Money.zero(text.currency))


def _tax(
    text: Contract, tax: Tax, running: Sequence[_Running], lines: Sequence[Priced], credited: Money
) -> ExpectedTax:
    """A tax on its charges after discounts, and after the part of the credits that falls on them."""
    own = whole = NOTHING
    for one, line in zip(running, lines, strict=True):
        charged = Fraction((line.line.amount or Money.zero(text.currency)).amount)
        charged -= sum(one.discounts.values(), NOTHING)
        whole += charged
        own += charged if _covers(tax, one) else NOTHING
    share = own / whole if whole else NOTHING
    base = money_of(own + Fraction(credited.amount) * share, text.currency)
    exact = Fraction(base.amount) * tax.percentage * (-1 if tax.withheld else 1)
    amount = money_of(exact, text.currency)
    sign, came_to = "-" if tax.withheld else "", amount_text(exact, text.currency)
    said = f"{sign}{base} x {percentage_text(tax.percentage)} = {came_to} -> {amount}"
    step = Step(tax.id, "tax", "taxed sum x percentage, rounded once, half-up", said, amount, text.currency)
    return ExpectedTax(tax.id, tax.title or tax.id, base, amount, (step,))


def _total(currency: str, amounts: Iterable[Money | None]) -> Money:
    total = Money.zero(currency)
    for amount in amounts:
        if amount is not None:
            total += amount
    return total
