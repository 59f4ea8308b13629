"""A clause over its periods, small enough for a row: intervals, the target as it was, and a mark where it was not kept.

It repeats no figure of its own: the same page has them as a table, and the partner's page has the whole chart.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from tallystick.reports.charts import SHAPES, TrendPoint
from tallystick.reports.figures import list_words, month_name
from tallystick.reports.markup import Child, Markup, tag
from tallystick.verdicts.verdict import Outcome

WIDTH, HEIGHT, EDGE = 132, 30, 5


def sparkline(points: Sequence[TrendPoint], current: str = "") -> Markup:
    """The points as a line without an axis; `current` marks the period that the row speaks of."""
    known = [point for point in points if point.value is not None]
    if len(known) < 2:
        return tag("span", _("one period"), class_="muted")
    levels = [float(point.value) for point in known if point.value is not None]
    levels += [float(point.target) for point in points if point.target is not None]
    low, high = min(levels), max(levels)
    room = max(high - low, abs(high) * 0.01, 1e-9)

    def x(at: int) -> float:
        return EDGE + (WIDTH - 2 * EDGE) * (at + 0.5) / len(points)

    def y(value: float) -> float:
        return HEIGHT - EDGE - (min(max(value, low), high) - low) / room * (HEIGHT - 2 * EDGE)

    wide = (WIDTH - 2 * EDGE) / len(points)
    whiskers, line, target, marks = "", "", "", list[Child]()
    pen = "M"
    for at, point in enumerate(points):
        if point.target is not None:
            target += f"M{x(at) - wide / 2:.1f} {y(float(point.target)):.1f}h{wide:.1f}"
        if point.value is None:
            pen = "M"
            continue
        if point.interval is not None:
            least, most = (y(float(edge)) for edge in point.interval)
            whiskers += f"M{x(at):.1f} {least:.1f}V{most:.1f}"
        place = y(float(point.value))
        line += f"{pen}{x(at):.1f} {place:.1f}"
        pen = "L"
        if point.outcome is not Outcome.MET or point.period == current:
            marks.append(_mark(x(at), place, point.outcome, now=point.period == current))
    return tag(
        "svg",
        tag("path", d=whiskers, class_="whisker") if whiskers else None,
        tag("path", d=target, class_="target") if target else None,
        tag("path", d=line, class_="trend"),
        marks,
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        class_="sparkline",
        role="img",
        aria_label=summary(points),
    )


def _mark(x: float, y: float, outcome: Outcome, *, now: bool) -> Markup:
    size = 10 if now else 8
    name = SHAPES[outcome]
    return tag(
        "use",
        href=f"#g-{name}",
        x=f"{x - size / 2:.1f}",
        y=f"{y - size / 2:.1f}",
        width=size,
        height=size,
        class_=f"mark {name}",
    )


def summary(points: Sequence[TrendPoint]) -> str:
    """What the line shows, in words."""
    missed = [month_name(point.period) for point in points if point.outcome is Outcome.MISSED]
    if not missed:
        return _("%(count)d periods, none missed") % {"count": len(points)}
    return _("%(count)d periods, missed in %(missed)s") % {
        "count": len(points),
        "missed": list_words(missed, _("and")),
    }
