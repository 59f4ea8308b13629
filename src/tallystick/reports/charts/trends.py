"""A clause over its periods: values with intervals, the target as it was then, what the partner reported."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from tallystick.reports.charts.outcomes import mark, reported_mark
from tallystick.reports.charts.svg import Number, Table, figure, line_at, px, svg_drawing, words_at
from tallystick.reports.figures import is_share, level_text, short_month, value_text
from tallystick.reports.markup import Child, Markup, tag
from tallystick.verdicts.verdict import Outcome


@dataclass(frozen=True)
class TrendPoint:
    """One period of a clause: value, interval, n, what was promised then, the outcome, what the partner reported."""

    period: str
    value: Fraction | None
    n: int | None
    outcome: Outcome
    target: Fraction | None = None
    interval: tuple[Decimal, Decimal] | None = None
    reported: Fraction | None = None
    label: str = ""

    @property
    def short(self) -> str:
        """The label under the axis."""
        return self.label or short_month(self.period)


@dataclass(frozen=True)
class _Frame:
    left: float
    right: float
    top: float
    bottom: float
    low: float
    high: float
    count: int

    def x(self, place: int) -> float:
        return self.left + (self.right - self.left) * (place + 0.5) / self.count

    def y(self, value: float) -> float:
        inside = min(max(value, self.low), self.high)
        return self.bottom - (inside - self.low) / (self.high - self.low) * (self.bottom - self.top)


def _scale(points: tuple[TrendPoint, ...], unit: str) -> tuple[float, float, float]:
    """Lowest, highest and step of the axis, at round figures around all that is drawn."""
    drawn = [
        float(level) for point in points for level in (point.value, point.target, point.reported) if level is not None
    ]
    for point in points:
        if point.interval is not None:
            drawn += [float(edge) for edge in point.interval]
    low, high = (min(drawn), max(drawn)) if drawn else (0.0, 1.0)
    spread = max(high - low, 0.02 if is_share(unit) else abs(high) * 0.05, 1e-9)
    raw = spread / 3
    magnitude = 10.0 ** _exponent(raw)
    step = next(factor * magnitude for factor in (1, 2, 2.5, 5, 10) if factor * magnitude >= raw)
    low = (low - spread * 0.04) // step * step
    high = -(-(high + spread * 0.04) // step) * step
    if is_share(unit):
        low, high = max(low, 0.0), min(high, 1.0)
    return low, high, step


def _exponent(value: float) -> int:
    exponent = 0
    while value >= 10:
        value, exponent = value / 10, exponent + 1
    while value < 1:
        value, exponent = value * 10, exponent - 1
    return exponent


def _tick_text(value: float, unit: str) -> str:
    exact = Fraction(value).limit_denominator(1_000_000)
    return level_text(exact, unit)


def trend(
    name: str, title: str, points: tuple[TrendPoint, ...], unit: str, current: str = "", short: str = "Missed in"
) -> Markup:
    """A clause over its periods: values with intervals, the target as a stepped line, the partner's own figures.

    `short` begins the sentence that names the points short of the target.
    """
    width, height = 480, 224
    low, high, step = _scale(points, unit)
    frame = _Frame(52, width - 8, 16, height - 34, low, high, max(len(points), 1))
    drawing = svg_drawing(
        name,
        title,
        width,
        height,
        _current_band(frame, points, current),
        _axis(frame, unit, step),
        _target_line(frame, points, unit),
        _values(frame, points),
        [words_at(frame.x(at), height - 16, point.short, "tick", "middle") for at, point in enumerate(points)],
        _years(frame, points, height - 3),
    )
    table = Table(
        ("period", "value", "counted", "target", "outcome", "reported by the partner"),
        tuple(
            (
                point.label or point.period,
                value_text(point.value, unit, point.target),
                "no n" if point.n is None else f"n = {point.n:,}",
                "\u2013" if point.target is None else level_text(point.target, unit),
                point.outcome.value,
                "\u2013" if point.reported is None else value_text(point.reported, unit, point.target),
            )
            for point in points
        ),
    )
    return figure(name, title, _trend_summary(points, unit, short), drawing, table)


def _current_band(frame: _Frame, points: tuple[TrendPoint, ...], current: str) -> Child:
    place = next((at for at, point in enumerate(points) if point.period == current), None)
    if place is None:
        return None
    wide = (frame.right - frame.left) / frame.count
    return tag(
        "rect",
        x=px(frame.x(place) - wide / 2),
        y=px(frame.top - 8),
        width=px(wide),
        height=px(frame.bottom - frame.top + 8),
        rx=3,
        class_="now",
    )


def _axis(frame: _Frame, unit: str, step: float) -> list[Child]:
    drawn: list[Child] = []
    value = frame.low
    while value <= frame.high + step * 1e-6:
        y = frame.y(value)
        drawn += [
            line_at(frame.left, y, frame.right, y, "grid"),
            words_at(frame.left - 7, y + 4, _tick_text(value, unit), "tick", "end"),
        ]
        value += step
    return drawn


def _target_line(frame: _Frame, points: tuple[TrendPoint, ...], unit: str) -> list[Child]:
    """The target as it was in each period: a change of the text is a step."""
    wide = (frame.right - frame.left) / frame.count
    drawn: list[Child] = []
    moves: list[str] = []
    before: Fraction | None = None
    for at, point in enumerate(points):
        if point.target is None:
            before = None
            continue
        y = frame.y(float(point.target))
        above = point.value is not None and point.value > point.target
        moves.append(
            f"{'L' if before is not None else 'M'}{px(frame.x(at) - wide / 2)} {px(y)}H{px(frame.x(at) + wide / 2)}"
        )
        if point.target != before:
            below = y + 13 if above or y < frame.top + 14 else y - 5
            words = f"target {level_text(point.target, unit)}"
            drawn.append(words_at(frame.x(at) - wide / 2 + 2, below, words, "target-word"))
        before = point.target
    return [tag("path", d="".join(moves), class_="target"), *drawn] if moves else drawn


def _values(frame: _Frame, points: tuple[TrendPoint, ...]) -> list[Child]:
    drawn: list[Child] = []
    moves: list[str] = []
    pen = "M"
    for at, point in enumerate(points):
        x = frame.x(at)
        if point.value is None:
            pen = "M"
            drawn.append(words_at(x, frame.bottom - 4, "no data", "tick", "middle"))
            continue
        if point.interval is not None:
            low, high = (frame.y(float(edge)) for edge in point.interval)
            drawn += [
                line_at(x, low, x, high, "whisker"),
                line_at(x - 3, low, x + 3, low, "whisker"),
                line_at(x - 3, high, x + 3, high, "whisker"),
            ]
        y = frame.y(float(point.value))
        moves.append(f"{pen}{px(x)} {px(y)}")
        pen = "L"
    if moves:
        drawn.insert(0, tag("path", d="".join(moves), class_="trend"))
    for at, point in enumerate(points):
        if point.reported is not None and point.reported != point.value:
            drawn.append(reported_mark(frame.x(at), frame.y(float(point.reported))))
    for at, point in enumerate(points):
        if point.value is not None:
            drawn.append(mark(frame.x(at), frame.y(float(point.value)), point.outcome))
    return drawn


def _years(frame: _Frame, points: tuple[TrendPoint, ...], y: Number) -> list[Child]:
    drawn: list[Child] = []
    shown = ""
    for at, point in enumerate(points):
        year = point.period[:4] if point.period[:4].isdigit() else ""
        if year and year != shown:
            drawn.append(words_at(frame.x(at), y, year, "tick year", "middle"))
            shown = year
    return drawn


def _trend_summary(points: tuple[TrendPoint, ...], unit: str, short: str) -> str:
    known = [point for point in points if point.value is not None]
    if not known:
        return "No period has data."
    low = min(known, key=lambda point: (point.value, point.period))
    high = max(known, key=lambda point: (point.value, point.period))
    missed = [point.label or point.period for point in points if point.outcome is Outcome.MISSED]
    words = (
        f"From {value_text(low.value, unit, low.target)} ({low.label or low.period}) to "
        f"{value_text(high.value, unit, high.target)} ({high.label or high.period}). "
    )
    words += f"{short} {', '.join(missed)}." if missed else "None is a miss."
    if any(point.reported is not None and point.reported != point.value for point in points):
        words += " Open triangles are the partner's own figures where they differ."
    return words
