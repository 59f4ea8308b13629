"""Amounts of several currencies, which are never added to one another."""

from __future__ import annotations

from collections.abc import Iterable

from tallystick.vocabulary.money import Money


def by_currency(amounts: Iterable[Money]) -> tuple[Money, ...]:
    """The sums of amounts, one for each currency, in order of its name."""
    totals: dict[str, Money] = {}
    for money in amounts:
        totals[money.currency] = totals.get(money.currency, Money.zero(money.currency)) + money
    return tuple(totals[currency] for currency in sorted(totals))
