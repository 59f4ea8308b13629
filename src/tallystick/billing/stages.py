"""The stages between the base price and the invoice: index, currency, discounts. Pure arithmetic on fractions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from tallystick.contract.billing_terms import CurrencyRule, Discount, Indexation, month_before
from tallystick.contract.model import Contract
from tallystick.contract.quantity import amount_text, figure_text, percentage_text
from tallystick.vocabulary.measure_value import Step

INDEX, CURRENCY = "index", "currency"


@dataclass(frozen=True)
class Factor:
    """By how much a price is multiplied; `missing` are the months that a series would have had to tell."""

    value: Fraction | None
    steps: tuple[Step, ...] = ()
    missing: tuple[str, ...] = ()

    def missing_too(self, other: Factor) -> Factor:
        """The same, with what another one lacks that comes to as much: a review of which nothing is known yet."""
        return replace(self, missing=tuple(dict.fromkeys((*self.missing, *other.missing))))


def index_factor(text: Contract, charge: str, on: date) -> Factor:
    """The factor of a charge's price on a day, by every indexation that it follows.

    A review whose month is not published changes nothing yet; the month is named as missing. An indexation that names
    no charges is one of prices: what has none, such as documented costs, does not follow it.
    """
    value, steps, missing = Fraction(1), list[Step](), list[str]()
    found = text.charge(charge)
    for one in text.billing.indexation_of(charge if found is None else found.indexed_as(text)):
        if found is not None and not found.has_price and not one.charges:
            continue
        moved, reviews, not_published = _reviewed(text, charge, one, on)
        value *= moved
        steps += reviews
        missing += not_published
    return Factor(value, tuple(steps), tuple(missing))


def _reviewed(
    text: Contract, charge: str, one: Indexation, on: date
) -> tuple[Fraction, Sequence[Step], Sequence[str]]:  # fmt: skip
    """The factor of one indexation, its steps, and what a series would have had to tell."""
    series = text.series.get(one.series)
    if series is None:
        return Fraction(1), (), (one.series,)
    value, steps, before, since = Fraction(1), list[Step](), series.at(one.base), one.base
    for day, month in one.reviews(on):
        now = series.at(month)
        if now is None or before is None:
            return value, steps, (f"{one.series} {since if before is None else month}",)
        moved = now / before - 1
        passed = moved * one.share
        limited = passed if one.cap is None else min(passed, one.cap)
        limited = limited if one.collar is None else max(limited, one.collar)
        factor = rounded(1 + limited, one.decimals)
        share = f" x {percentage_text(one.share)}" if one.share != 1 else ""
        held = f", held at {percentage_text(limited)}" if limited != passed else ""
        ratio = f"{figure_text(now, 12)} / {figure_text(before, 12)} - 1 = {percentage_text(moved)}{share}{held}"
        formula = f"review of {day.isoformat()}: 1 + change of {one.series} from {since} to {month}"
        steps.append(Step(charge, INDEX, formula, f"{ratio}: {figure_text(factor, 9)}", factor))
        value *= factor
        before, since = now, month
    return value, steps, ()


def rounded(value: Fraction, decimals: int | None) -> Fraction:
    """A number at so many decimals, halves up; as it is where none are said."""
    if decimals is None:
        return value
    scaled = value * 10**decimals
    return Fraction((2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator), 10**decimals)


def unit_price(text: Contract, charge: str, code: str, month: date) -> Factor:
    """What a unit of a currency costs in the contract's in the month of a day; None where nothing says so."""
    if code == text.currency:
        return Factor(Fraction(1))
    rule = text.billing.currencies.get(code)
    series = text.series.get(rule.series) if rule is not None else None
    if rule is None or series is None:
        return Factor(None, missing=(code,))
    asked = month_before(month, rule.lag)
    rate = series.at(asked)
    if rate is None:
        return Factor(None, missing=(f"{rule.series} {asked}",))
    price = banded(rule, rate)
    words = f"{rule.series} {asked} = {figure_text(rate, 12)}"
    formula = f"price of one {code}"
    if rule.reference is not None and rule.band is not None:
        formula += f", agreed {figure_text(Fraction(rule.reference), 12)}, band {percentage_text(rule.band)}"
        formula += f", {percentage_text(rule.sharing)} of what lies beyond it"
    return Factor(price, (Step(charge, CURRENCY, formula, f"{words}: {figure_text(price, 9)}", price, text.currency),))


def banded(rule: CurrencyRule, rate: Fraction) -> Fraction:
    """The price that a rate leads to: the agreed one inside the band, moved by the client's share outside it."""
    if rule.reference is None or rule.band is None:
        return rate
    agreed = Fraction(rule.reference)
    moved = rate / agreed - 1
    beyond = max(abs(moved) - rule.band, Fraction(0))
    return agreed * (1 + (beyond if moved > 0 else -beyond) * rule.sharing)


def discount_of(discount: Discount, total: Fraction) -> Fraction:
    """What a discount takes off a sum; nothing of a sum that is not above zero."""
    if total <= 0:
        return Fraction(0)
    if discount.percentage is not None:
        return total * discount.percentage
    reached = [tier for tier in discount.tiers if total > Fraction(tier.above)]
    if not reached:
        return Fraction(0)
    if discount.model == "all":
        return total * reached[-1].percentage
    taken, ends = Fraction(0), [Fraction(tier.above) for tier in reached[1:]]
    for tier, end in zip(reached, [*ends, total], strict=True):
        taken += (end - Fraction(tier.above)) * tier.percentage
    return taken


def discount_step(text: Contract, discount: Discount, total: Fraction, taken: Fraction) -> Step:
    """A discount as a step that a reader can redo."""
    money = f"{amount_text(total, text.currency)}: {amount_text(taken, text.currency)}"
    if discount.percentage is not None:
        formula = f"{percentage_text(discount.percentage)} of the sum"
    else:
        tiers = ", ".join(
            f"{percentage_text(tier.percentage)} above {amount_text(Fraction(tier.above), text.currency)}"
            for tier in discount.tiers
        )
        formula = f"{'each part' if discount.model == 'marginal' else 'the whole'} of the sum by tiers: {tiers}"
    return Step(discount.id, "discount", formula, money, taken, text.currency)
