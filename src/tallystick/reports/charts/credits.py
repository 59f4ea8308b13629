"""Price adjustments of a month as bars, and what the cap leaves of them."""

from __future__ import annotations

from decimal import Decimal

from tallystick.reports.charts.svg import Table, figure, line_at, px, svg_drawing, words_at
from tallystick.reports.figures import money_text
from tallystick.reports.markup import Child, Markup, tag
from tallystick.vocabulary.money import Money


def credit_bars(name: str, title: str, lines: tuple[tuple[str, Money, Money], ...], cap: Money | None) -> Markup:
    """Price adjustments before and after the cap: (name, amount, payable) of each."""
    running = sum((amount.amount for _, amount, _ in lines), Decimal(0))
    top = max(running, cap.amount if cap else Decimal(0), Decimal(1))
    left, wide, row = 96, 372, 30
    height = row * (len(lines) + 1) + 26

    def x(amount: Decimal) -> float:
        return left + float(amount / top) * wide

    shapes: list[Child] = []
    begun = Decimal(0)
    for at, (clause, amount, payable) in enumerate(lines):
        y = 8 + at * row
        shapes.append(words_at(left - 8, y + 14, clause, "tick strong", "end"))
        shapes.append(
            tag(
                "rect",
                x=px(x(begun)),
                y=y,
                width=px(max(x(amount.amount) - left, 1)),
                height=18,
                rx=2,
                class_="amount",
            )
        )
        if payable.amount < amount.amount:
            cut = x(begun + payable.amount)
            shapes.append(
                tag(
                    "rect",
                    x=px(cut),
                    y=y,
                    width=px(x(begun + amount.amount) - cut),
                    height=18,
                    class_="cut-off",
                )
            )
        begun += amount.amount
    y = 8 + len(lines) * row
    total = sum((payable.amount for _, _, payable in lines), Decimal(0))
    shapes.append(words_at(left - 8, y + 14, "payable", "tick strong", "end"))
    shapes.append(tag("rect", x=left, y=y, width=px(max(x(total) - left, 1)), height=18, rx=2, class_="payable"))
    if cap is not None:
        place = x(cap.amount)
        shapes.append(line_at(place, 2, place, height - 18, "target"))
        anchor = "end" if place > left + wide * 0.7 else "start"
        shapes.append(
            words_at(
                place + (-4 if anchor == "end" else 4), height - 5, f"cap {money_text(cap)}", "target-word", anchor
            )
        )
    drawing = svg_drawing(name, title, 480, height, shapes)
    table = Table(
        ("price adjustment", "amount", "payable after the cap"),
        tuple((clause, money_text(amount), money_text(payable)) for clause, amount, payable in lines),
    )
    parts = [f"{clause} {money_text(amount)}" for clause, amount, _ in lines]
    summary = f"{' + '.join(parts)}; payable {plain_total(lines)}."
    return figure(name, title, summary, drawing, table)


def plain_total(lines: tuple[tuple[str, Money, Money], ...]) -> str:
    """The payable amounts added up, in words."""
    total: Money | None = None
    for _, _, payable in lines:
        total = payable if total is None else total + payable
    return money_text(total)
