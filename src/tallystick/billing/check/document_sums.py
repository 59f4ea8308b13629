"""document_sums: what a month's documents come to, as they say it themselves and as their lines add up to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from tallystick.billing.check.received import Document, Told, several, told_by
from tallystick.vocabulary.money import Money, money_of


@dataclass(frozen=True)
class DocumentSums:
    """The documents of a month that repeat none other, and what their lines tell of this month.

    `with_tax` says whether what is compared holds the tax.
    """

    documents: Sequence[Document]
    told: Sequence[Told]
    currency: str
    with_tax: bool

    def billed(self, claimed: Sequence[Document]) -> Money:
        """What the documents come to, and those claimed whole, each rounded once."""
        total = Money.zero(self.currency)
        for one in self.documents:
            total += money_of(self._stated(one), self.currency)
        for one in claimed:
            total += self.whole(one)
        return total

    @property
    def net(self) -> Money:
        """What the lines of this month come to together."""
        return money_of(sum((one.net for one in self.told), Fraction(0)), self.currency)

    def whole(self, one: Document) -> Money:
        """What a whole document comes to, whatever months it bills."""
        if self.with_tax and one.total is not None:
            return money_of(one.total, self.currency)
        return money_of(sum((line.net for line in told_by(one)), Fraction(0)), self.currency)

    @property
    def off(self) -> Fraction:
        """By how much the totals of documents differ from their own lines and taxes, before anything is rounded."""
        taxes = (one.tax or Fraction(0) for one in self.documents)
        tax = sum(taxes, Fraction(0)) if self.with_tax else Fraction(0)
        return sum((self._stated(one) - self._lines_of(one) for one in self.documents), -tax)

    def most_rounding(self, unit: Money) -> Fraction:
        """The most that rounding can come to: a minor unit for each line and document, and one for the tax."""
        return Fraction(unit.amount) * (len(self.told) + len(self.documents) + 1)

    def _stated(self, one: Document) -> Fraction:
        """The sum that a document says it comes to; that of its lines where it says none, or none of this month."""
        if self.with_tax:
            return one.total or Fraction(0)
        if one.invoice.totals.net is not None and not several(one):
            return one.sign * Fraction(one.invoice.totals.net)
        return self._lines_of(one)

    def _lines_of(self, one: Document) -> Fraction:
        return sum((line.net for line in self.told if line.document is one), Fraction(0))
