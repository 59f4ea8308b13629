"""What moved an amount from one period to another, as bars that hang from one another, one below the other."""

from __future__ import annotations

from decimal import Decimal

from tallystick.reports.charts.svg import Table, figure, line_at, px, svg_drawing, words_at
from tallystick.reports.figures import change_text, list_words, money_text
from tallystick.reports.markup import Child, Markup, tag
from tallystick.vocabulary.money import Money

UP, DOWN, NONE = "▲", "▼", "·"
LEFT, WIDE, ROW, AMOUNTS = 118, 360, 28, 122
# From so many times what moved on, bars from nothing would hide it.
FAR = 4


def waterfall_bars(
    name: str,
    title: str,
    start: tuple[str, Money],
    bars: tuple[tuple[str, Money], ...],
    end: tuple[str, Money],
) -> Markup:
    """From `start` over each reason to `end`, each (words, amount); a reason that moves nothing has a mark and no bar.

    A rise points to the right and has an upward mark, a fall to the left and a downward one; amounts stand beside.
    The caller's bars add up from `start` to `end`. Where all that moved is small beside what stands, the axis begins
    above nothing: both ends are torn there, and words say where it begins.
    """
    levels = [start[1].amount]
    for _, amount in bars:
        levels.append(levels[-1] + amount.amount)
    base = _base(levels)
    low, high = min(*levels, base), max(*levels, base)
    spread = (high - low) or Decimal(1)
    rows_end = ROW * (len(bars) + 2) + 12
    height = rows_end + (ROW if base else 0)

    def x(amount: Decimal) -> float:
        return LEFT + float((amount - low) / spread) * WIDE

    shapes: list[Child] = [line_at(x(base), 4, x(base), rows_end - 4, "grid")]
    shapes += _row(0, start[0], money_text(start[1]), x(base), x(levels[0]), "level", strong=True)
    for at, (words, amount) in enumerate(bars, start=1):
        begin, stop = x(levels[at - 1]), x(levels[at])
        shapes.append(line_at(begin, 6 + at * ROW - ROW + 18, begin, 6 + at * ROW + 18, "joint"))
        class_ = "rise" if amount.amount > 0 else "fall"
        shapes += _row(at, words, f"{mark_of(amount)} {change_text(amount)}", begin, stop, class_)
    last = len(bars) + 1
    shapes += _row(last, end[0], money_text(end[1]), x(base), x(end[1].amount), "level", strong=True)
    begins = f"the axis begins at {money_text(Money(base, start[1].currency))}" if base else ""
    if base:
        shapes += [*_torn(0), *_torn(last), words_at(LEFT, rows_end + 14, begins, "tick")]
    drawing = svg_drawing(name, title, LEFT + WIDE + AMOUNTS, height, shapes)
    rows = ((start[0], money_text(start[1]), money_text(start[1])), *_steps(start[1], bars))
    table = Table(
        ("reason", "moves by", "comes to"), (*rows, (end[0], money_text(end[1] - start[1]), money_text(end[1])))
    )
    summary = " ".join(part for part in (summary_of(start, bars, end), begins and f"In the drawing {begins}.") if part)
    return figure(name, title, summary, drawing, table, classes="waterfall")


def _base(levels: list[Decimal]) -> Decimal:
    """Where the axis begins: at nothing, or near the levels where they lie close together and far above it."""
    low, spread = min(levels), max(levels) - min(levels)
    if not spread or low < spread * FAR:
        return Decimal(0)
    step = Decimal(1).scaleb(spread.adjusted())  # 10, 100, 1000 ...: the size of what moved
    return (low - spread / 2) // step * step


def _torn(at: int) -> list[Child]:
    """Two slanted cuts through a bar near its beginning: it is longer than it is drawn."""
    y = 6 + at * ROW
    return [line_at(LEFT + place, y + 20, LEFT + place + 5, y - 2, "torn") for place in (9, 15)]


def _row(
    at: int, words: str, said: str, begin: float, stop: float, class_: str, *, strong: bool = False
) -> list[Child]:
    y = 6 + at * ROW
    left, right = min(begin, stop), max(begin, stop)
    found: list[Child] = [words_at(LEFT - 8, y + 14, words, "tick strong" if strong else "tick", "end")]
    if right > left:
        found.append(tag("rect", x=px(left), y=y, width=px(max(right - left, 1)), height=18, rx=1, class_=class_))
    found.append(words_at(LEFT + WIDE + AMOUNTS, y + 14, said, "tick strong" if strong else "tick", "end"))
    return found


def _steps(start: Money, bars: tuple[tuple[str, Money], ...]) -> list[tuple[str, str, str]]:
    found, level = [], start
    for words, amount in bars:
        level = level + amount
        found.append((words, change_text(amount), money_text(level)))
    return found


def mark_of(amount: Money) -> str:
    """Up for more, down for less, a dot for nothing."""
    return UP if amount.amount > 0 else DOWN if amount.amount < 0 else NONE


def summary_of(start: tuple[str, Money], bars: tuple[tuple[str, Money], ...], end: tuple[str, Money]) -> str:
    """The whole chart in a sentence: both ends, and every reason that moves anything."""
    moved = [f"{words} {change_text(amount)}" for words, amount in bars if amount.amount]
    reasons = list_words(moved) if moved else "nothing moved it"
    return f"{start[0]}: {money_text(start[1])}. {end[0]}: {money_text(end[1])}. {reasons}."
