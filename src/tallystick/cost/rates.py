"""What one currency costs in another in a month, where any contract of the folder names it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path

from tallystick.billing.stages import unit_price
from tallystick.contract.model import Contract
from tallystick.cost.gather import promises_to
from tallystick.cost.month_inputs import Price
from tallystick.verdicts.promise import known_on


def rates_between(
    root: Path, contracts: Iterable[Path], partners: Iterable[str], wanted: Iterable[tuple[str, str]], currency: str,
    as_of: datetime,
) -> dict[tuple[str, str], Price]:  # fmt: skip
    """The price of one unit of other currencies in `currency`, by currency and month (2026-03), of those `wanted`.

    It is the first that a contract in that currency names under `billing.currencies`, by name; where none does, the
    inverse of what a contract in the other currency names for this one. What nobody names is not in it.
    """
    listed = list(contracts)
    texts: dict[str, Contract] = {}
    for partner in partners:
        for promise in promises_to(root, listed, partner, as_of):
            texts[promise.contract.contract] = promise.contract
    found = {}
    for code, month in sorted(set(wanted)):
        day = date.fromisoformat(f"{month}-01")
        price = _named(texts, currency, code, day, as_of)
        if price is None:
            other = _named(texts, code, currency, day, as_of)
            price = None if other is None or not other.value else Price(1 / other.value, f"1 / {other.words}")
        if price is not None:
            found[code, month] = price
    return found


def _named(texts: dict[str, Contract], currency: str, code: str, day: date, as_of: datetime) -> Price | None:
    for name in sorted(texts):
        text = texts[name]
        if text.currency != currency or code not in text.billing.currencies:
            continue
        ruling = text.in_force(max(day, text.term.from_on), known_on(as_of))
        price = unit_price(ruling, "", code, day)
        if price.value is not None:
            rule = ruling.billing.currencies[code]
            return Price(Fraction(price.value), f"price of one {code} in {currency} ({rule.series} of {name})")
    return None
