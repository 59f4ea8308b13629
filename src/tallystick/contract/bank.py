"""Units that were paid for and not used: banked by month, used up the oldest first, lost when their months are over."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from tallystick.contract.charge import Lot
from tallystick.contract.quantity import figure_text

Lots = tuple[Lot, ...]


def month_number(month: str) -> int:
    """Months since the year 0 of a month written 2026-03."""
    year, _, number = month.partition("-")
    return int(year) * 12 + int(number) - 1


def kept(lots: Lots, month: str, months: int) -> Lots:
    """The lots that can still be used in a month, `months` after their own at most; the oldest first."""
    now = month_number(month)
    alive = [lot for lot in lots if lot.units > 0 and now - month_number(lot.month) <= months]
    return tuple(sorted(alive, key=lambda lot: lot.month))


def banked(lots: Lots, month: str, units: Fraction) -> Lots:
    """The lots with units of a month added to those that it has."""
    if units <= 0:
        return lots
    own = sum((lot.units for lot in lots if lot.month == month), units)
    return tuple(sorted((*(lot for lot in lots if lot.month != month), Lot(month, own)), key=lambda lot: lot.month))


def drawn(lots: Lots, wanted: Fraction) -> tuple[Fraction, Lots]:
    """(units taken, what is left): as many of those wanted as there are, the oldest first."""
    taken, left = Fraction(0), []
    for lot in lots:
        units = min(lot.units, wanted - taken)
        taken += units
        if lot.units > units:
            left.append(Lot(lot.month, lot.units - units))
    return taken, tuple(left)


def total(lots: Iterable[Lot]) -> Fraction:
    """All units of some lots."""
    return sum((lot.units for lot in lots), Fraction(0))


def lots_text(lots: Lots) -> str:
    """Lots in words: 2026-03 120, 2026-04 80."""
    return ", ".join(f"{lot.month} {figure_text(lot.units)}" for lot in lots) or "nothing"
