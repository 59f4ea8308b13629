"""What moved the cost from one period to another: one bar for each reason, which add up to the difference to the cent.

A charge that is counted from records costs

    contacts of the partner x share of the charge x units a contact x price of a unit x index x currency

and the bars change one factor after another, in this order, for each charge: what lies before is at the new period's
value already, what lies behind still at the old one's. The product telescopes, so that nothing is left over; decision
0011 says why in this order and not by an average over all orders. A charge that only one of the periods has, and the
pieces of one that contacts do not drive, are `scope`. Credits, rework and all other costs are added, so each has a
bar of its own. Everything is exact; the levels between the bars are rounded to the minor unit, half-up, and a bar is
the difference of two levels.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from fractions import Fraction
from typing import Any

from tallystick.vocabulary.canonical import plain
from tallystick.vocabulary.errors import UsageError
from tallystick.vocabulary.money import Money, money_of

VOLUME, MIX, PRODUCTIVITY, RATE, INDEX, CURRENCY = "volume", "mix", "productivity", "rate", "index", "currency"
SCOPE, CREDITS, REWORK, OTHER = "scope", "credits", "rework", "other"
FACTORS = (VOLUME, MIX, PRODUCTIVITY, RATE, INDEX, CURRENCY)
ORDER = (VOLUME, MIX, PRODUCTIVITY, RATE, INDEX, CURRENCY, SCOPE, CREDITS, REWORK, OTHER)
MEANINGS: Mapping[str, str] = {
    VOLUME: "more or fewer contacts, everything else as it was",
    MIX: "another split of the contacts over the charges",
    PRODUCTIVITY: "more or fewer billed units for each contact",
    RATE: "another effective price of a unit: the rate card, tiers, minimums, discounts, rounding",
    INDEX: "reviews of prices by an index",
    CURRENCY: "exchange rates",
    SCOPE: "charges that only one of the periods has, and more or less of those that contacts do not drive",
    CREDITS: "price adjustments",
    REWORK: "rework that the books show",
    OTHER: "every other cost beside the rate card",
}
NOTHING, ONE = Fraction(0), Fraction(1)


@dataclass(frozen=True)
class Item:
    """One charge over a period, in the currency of the contract.

    `amount` is what is paid for it. `units` are those billed, `contacts` those that the charge covers, None where
    nothing counts them. `exact`, `indexed` and `priced` are the amount before index, before conversion and before
    discounts and rounding: their ratios are the factors of index and currency. `counted` says whether the units come
    with contacts; those of a fixed fee, or of costs passed on, do not. `rate` is what the contract's currency costs in
    that of the comparison, where `amount` is in the latter; the other amounts never are. `contract` is the one that has
    the charge: two contracts may call one of theirs by the same id.
    """

    key: str
    title: str
    amount: Fraction
    units: Fraction | None = None
    contacts: Fraction | None = None
    exact: Fraction = NOTHING
    indexed: Fraction = NOTHING
    priced: Fraction = NOTHING
    counted: bool = False
    rate: Fraction = ONE
    contract: str = ""

    @property
    def name(self) -> tuple[str, str]:
        """What tells it from other charges."""
        return self.contract, self.key

    def plus(self, other: Item) -> Item:
        """Both together, for a period of several months or a month of several lines; of two rates the one between."""
        return Item(
            self.key,
            self.title,
            self.amount + other.amount,
            _both(self.units, other.units),
            _both(self.contacts, other.contacts),
            self.exact + other.exact,
            self.indexed + other.indexed,
            self.priced + other.priced,
            self.counted or other.counted,
            _rate_of(self, other),
            self.contract,
        )


def _rate_of(one: Item, other: Item) -> Fraction:
    if one.rate == other.rate:
        return one.rate
    stated = one.amount / one.rate + other.amount / other.rate
    return (one.amount + other.amount) / stated if stated else one.rate


def _both(one: Fraction | None, other: Fraction | None) -> Fraction | None:
    return None if one is None or other is None else one + other


@dataclass(frozen=True)
class Side:
    """What one period cost: charges, contacts in all (None where nothing counts them), and what is added to charges.

    `credits` are below zero, `other` is by name. All amounts are whole minor units of `currency`.
    """

    label: str
    currency: str
    items: tuple[Item, ...]
    contacts: Fraction | None = None
    credits: Fraction = NOTHING
    rework: Fraction = NOTHING
    other: Mapping[str, Fraction] = field(default_factory=dict)

    @property
    def total(self) -> Fraction:
        """Everything together."""
        charged = sum((item.amount for item in self.items), NOTHING)
        return charged + self.credits + self.rework + sum(self.other.values(), NOTHING)

    def plus(self, other: Side, label: str) -> Side:
        """Two sides as one, charge by charge; raises UsageError for two currencies."""
        if self.currency != other.currency:
            raise UsageError(f"{self.currency} and {other.currency} do not add up.")
        items = {item.name: item for item in self.items}
        for item in other.items:
            items[item.name] = items[item.name].plus(item) if item.name in items else item
        names = dict.fromkeys((*self.other, *other.other))
        return Side(
            label,
            self.currency,
            tuple(items.values()),
            _both(self.contacts, other.contacts),
            self.credits + other.credits,
            self.rework + other.rework,
            {name: self.other.get(name, NOTHING) + other.other.get(name, NOTHING) for name in names},
        )


@dataclass(frozen=True)
class Share:
    """The part of a bar that one charge, or one other cost, has in it; exact.

    Where two contracts have a charge of the same id, the contract stands before key and title.
    """

    key: str
    title: str
    amount: Fraction


@dataclass(frozen=True)
class Bar:
    """One reason: by how much it moves the cost, in whole minor units, from `level` before it to the level after it."""

    step: str
    meaning: str
    amount: Money
    level: Money
    exact: Fraction
    shares: tuple[Share, ...]


@dataclass(frozen=True)
class Waterfall:
    """From the cost of one period to that of another; the bars, in `ORDER`, add up to the difference exactly."""

    before: str
    after: str
    start: Money
    end: Money
    bars: tuple[Bar, ...]
    contacts: tuple[Fraction | None, Fraction | None]

    @property
    def difference(self) -> Money:
        """What the later period costs more; below zero for a saving."""
        return self.end - self.start

    def bar(self, step: str) -> Bar:
        """The bar of a reason."""
        return next(bar for bar in self.bars if bar.step == step)

    def as_json(self) -> dict[str, Any]:
        """The waterfall as plain JSON values, fractions as text."""
        parts: dict[str, Any] = plain({part.name: getattr(self, part.name) for part in fields(self)})
        return {**parts, "difference": plain(self.difference)}


def waterfall(before: Side, after: Side) -> Waterfall:
    """The bars from one period to another, in `ORDER`, those of nothing included.

    Raises UsageError where the periods are in two currencies.
    """
    if before.currency != after.currency:
        raise UsageError(
            f"{before.label} is in {before.currency}, {after.label} in {after.currency}.",
            "Compare periods under one currency.",
        )
    shares: dict[str, list[Share]] = {step: [] for step in ORDER}
    old, new = ({item.name: item for item in side.items} for side in (before, after))
    charges = tuple(dict.fromkeys((*old, *new)))
    keys = Counter(key for _, key in charges)
    for charge in charges:
        item = new.get(charge) or old[charge]
        key, title = item.key, item.title
        if keys[key] > 1:
            key, title = f"{item.contract}/{key}", f"{item.contract}: {title}"
        for step, amount in _moves(old.get(charge), new.get(charge), before.contacts, after.contacts):
            shares[step].append(Share(key, title, amount))
    shares[CREDITS].append(Share(CREDITS, "price adjustments", after.credits - before.credits))
    shares[REWORK].append(Share(REWORK, "rework", after.rework - before.rework))
    for name in dict.fromkeys((*before.other, *after.other)):
        moved = after.other.get(name, NOTHING) - before.other.get(name, NOTHING)
        shares[OTHER].append(Share(name, name, moved))
    bars, level, exact = [], money_of(before.total, before.currency), before.total
    start = level
    for step in ORDER:
        told = tuple(share for share in shares[step] if share.amount)
        moved = sum((share.amount for share in told), NOTHING)
        exact += moved
        reached = money_of(exact, before.currency)
        bars.append(Bar(step, MEANINGS[step], reached - level, level, moved, told))
        level = reached
    return Waterfall(before.label, after.label, start, level, tuple(bars), (before.contacts, after.contacts))


Moves = Iterable[tuple[str, Fraction]]


def _moves(old: Item | None, new: Item | None, contacts: Fraction | None, contacts_now: Fraction | None) -> Moves:
    """What each reason moved of one charge; together exactly its difference."""
    if old is None or new is None:
        return ((SCOPE, (new.amount if new else NOTHING) - (old.amount if old else NOTHING)),)
    steps, one, other = _factors(old, new, contacts, contacts_now)
    found = []
    for place, step in enumerate(steps):
        moved = other[place] - one[place]
        for factor in (*other[:place], *one[place + 1 :]):
            moved *= factor
        found.append((step, moved))
    return found


def _factors(
    old: Item, new: Item, contacts: Fraction | None, contacts_now: Fraction | None
) -> tuple[tuple[str, ...], list[Fraction], list[Fraction]]:
    """The factors of a charge in both periods, by reason; the product of each side's is its amount."""
    (index, index_now), (currency, currency_now) = (
        _pair(old.indexed, old.exact, new.indexed, new.exact, ONE),
        _pair(old.priced, old.indexed, new.priced, new.indexed, ONE),
    )
    currency, currency_now = currency * old.rate, currency_now * new.rate
    later, later_now = [index, currency], [index_now, currency_now]
    if 0 in (*later, *later_now):  # a price of nothing has no ratio to tell
        return (RATE,), [old.amount], [new.amount]
    units, units_now = old.units, new.units
    if units is None or units_now is None or (not units and old.amount) or (not units_now and new.amount):
        price, price_now = old.amount / (index * currency), new.amount / (index_now * currency_now)
        return (RATE, INDEX, CURRENCY), [price, *later], [price_now, *later_now]
    price, price_now = _pair(
        old.amount, units * index * currency, new.amount, units_now * index_now * currency_now, NOTHING
    )
    tail, tail_now = [price, *later], [price_now, *later_now]
    if not (old.counted and new.counted):
        return (SCOPE, RATE, INDEX, CURRENCY), [units, *tail], [units_now, *tail_now]
    if not contacts or not contacts_now:
        return (VOLUME, RATE, INDEX, CURRENCY), [units, *tail], [units_now, *tail_now]
    own, own_now = (contacts, contacts_now) if None in (old.contacts, new.contacts) else (old.contacts, new.contacts)
    assert own is not None and own_now is not None  # noqa: S101, PT018 - None is ruled out above
    if (not own and units) or (not own_now and units_now):
        return (VOLUME, RATE, INDEX, CURRENCY), [units, *tail], [units_now, *tail_now]
    share, share_now = own / contacts, own_now / contacts_now
    each, each_now = _pair(units, own, units_now, own_now, NOTHING)
    return (VOLUME, MIX, PRODUCTIVITY, RATE, INDEX, CURRENCY), [contacts, share, each, *tail], [
        contacts_now, share_now, each_now, *tail_now]  # fmt: skip


def _pair(
    top: Fraction, bottom: Fraction, top_now: Fraction, bottom_now: Fraction, neither: Fraction
) -> tuple[Fraction, Fraction]:
    """Two ratios; one that has no base is like the other, so that the change falls to what is none of it."""
    one = top / bottom if bottom else None
    other = top_now / bottom_now if bottom_now else None
    return (
        one if one is not None else other if other is not None else neither,
        other if other is not None else one if one is not None else neither,
    )
