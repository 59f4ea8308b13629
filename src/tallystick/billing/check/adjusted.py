"""Discounts, price adjustments and taxes as they follow from what was billed, and under another reading of the text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations
from typing import Any

from tallystick.billing.check.bench import Bench
from tallystick.billing.check.cause import Rereading
from tallystick.billing.check.received import Told
from tallystick.billing.check.value import Kind
from tallystick.billing.expected import CreditsOn
from tallystick.billing.invoice import GivenCredits, WindowCredit, by_clause
from tallystick.billing.sums import Priced, Sums, summed
from tallystick.contract.billing_terms import BillingTerms, Tax
from tallystick.contract.model import Contract
from tallystick.verdicts.statement import CreditLine
from tallystick.vocabulary.money import Money, money_of

ChargeKey = tuple[str, str]


@dataclass
class Books:
    """The sums of the month with the charges as they were billed. `extra` are lines that no charge stands behind."""

    bench: Bench
    credits_on: CreditsOn
    billed: Mapping[ChargeKey, Money]
    extra: Money

    @property
    def text(self) -> Contract:
        """The text that rules the invoice as a whole."""
        return self.bench.work.order.text

    def sums(self, credits_on: CreditsOn | None = None, **billing: Any) -> Sums:
        """The sums of the charges as billed, with some keys of `billing` otherwise; one credit line for each clause."""
        text, credits_in = self.text, credits_on or self.credits_on

        def added_up(fees: Mapping[str, Money]) -> GivenCredits:
            given = credits_in(fees)
            return replace(given, lines=by_clause(given.lines))

        if billing:
            text = text.model_copy(update={"billing": text.billing.model_copy(update=billing)})
        return summed(text, self._priced(), added_up)

    def windows_of(self, clause: str) -> tuple[WindowCredit, ...]:
        """What each window grants of a clause on the charges as billed, where several grant it."""
        lines = summed(self.text, self._priced(), self.credits_on).credits_given.lines
        return tuple(one for one in lines if isinstance(one, WindowCredit) and one.clause == clause)

    def _priced(self) -> list[Priced]:
        """The lines of the month such that each charge comes to what was billed for it; a charge not billed to 0."""
        found = []
        left = dict(self.billed)
        lasts = {(one.line.charge, one.line.settles): place for place, one in enumerate(self.bench.workings)}
        for place, one in enumerate(self.bench.workings):
            key, multiplier = (one.line.charge, one.line.settles), one.part.multiplier
            own = one.priced
            if key not in left or multiplier in (None, 0):
                found.append(replace(own, exact=None))
                continue
            amount = left[key]
            if lasts[key] != place:
                amount = money_of(one.exact or Fraction(0), self.bench.currency)
                left[key] -= amount
            found.append(replace(own, exact=Fraction(amount.amount) / (multiplier or Fraction(1))))
        return found

    def credits(self, sums: Sums) -> dict[str, Money]:
        """The price adjustments by clause, below zero where they lower the fees."""
        return {line.clause: -line.payable for line in sums.credits_given.lines}


@dataclass(frozen=True)
class Adjusted:
    """One discount, price adjustment or the tax, to be read another way.

    `expected` is what the whole expected invoice has, `follows` what follows from the charges as they were billed, and
    `billed` what the documents have; discounts and adjustments are below zero. For the tax, `net` is the billed sum
    without it, and `credited` and `discounted` are what was taken off.
    """

    kind: Kind
    id: str
    title: str
    expected: Money
    follows: Money
    billed: Money
    told: tuple[Told, ...]
    books: Books
    taxes: tuple[TaxTold, ...] = ()
    net: Money | None = None
    credited: Money | None = None
    discounted: Money | None = None

    @property
    def bench(self) -> Bench:
        """The month's work."""
        return self.books.bench

    @property
    def text(self) -> Contract:
        """The text that rules the invoice as a whole."""
        return self.books.text

    @property
    def billing(self) -> BillingTerms:
        """How the text makes the invoice."""
        return self.text.billing

    def of(self, sums: Sums) -> Money:
        """What it comes to in some sums."""
        zero = Money.zero(self.follows.currency)
        if self.kind is Kind.DISCOUNT:
            return next((one.amount for one in sums.discounts if one.id == self.id), zero)
        return self.books.credits(sums).get(self.id, zero)

    def of_windows(self) -> Iterator[tuple[str, Money]]:
        """Each choice of windows, where several grant a price adjustment: in words, and what it comes to."""
        own = self.books.windows_of(self.id)
        for many in range(1, len(own) + 1):
            for some in combinations(own, many):
                words = " and of ".join(one.period for one in some)
                yield words, sum((one.payable for one in some), Money.zero(self.follows.currency))

    def reading(self, says: str, amount: Money, formula: str, inserted: str = "") -> Rereading:
        """Another reading's amount."""
        shown = inserted or f"{self.follows} -> {amount}"
        return Rereading(says, amount, formula=formula, inserted=shown)


@dataclass(frozen=True)
class TaxTold:
    """A group of a document: category, rate in percent, taxable sum and tax, signed."""

    category: str
    rate: Fraction | None
    taxable: Fraction | None
    tax: Fraction | None


def added(text: Contract) -> tuple[Tax, ...]:
    """The taxes that stand on an invoice: not those that are withheld from its payment."""
    return tuple(one for one in text.billing.taxes if not one.withheld)


def tax_on(books: Books, net: Money, credited: Money) -> Money:
    """The tax of a billed sum without tax, each tax rounded once.

    A tax on some charges alone is taken of those charges as billed, less the discounts that follow from them and less
    their part of the price adjustments as billed.
    """
    currency = net.currency
    total = Money.zero(currency)
    shares = {one.id: one.amount for one in books.sums(_taking(credited)).taxes}
    for tax in added(books.text):
        base = net if books.text.billing.deducts_before_tax else net - credited
        total += shares[tax.id] if tax.charges else money_of(Fraction(base.amount) * tax.percentage, currency)
    return total


def _taking(credited: Money) -> CreditsOn:
    """Price adjustments that come to what was billed of them."""
    lines = (CreditLine("billed", "", -credited, -credited, ()),)
    return lambda _fees: GivenCredits(lines)


def names_of(told: Sequence[Told]) -> tuple[str, ...]:
    """How a reader finds some lines."""
    return tuple(one.ref for one in told)
