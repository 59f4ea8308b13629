"""Several partners as one: their months added up, and what moved the sum, in one currency. Pure.

Amounts in another currency are converted line by line, at the rate of the month that a contract names, and rounded
there; so the ledger and the waterfall come to the same sums. Where no rate is named, nothing is converted: partners are
then told by currency, each group by itself, and a sentence says so. Ratios are of sums and never averaged; a partner of
whom nothing is known in a month is named, and in no sum.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from typing import Any

from tallystick.contract.quantity import figure_text
from tallystick.cost.gather import CostedMonth
from tallystick.cost.month import CostLine, MonthCost
from tallystick.cost.month_inputs import Counted, Price
from tallystick.cost.side import side_of
from tallystick.cost.waterfall import Item, Side, Waterfall, waterfall
from tallystick.vocabulary.canonical import plain
from tallystick.vocabulary.money import Money, money_of

# (currency, month) -> what one unit of it costs in the currency of the group, and where that stands.
Rates = Mapping[tuple[str, str], Price]
Months = Mapping[str, Sequence[CostedMonth]]


@dataclass(frozen=True)
class TogetherMonth:
    """One month of several partners. `without` are those of whom nothing is known; sums are of `partners` alone.

    `invoiced`, `hidden` and what follows from them are None where they are not known of one of the partners; ratios
    also where they have no base. `contacts` and `resolutions` are those of all of them, not known where one's are not.
    """

    month: str
    currency: str
    partners: tuple[str, ...]
    without: tuple[str, ...]
    total: Money | None
    invoiced: Money | None
    hidden: Money | None
    hidden_share: Fraction | None
    n: int
    contacts: Counted
    resolutions: Counted
    per_contact: Fraction | None
    per_resolution: Fraction | None


@dataclass(frozen=True)
class Together:
    """Partners whose costs add up: in one currency, or in several with a rate for each month. `rates` are in words."""

    currency: str
    partners: tuple[str, ...]
    months: tuple[TogetherMonth, ...]
    rates: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """The group as plain JSON values."""
        parts: dict[str, Any] = plain({one.name: getattr(self, one.name) for one in fields(self)})
        return parts


def currencies_of(found: Months) -> dict[str, tuple[str, ...]]:
    """The partners by the currency of their newest month, by currency."""
    groups: dict[str, list[str]] = {}
    for name in sorted(found):
        if found[name]:
            groups.setdefault(found[name][-1].cost.currency, []).append(name)
    return {currency: tuple(groups[currency]) for currency in sorted(groups)}


def main_currency(found: Months) -> str:
    """The currency of most partners; of two with as many, the first by name. Empty without any."""
    groups = currencies_of(found)
    return min(groups, key=lambda code: (-len(groups[code]), code), default="")


def groups_of(found: Months, currency: str, rates: Rates) -> tuple[tuple[str, Months], ...]:
    """The partners that add up, by currency: all in `currency` whose months have a rate, and the others by their own.

    Months are converted already.
    """
    groups: dict[str, dict[str, Sequence[CostedMonth]]] = {}
    for name in sorted(name for name in found if found[name]):
        wanted = {(one.cost.currency, one.cost.month) for one in found[name] if one.cost.currency != currency}
        if wanted <= set(rates):
            months = [_converted(one, currency, rates) for one in found[name]]
            groups.setdefault(currency, {})[name] = months
        else:
            code = found[name][-1].cost.currency
            groups.setdefault(code, {})[name] = [one for one in found[name] if one.cost.currency == code]
    return tuple((code, groups[code]) for code in sorted(groups, key=lambda code: (code != currency, code)))


def missing_words(found: Months, currency: str, rates: Rates) -> tuple[str, ...]:
    """A sentence for each currency of which a rate is missing; none where all partners add up."""
    sentences = []
    for code, names in currencies_of(found).items():
        lacking = sorted(
            {
                one.cost.month
                for name in names
                for one in found[name]
                if one.cost.currency != currency and (one.cost.currency, one.cost.month) not in rates
            }
        )
        if lacking:
            span = lacking[0] if len(lacking) == 1 else f"{lacking[0]} to {lacking[-1]}"
            sentences.append(
                f"{', '.join(names)}: paid in {code}, and no contract names a rate of {code} in {currency} for {span}, "
                f"so {'it is' if len(names) == 1 else 'they are'} told apart, in {code}."
            )
    return tuple(sentences)


def _converted(one: CostedMonth, currency: str, rates: Rates) -> CostedMonth:
    """A month in another currency: each line at the month's rate, rounded there, and sums of the lines."""
    cost = one.cost
    if cost.currency == currency:
        return one
    price = rates[cost.currency, cost.month].value

    def changed(line: CostLine) -> CostLine:
        stated = line.stated or line.amount
        return replace(line, amount=_at(line.amount, price, currency), stated=stated)

    lines = tuple(changed(line) for line in cost.lines)
    total = None if cost.total is None else _sum((line.amount for line in lines), currency)
    invoiced = None
    if cost.invoiced is not None:
        invoiced = _sum((line.amount for line in lines if line.on_rate_card), currency)
    hidden = None if cost.hidden is None or total is None or invoiced is None else total - invoiced
    return CostedMonth(
        one.given,
        replace(
            cost,
            currency=currency,
            lines=lines,
            total=total,
            invoiced=invoiced,
            hidden=hidden,
            charged=tuple((kind, _at(money, price, currency)) for kind, money in cost.charged),
        ),
    )


def _at(money: Money, price: Fraction, currency: str) -> Money:
    return money_of(Fraction(money.amount) * price, currency)


def _sum(amounts: Iterable[Money], currency: str) -> Money:
    return sum(amounts, Money.zero(currency))


def together_of(found: Months, currency: str, rates: Rates) -> tuple[Together, ...]:
    """The ledgers of partners together: one group where every rate is known, else one for each currency."""
    made = []
    for code, own in groups_of(found, currency, rates):
        told = _rates_told(found, own, code, rates) if code == currency else ()
        made.append(Together(code, tuple(own), _months(own, code), told))
    return tuple(made)


def _months(own: Months, currency: str) -> tuple[TogetherMonth, ...]:
    costs = [one.cost for months in own.values() for one in months]
    labels = dict.fromkeys(one.month for one in costs)
    return tuple(_month([one for one in costs if one.month == label], currency) for label in sorted(labels))


def _rates_told(found: Months, own: Months, currency: str, rates: Rates) -> tuple[str, ...]:
    """The rates by which months of a group were converted, in words."""
    costs = [one.cost for name in own for one in found[name]]
    used = sorted({(one.month, one.currency) for one in costs if one.currency != currency})
    return tuple(
        f"{month}: 1 {code} = {figure_text(price.value, 6)} {currency}, {price.words}"
        for month, code in used
        for price in (rates[code, month],)
    )


def _month(costs: Sequence[MonthCost], currency: str) -> TogetherMonth:
    known = [one for one in costs if one.total is not None]
    total = _sum((one.total for one in known if one.total is not None), currency) if known else None
    invoiced = _all([one.invoiced for one in known], currency)
    hidden = _all([one.hidden for one in known], currency)
    contacts, resolutions = _counts([one.contacts for one in known]), _counts([one.resolutions for one in known])
    share = None
    if hidden is not None and total is not None and total.amount > 0:
        share = Fraction(hidden.amount) / Fraction(total.amount)
    return TogetherMonth(
        month=costs[0].month,
        currency=currency,
        partners=tuple(one.partner for one in known),
        without=tuple(one.partner for one in costs if one.total is None),
        total=total,
        invoiced=invoiced,
        hidden=hidden,
        hidden_share=share,
        n=sum(one.n for one in known),
        contacts=contacts,
        resolutions=resolutions,
        per_contact=_each(total, contacts),
        per_resolution=_each(total, resolutions),
    )


def _all(amounts: Sequence[Money | None], currency: str) -> Money | None:
    """The sum; None for none, and where one of them is not known."""
    known = [one for one in amounts if one is not None]
    return _sum(known, currency) if known and len(known) == len(amounts) else None


def _counts(counts: Sequence[Counted]) -> Counted:
    if not counts or any(one.value is None for one in counts):
        return Counted()
    value, n, pending = (sum(getattr(one, name) or 0 for one in counts) for name in ("value", "n", "pending"))
    return Counted(value, n, pending)


def _each(total: Money | None, counted: Counted) -> Fraction | None:
    return None if total is None or not counted.value else Fraction(total.amount) / counted.value


# ---- what moved it ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Fall:
    """What moved the cost of several partners; `without` are those of whom a month of either side is not known."""

    currency: str
    partners: tuple[str, ...]
    without: tuple[str, ...]
    waterfall: Waterfall | None

    def as_json(self) -> dict[str, Any]:
        """The waterfall as plain JSON values, with its partners."""
        told = None if self.waterfall is None else self.waterfall.as_json()
        return {"currency": self.currency, "partners": [*self.partners], "without": [*self.without], "waterfall": told}


def falls_of(
    found: Months, before: Sequence[str], after: Sequence[str], labels: tuple[str, str], currency: str, rates: Rates
) -> tuple[Fall, ...]:
    """What moved the sum from one period to another, for each group that adds up.

    Charges keep their partner, so `mix` is also what moved from one partner to another. A rate of exchange that moved
    is in `currency` for charges, and in their own bars for credits, rework and other costs.
    """
    falls = []
    for code, months in groups_of(found, currency, rates):
        wanted = {*before, *after}
        whole = {
            name: {one.cost.month: one for one in own}
            for name, own in months.items()
            if wanted <= {one.cost.month for one in own if one.cost.total is not None}
        }
        without = tuple(name for name in months if name not in whole)
        if not whole:
            falls.append(Fall(code, (), without, None))
            continue
        old, new = (
            _joined([(name, own[month]) for name, own in whole.items() for month in side], code, label, found, rates)
            for side, label in zip((before, after), labels, strict=True)
        )
        falls.append(Fall(code, tuple(whole), without, waterfall(old, new)))
    return tuple(falls)


def _joined(months: Sequence[tuple[str, CostedMonth]], currency: str, label: str, found: Months, rates: Rates) -> Side:
    """The months of several partners as one side: charges by partner, contacts and everything else added up."""
    side: Side | None = None
    # Sides of the same month are added first by partner, so that a charge of two partners stays two.
    for name, one in months:
        stated = next(each.cost.currency for each in found[name] if each.cost.month == one.cost.month)
        price = Fraction(1) if stated == currency else rates[stated, one.cost.month].value
        own = side_of(one.given, one.cost)
        own = replace(own, currency=currency, items=tuple(_named(item, name, price) for item in own.items))
        side = own if side is None else side.plus(own, label)
    assert side is not None  # noqa: S101 - a group has months
    return replace(side, label=label)


def _named(item: Item, partner: str, price: Fraction) -> Item:
    """A charge of a partner, whose amount is converted already."""
    return replace(item, key=f"{partner}/{item.key}", title=f"{partner}: {item.title}", rate=price)
