"""One value against its target, with its interval and the reported value, in the height of a line."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from tallystick.reports.charts.outcomes import mark, reported_mark
from tallystick.reports.charts.svg import line_at, px
from tallystick.reports.markup import Child, Markup, tag
from tallystick.verdicts.verdict import Outcome


def bullet(
    value: Fraction | None,
    interval: tuple[Decimal, Decimal] | None,
    target: Fraction | None,
    reported: Fraction | None,
    outcome: Outcome,
    words: str,
) -> Markup:
    """A value with its interval against the target, small enough for a table row; `words` say the same."""
    if value is None or target is None:
        return tag("span", "\u2013", class_="muted")
    edges = [float(value), float(target), *(float(edge) for edge in interval or ())]
    if reported is not None:
        edges.append(float(reported))
    low, high = min(edges), max(edges)
    pad = max((high - low) * 0.12, abs(float(target)) * 0.02, 1e-9)
    low, high = low - pad, high + pad

    def x(level: Fraction | Decimal) -> float:
        return 4 + (float(level) - low) / (high - low) * 132

    shapes: list[Child] = [line_at(4, 14, 136, 14, "grid")]
    if interval is not None:
        shapes.append(
            tag(
                "rect",
                x=px(x(interval[0])),
                y=11,
                width=px(max(x(interval[1]) - x(interval[0]), 1)),
                height=6,
                rx=3,
                class_="range",
            )
        )
    shapes.append(line_at(x(target), 4, x(target), 24, "target"))
    if reported is not None and reported != value:
        shapes.append(reported_mark(x(reported), 5))
    shapes.append(mark(x(value), 14, outcome, 12))
    return tag("svg", *shapes, viewBox="0 0 140 28", class_="bullet", role="img", aria_label=words)
