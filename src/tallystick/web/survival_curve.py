"""How long people stay, drawn: the curve of Kaplan and Meier as a stair, with its 95 % limits as a band."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _

from tallystick.measures.survival import Step
from tallystick.reports.charts.svg import line_at, px, svg_drawing, words_at
from tallystick.reports.markup import Markup, tag

WIDTH, HEIGHT = 640, 240
LEFT, RIGHT, TOP, BOTTOM = 44, 16, 12, 34
# Round numbers of days among which the axis chooses.
TICKS = (1, 2, 5, 10, 15, 30, 60, 90, 180, 365, 730, 1825, 3650)
MOST_TICKS = 8
Scale = Callable[[float], float]


def survival_curve(title: str, summary: str, steps: Sequence[Step], longest: int) -> Markup:
    """The curve over [0, longest] days; every figure of it stands in the table of its steps."""
    days = max(longest, 1)

    def x(day: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * day / days

    def y(share: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share

    tick = next((one for one in TICKS if days / one <= MOST_TICKS), days)
    grid = [
        (line_at(LEFT, y(share), WIDTH - RIGHT, y(share), "grid"), words_at(LEFT - 6, y(share) + 4, words, "", "end"))
        for share, words in ((0.0, "0"), (0.25, "25"), (0.5, "50"), (0.75, "75"), (1.0, "100"))
    ]
    below = [words_at(x(day), HEIGHT - BOTTOM + 16, f"{day:,}", "", "middle") for day in range(0, days + 1, tick)]
    names = words_at(WIDTH - RIGHT, HEIGHT - 3, _("days since the first one"), "", "end")
    drawing = svg_drawing(
        "survival", title, WIDTH, HEIGHT,
        [list(pair) for pair in grid],
        tag("g", below, translate="no"),
        names,
        _band(steps, days, x, y),
        tag("path", d=_stair([(step.day, float(step.share)) for step in steps], days, x, y), class_="stair"),
    )  # fmt: skip
    return tag(
        "figure",
        tag("div", drawing, class_="drawing"),
        tag("figcaption", summary, class_="summary", id="survival-summary"),
        class_="chart survival",
    )


def _stair(points: Sequence[tuple[int, float]], days: int, x: Scale, y: Scale) -> str:
    down = [f"H{px(x(day))}V{px(y(share))}" for day, share in points]
    return "".join([f"M{px(x(0))} {px(y(1.0))}", *down, f"H{px(x(days))}"])


def _band(steps: Sequence[Step], days: int, x: Scale, y: Scale) -> Markup | None:
    """The limits between the first leaver and the last day; nothing where none are known."""
    known = [(step.day, float(step.limits[0]), float(step.limits[1])) for step in steps if step.limits is not None]
    if not known:
        return None
    ends = [day for day, *_limits in known[1:]] + [days]
    spans = [(x(day), x(end), y(low), y(high)) for (day, low, high), end in zip(known, ends, strict=True)]
    above = "".join(f"L{px(left)} {px(high)}H{px(right)}" for left, right, _low, high in spans)
    below = "".join(f"L{px(right)} {px(low)}H{px(left)}" for left, right, low, _high in reversed(spans))
    return tag("path", d=f"M{above[1:]}{below}Z", class_="band")
