"""Amounts, shares and waterfalls as `tally cost` writes them."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from tallystick.cli import terminal

if TYPE_CHECKING:
    from tallystick.cost.waterfall import Waterfall
    from tallystick.vocabulary.money import Money

WIDE = 44
UNKNOWN = "not known"


def money_told(money: Money | None) -> str:
    """An amount; words where it is not known."""
    return UNKNOWN if money is None else str(money)


def share_told(share: Fraction | None) -> str:
    """A share in per cent; a dash where there is none."""
    from tallystick.reports.figures import share_text

    return "-" if share is None else share_text(share)


def each_told(value: Fraction | None, currency: str, n: int | None) -> str:
    """An amount for each of a count, with the count; a dash where there is none."""
    from tallystick.vocabulary.money import money_of

    return "-" if value is None else f"{money_of(value, currency)} (n = {n:,})"


def show_fall(partner: str, fall: Waterfall) -> None:
    """A waterfall as bars in a terminal."""
    out = terminal.console()
    moved = fall.difference
    more = "more" if moved.amount > 0 else "less"
    told = f"{abs(moved.amount):,.2f} {more}" if moved.amount else "the same"
    out.print(f"{partner}: {fall.after} against {fall.before}: {moved.currency} {told}", style="bold", soft_wrap=True)
    levels = [Fraction(bar.level.amount) for bar in fall.bars] + [Fraction(fall.end.amount)]
    low, high = min(*levels, Fraction(0)), max(*levels, Fraction(0))
    spread = (high - low) or Fraction(1)

    def at(level: Fraction) -> int:
        return int((level - low) * WIDE / spread)

    def drawn(begin: Fraction, stop: Fraction, mark: str) -> str:
        left, right = sorted((at(begin), at(stop)))
        return " " * left + mark * max(right - left, 1 if begin != stop else 0)

    nothing = Fraction(0)
    rows = [(fall.before, str(fall.start), drawn(nothing, levels[0], "█"), "")]
    for bar, begin, stop in zip(fall.bars, levels[:-1], levels[1:], strict=True):
        sign = "+" if bar.amount.amount > 0 else ""
        mark = "▓" if stop > begin else "░"
        rows.append((bar.step, f"{sign}{bar.amount.amount:,.2f}", drawn(begin, stop, mark), bar.meaning))
    rows.append((fall.after, str(fall.end), drawn(nothing, levels[-1], "█"), ""))
    terminal.table(("", "amount", "▓ more, ░ less", "what it is"), rows, right=(1,), wrapping=(3,))
    told_contacts = [("-" if one is None else f"{int(one):,}") for one in fall.contacts]
    out.print(f"  Contacts: {told_contacts[0]} and {told_contacts[1]}.", soft_wrap=True)
