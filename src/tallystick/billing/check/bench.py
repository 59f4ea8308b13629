"""Charges applied again under another reading of the text or the records; what causes work with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any, Protocol

from tallystick.billing.check.cause import Rereading
from tallystick.billing.check.received import Told
from tallystick.billing.check.value import SHOWN, Row
from tallystick.billing.expected import Work, Working
from tallystick.billing.invoice import CountedQuantity, ExpectedInvoice
from tallystick.billing.parts import Part
from tallystick.billing.quantities import Source
from tallystick.contract.charge import QUANTITY, Charged, Lot
from tallystick.contract.charges.tiered import SIZES
from tallystick.contract.model import Contract
from tallystick.contract.quantity import amount_text, figure_text
from tallystick.measures.measure import MeasureRequest
from tallystick.vocabulary.measure_value import Step
from tallystick.vocabulary.money import Money, Rounding, exponent, money_of

# The fewest decimals that a quantity of an invoice is taken to be rounded to.
SHOWN_DECIMALS = 2
MOST_DECIMALS = 10


class Rows(Protocol):
    """Lists the records behind quantities."""

    def between(self, agreed: CountedQuantity, billed: CountedQuantity) -> tuple[tuple[Row, ...], int]:
        """The records that bring something else to one quantity than to the other: the first of them, and how many."""

    def of(self, counted: CountedQuantity) -> tuple[Row, ...]:
        """The records that are counted, each with what it brings."""

    def by_agent(self, counted: CountedQuantity) -> Mapping[str, tuple[Row, ...]]:
        """The counted records by the agent whose they are; empty where they have none."""


@dataclass(frozen=True)
class Item:
    """One charge of a month (or of an earlier one that is settled): its expected lines, and what was billed for it."""

    charge: str
    settles: str
    workings: tuple[Working, ...]
    told: tuple[Told, ...]
    quantity: Fraction | None
    price: Fraction | None
    billed: Money | None
    # Units that are charged in place of those that were counted, by part.
    units: tuple[Fraction, ...] = ()

    @property
    def part(self) -> Part:
        """The last of its parts: the text that holds at the end of the month."""
        return self.workings[-1].part

    @property
    def kind(self) -> str:
        """The kind of the charge."""
        return self.part.charge.kind

    @property
    def asked(self) -> frozenset[str]:
        """The measures that are counted for it."""
        return frozenset(one.request.measure for working in self.workings for one in working.line.counted)


def known(workings: Sequence[Working]) -> bool:
    """Whether every one of some lines has an amount."""
    return all(one.exact is not None for one in workings)


def amount_of(workings: Sequence[Working], currency: str) -> Money:
    """What lines come to, each rounded once as its charge says; those that are not known bring nothing."""
    total = Money.zero(currency)
    for one in workings:
        if one.exact is not None:
            total += money_of(one.exact, currency, Rounding(one.part.charge.rounding))
    return total


def quantity_of(workings: Sequence[Working]) -> Fraction | None:
    """How many units lines charge together; None where one is not known."""
    found = [one.charged.quantity for one in workings]
    if not found or any(one is None for one in found):
        return None
    return sum((one for one in found if one is not None), Fraction(0))


def price_of(workings: Sequence[Working]) -> Fraction | None:
    """The one price of a unit in the currency of the invoice, index included; None where there are several."""
    prices = set()
    for one in workings:
        multiplier = one.part.multiplier
        prices.add(None if one.charged.rate is None or multiplier is None else effective(one.charged) * multiplier)
    return prices.pop() if len(prices) == 1 else None


def effective(charged: Charged) -> Fraction:
    """The price of a unit that a line really charges: a claw-back of a part of it has a part of the rate."""
    if charged.quantity and charged.amount is not None:
        return charged.amount / charged.quantity
    return charged.rate or Fraction(0)


def units_words(charged: Charged, price: Fraction) -> str:
    """Units times price, with numbers in."""
    return f"{figure_text(charged.quantity or Fraction(0))} x {figure_text(price, 6)}"


def decimals_of(value: Fraction) -> int:
    """With how many decimals a figure was written; the most that are looked at where it never ends."""
    return next((places for places in range(MOST_DECIMALS) if (value * 10**places).denominator == 1), MOST_DECIMALS)


def same(shown: Fraction, exact: Fraction) -> bool:
    """Whether a figure of an invoice is another one, rounded to the decimals that the invoice shows."""
    places = max(decimals_of(shown), SHOWN_DECIMALS)
    return bool(abs(shown - exact) * 10**places * 2 <= 1)


@dataclass
class Bench:
    """The month's work, to be done again another way. `tolerance` is what rounding may move a line by."""

    work: Work
    expected: ExpectedInvoice
    workings: tuple[Working, ...]
    rows: Rows | None = None
    others: tuple[Item, ...] = ()

    @property
    def source(self) -> Source:
        """Where quantities come from."""
        return self.work.source

    @property
    def currency(self) -> str:
        """The currency of the invoice."""
        return self.expected.currency

    @property
    def contract(self) -> Contract:
        """The contract as written, with all its amendments."""
        return self.work.order.contract

    @property
    def tolerance(self) -> Money:
        """What rounding once may move a line by: one minor unit."""
        return Money(Decimal(1).scaleb(-exponent(self.currency)), self.currency)

    # ---------------------------------------------------------------- readings

    def reading(self, says: str, workings: Iterable[Working]) -> Rereading:
        """What some lines come to together, as a reading."""
        found = tuple(workings)
        return Rereading(says, amount_of(found, self.currency), quantity_of(found), found)

    def reread(self, item: Item, says: str, change: Callable[[Part], Part | None]) -> Iterable[Rereading]:
        """The charge with other parts: other words, other days, another factor. Nothing where none would change."""
        found, moved = [], False
        for one in item.workings:
            part = change(one.part)
            moved |= part is not None
            found.append(one if part is None else self.work.again(one, part))
        if moved and known(found):
            if item.units:
                found = [self._at(one, units) for one, units in zip(found, item.units, strict=True)]
            yield self.reading(says, found)

    def reword(self, item: Item, says: str, **words: Any) -> Iterable[Rereading]:
        """The charge with some keys of its text otherwise."""

        def change(part: Part) -> Part | None:
            if all(getattr(part.charge, name, value) == value for name, value in words.items()):
                return None
            return replace(part, charge=part.charge.model_copy(update=words))

        return self.reread(item, says, change)

    def recount(
        self, item: Item, says: str, change: Callable[[MeasureRequest], MeasureRequest | None], role: str = QUANTITY
    ) -> Iterable[Rereading]:
        """The charge with its records counted another way. Nothing where none would change, or none is known."""
        found, moved = [], False
        for one in item.workings:
            counted, total = [], Fraction(0)
            for part in one.line.counted:
                request = change(part.request) if part.role == role else None
                if request is None:
                    counted.append(part)
                else:
                    moved = True
                    told = self.source.tally(request, part.spans)
                    value = Fraction(0) if not part.spans else told.value
                    counted.append(CountedQuantity(role, request, part.spans, value, told.n, told.pending,
                                                   told.excluded))  # fmt: skip
                if part.role == role:
                    if counted[-1].value is None:
                        return
                    total += counted[-1].value
            again = self.work.given(one, {role: total})
            line = replace(again.line, counted=tuple(counted))
            found.append(replace(again, priced=replace(again.priced, line=line)))
        if moved and known(found):
            yield self.reading(says, found)

    def with_units(self, item: Item, units: Fraction) -> Item:
        """The item with another number of charged units, shared out over its parts as theirs are."""
        before = quantity_of(item.workings)
        last = len(item.workings) - 1
        shares = [
            (one.charged.quantity or Fraction(0)) / before if before else Fraction(int(place == last))
            for place, one in enumerate(item.workings)
        ]
        wanted = tuple(units * share for share in shares)
        found = tuple(self._at(one, own) for one, own in zip(item.workings, wanted, strict=True))
        return replace(item, workings=found, units=wanted)

    def _at(self, one: Working, units: Fraction) -> Working:
        """A line that charges so many units: at its price where it has one, else by what it counts."""
        charged = one.charged
        if charged.rate is not None:
            price = effective(charged)
            again = replace(charged, amount=units * price, quantity=units)
            step = Step(one.part.charge.id, "amount", "units billed x price", units_words(again, price), again.amount)
            return replace(one, charged=replace(again, steps=(*charged.steps[:-1], step)))
        per = getattr(one.part.charge, "per", None)
        size = SIZES[per] if per is not None else one.part.charge.unit_size
        return self.work.given(one, {QUANTITY: units * size}) if QUANTITY in one.values.given else one

    def unbanked(self, item: Item, says: str, lots: tuple[Lot, ...] = ()) -> Iterable[Rereading]:
        """The charge with other units banked before."""
        found = [self.work.again(one, one.part, lots) for one in item.workings]
        if known(found):
            yield self.reading(says, found)

    # ---------------------------------------------------------------- records

    def rows_between(self, item: Item, reading: Rereading) -> tuple[tuple[Row, ...], int]:
        """The records by which a reading's counts differ from the agreed ones: the first of them, and how many."""
        if reading.rows is not None:
            return reading.rows[:SHOWN], len(reading.rows)
        if self.rows is None:
            return (), 0
        found, count = list[Row](), 0
        for one, other in zip(item.workings, reading.workings, strict=False):
            theirs = {(part.role, place): part for place, part in enumerate(other.line.counted)}
            for place, part in enumerate(one.line.counted):
                billed = theirs.get((part.role, place))
                if billed is not None and (billed.request, billed.spans) != (part.request, part.spans):
                    rows, many = self.rows.between(part, billed)
                    found += rows
                    count += many
        return tuple(found[:SHOWN]), count


def priced_words(workings: Sequence[Working], currency: str) -> str:
    """How lines come to their amount, in the words of their own last steps."""
    told = []
    for one in workings:
        last = one.charged.steps[-1] if one.charged.steps else None
        if last is None:
            continue
        multiplier = one.part.multiplier
        more = "" if multiplier in (None, 1) else f" x {figure_text(multiplier, 9)}"
        result = "" if not more or one.exact is None else f" = {amount_text(one.exact, currency)}"
        told.append(f"{last.inserted}{more}{result}")
    return "; ".join(told)
