"""One charge from the expected amount to the billed one, step by step: each step has one cause.

The way always runs alike: what was billed already is taken out; the quantity that was billed takes the place of the
counted one; its price that of the agreed one; the line's own arithmetic and rounding are what is left. Every step is
the difference of two rounded amounts, so the steps add up to the whole whatever causes are found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from tallystick.billing.check.adjusted import names_of
from tallystick.billing.check.bench import (
    Bench,
    Item,
    amount_of,
    decimals_of,
    known,
    price_of,
    priced_words,
    quantity_of,
    same,
)
from tallystick.billing.check.cause import Cause, Rereading, Stage, causes, causes_of
from tallystick.billing.check.received import Told
from tallystick.billing.check.value import Difference
from tallystick.contract.quantity import figure_text
from tallystick.vocabulary.money import Money, money_of


@dataclass(frozen=True)
class Found:
    """A cause with the reading that comes to the billed figures, and the causes that come to the same."""

    cause: Cause
    reading: Rereading
    also: tuple[str, ...]


def difference(
    name: str,
    amount: Money,
    says: str,
    formula: str,
    inserted: str,
    **more: object,
) -> Difference:
    """A difference by the id of its cause."""
    cause = causes()[name]
    return Difference(cause.id, cause.family, amount, says, formula, inserted, **more)  # type: ignore[arg-type]


def differences_of(item: Item, bench: Bench) -> list[Difference]:
    """What leads from the expected amount of a charge to the billed one; nothing where they agree."""
    return list(_Way(item, bench).steps())


class _Way:
    """The way from expected to billed, with the amount reached so far."""

    def __init__(self, item: Item, bench: Bench) -> None:
        self.item, self.bench = item, bench
        self.at = amount_of(item.workings, bench.currency)
        self.names = names_of(item.told)

    def steps(self) -> Iterator[Difference]:
        """Each step, with what it moves."""
        item, billed = self.item, self.item.billed
        if not known(item.workings):
            yield from self._not_known()
            return
        if billed is None:
            if self.at.amount:
                yield difference("not_billed", -self.at, "The charge is due and stands on no document of the month.",
                                 "0 - expected", f"0 - {self.at}")  # fmt: skip
            return
        own = quantity_of(item.workings)
        if billed == self.at and (item.quantity is None or own is None or same(item.quantity, own)):
            return
        if item.quantity is None:
            yield from self._by_amount(billed)
        else:
            yield from self._quantity(item.quantity)
            yield from self._price(billed)
        yield from self._rest(billed)

    # ---------------------------------------------------------------- steps

    def _not_known(self) -> Iterator[Difference]:
        moved = (self.item.billed or Money.zero(self.bench.currency)) - self.at
        if moved.amount:
            missing = [
                step.inserted for one in self.item.workings for step in one.charged.steps[-1:] if one.exact is None
            ]
            missing += [f"no value of {name}" for one in self.item.workings
                        for name in (*one.part.factor.missing, *one.part.price.missing)]  # fmt: skip
            says = f"The line cannot be held against the records: {'; '.join(missing) or 'nothing is known'}."
            yield self._said("not_known", moved, says, "billed - what is known", f"{self.item.billed} - {self.at}")

    def _by_amount(self, billed: Money) -> Iterator[Difference]:
        """A line that tells an amount alone: the one reading that comes to it."""
        if billed == self.at:
            return
        for stage in (Stage.QUANTITY, Stage.PRICE):
            found = self._first(stage, lambda reading: reading.amount == billed)
            if found is not None:
                yield self._read(found)
                self.at = found.reading.amount
                return

    def _quantity(self, shown: Fraction) -> Iterator[Difference]:
        own = quantity_of(self.item.workings)
        if own is None or shown == own:
            return
        if same(shown, own):
            return  # nothing else was counted; whether the shown decimals were priced, `_price` tells
        found = self._first(
            Stage.QUANTITY, lambda reading: reading.quantity is not None and same(shown, reading.quantity)
        )
        if found is not None:
            yield self._read(found)
            self.at = found.reading.amount
            if found.reading.workings:
                self.item = replace(self.item, workings=found.reading.workings)
            return
        self.item = self.bench.with_units(self.item, shown)
        after = amount_of(self.item.workings, self.bench.currency)
        if after != self.at:
            unit = self.item.workings[-1].charged.unit
            says = f"Billed are {figure_text(shown)} {unit}s, the records count {figure_text(own)}."
            price = price_of(self.item.workings)
            words = f"({figure_text(shown)} - {figure_text(own)})"
            words += f" x {figure_text(price, 6)}" if price is not None else ""
            yield self._said("quantity", after - self.at, says, "(billed - counted) x agreed price",
                             f"{words} = {after - self.at}")  # fmt: skip
            self.at = after

    def _price(self, billed: Money) -> Iterator[Difference]:
        if billed == self.at:
            return
        yield from self._priced(billed)
        if billed != self.at and (step := self._rounded_quantity()) is not None:
            yield step
            yield from self._priced(billed)
        item, bench = self.item, self.bench
        agreed = price_of(item.workings)
        if billed == self.at or item.price is None or item.quantity is None or same(item.price, agreed or Fraction(-1)):
            return
        after = money_of(item.quantity * item.price, bench.currency)
        if after != self.at:
            paid = f"the agreed price is {figure_text(agreed, 6)}" if agreed is not None else f"agreed are {self.at}"
            says = f"A price of {figure_text(item.price, 6)} is billed; {paid}."
            words = f"{figure_text(item.quantity)} x {figure_text(item.price, 6)} - {self.at}"
            yield self._said("rate", after - self.at, says, "quantity x billed price - quantity x agreed price",
                             f"{words} = {after - self.at}")  # fmt: skip
            self.at = after

    def _priced(self, billed: Money) -> Iterator[Difference]:
        """The step to another price or amount for the same quantity, where a reading comes to one."""
        shown, units = self.item.price, self.item.quantity
        ways: list[Callable[[Rereading], bool]] = [
            lambda reading, target=target: reading.amount == target  # type: ignore[misc]
            for target in dict.fromkeys((billed, self._as_told(billed)))
            if target != self.at
        ]
        found = None
        for fits in ways:
            found = (
                found
                or self._first(Stage.PRICE, fits)
                or self._first(
                    Stage.QUANTITY,
                    lambda reading, fits=fits: fits(reading) and _same_units(reading, units),  # type: ignore[misc]
                )
            )
        if found is None and ways:
            found = self._first(Stage.PRICE, lambda reading: _same_price(reading, shown))
        if found is not None:
            yield self._read(found)
            self.at = found.reading.amount
            self.item = replace(self.item, workings=found.reading.workings or self.item.workings)

    def _rounded_quantity(self) -> Difference | None:
        """The step that pricing the shown decimals of a quantity makes, where the quantity is otherwise the same."""
        shown, own = self.item.quantity, quantity_of(self.item.workings)
        if shown is None or own is None or shown == own or not same(shown, own):
            return None
        self.item = self.bench.with_units(self.item, shown)
        before, self.at = self.at, amount_of(self.item.workings, self.bench.currency)
        if self.at == before:
            return None
        says = f"The quantity is rounded to {decimals_of(shown)} decimals before it is priced."
        words = f"({figure_text(shown)} - {figure_text(own, 9)}): {before} -> {self.at}"
        return self._said("rounding", self.at - before, says, "(rounded quantity - quantity) x price", words)

    def _as_told(self, billed: Money) -> Money:
        """What quantity and price of the line come to, where it tells both; else its amount."""
        item = self.item
        if item.price is None or item.quantity is None:
            return billed
        return money_of(item.quantity * item.price, self.bench.currency)

    def _rest(self, billed: Money) -> Iterator[Difference]:
        left = billed - self.at
        if not left.amount:
            return
        item, bench = self.item, self.bench
        many = max(len(item.told), len(item.workings), 1)
        most = bench.tolerance * many
        if abs(left.amount) <= most.amount:
            says = f"Rounding: at most one minor unit for each of {many} line{'s' if many != 1 else ''}."
            yield self._said("rounding", left, says, "billed - recomputed", f"{billed} - {self.at} = {left}")
        elif item.price is not None and item.quantity is not None and self._as_told(billed) == self.at:
            says = f"The line is not its quantity times its price: {figure_text(item.quantity)} x "
            says += f"{figure_text(item.price, 6)} is {self.at}, billed are {billed}."
            yield self._said("arithmetic", left, says, "billed - quantity x price", f"{billed} - {self.at} = {left}")
        else:
            says = "No reading of the text or of the records comes to the billed figures."
            yield self._said("unexplained", left, says, "billed - what is explained", f"{billed} - {self.at} = {left}")

    # ---------------------------------------------------------------- readings

    def _first(self, stage: Stage, fits: Callable[[Rereading], bool]) -> Found | None:
        """The first reading of a stage that fits, and the other causes that have one too."""
        first: tuple[Cause, Rereading] | None = None
        also = []
        for cause in causes_of(stage):
            if cause.readings is None:
                continue
            reading = next(
                (one for one in cause.readings(self.item, self.bench) if self._moves(one) and fits(one)), None
            )
            if reading is None:
                continue
            if first is None:
                first = cause, reading
            else:
                also.append(cause.id)
        return None if first is None else Found(first[0], first[1], tuple(also))

    def _moves(self, reading: Rereading) -> bool:
        return reading.amount != self.at or reading.quantity != quantity_of(self.item.workings)

    def _read(self, found: Found) -> Difference:
        """The step that a reading explains, with the records behind it."""
        reading, moved = found.reading, found.reading.amount - self.at
        formula = reading.formula or "as billed - as agreed"
        inserted = reading.inserted or (
            f"billed: {priced_words(reading.workings, self.bench.currency)}; agreed: "
            f"{priced_words(self.item.workings, self.bench.currency)}; {reading.amount} - {self.at} = {moved}"
        )
        rows, count = self.bench.rows_between(self.item, reading)
        return Difference(found.cause.id, found.cause.family, moved, reading.says, formula, inserted, self.names,
                          rows, count, found.also)  # fmt: skip

    def _said(self, name: str, amount: Money, says: str, formula: str, inserted: str) -> Difference:
        return difference(name, amount, says, formula, inserted, documents=self.names)


def _same_price(reading: Rereading, shown: Fraction | None) -> bool:
    """Whether a reading has the price that the line shows: its arithmetic may be wrong besides."""
    price = price_of(reading.workings) if reading.workings else None
    return shown is not None and price is not None and same(shown, price)


def _same_units(reading: Rereading, shown: Fraction | None) -> bool:
    return shown is not None and reading.quantity is not None and same(shown, reading.quantity)


def alone_says(told: Told, item: Item | None, bench: Bench) -> tuple[Cause, str]:
    """The first cause that explains a line without an expected one, and its sentence."""
    for cause in causes_of(Stage.ALONE):
        if cause.alone is not None and (says := cause.alone(told, item, bench)):
            return cause, says
    return causes()["unexplained"], "Nothing of the text explains it."
