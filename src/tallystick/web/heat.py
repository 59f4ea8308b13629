"""The hours of a week as a grid: a row for each weekday, a column for each hour, a figure in each cell.

Colour repeats what the number in the cell says; the whole sentence stands in the cell's title, and the same figures in
the table beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _

from tallystick.reports.markup import Markup, tag

HourOfWeek = tuple[int, int]


@dataclass(frozen=True)
class HeatCell:
    """What one hour of the week shows: a short figure, its n, the whole in words, and a class for its colour."""

    figure: str
    n: str
    words: str
    kind: str


def weekdays() -> tuple[str, ...]:
    """The days of the week, Monday first."""
    return (
        _("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"),
    )  # fmt: skip


def hour_text(hour: int) -> str:
    """An hour as the clock shows its beginning."""
    return f"{hour:02}:00"


def per_cent(share: Fraction) -> str:
    """A share in whole per cent, cut off and not rounded, so that 100 means all of it."""
    return str(share.numerator * 100 // share.denominator)


def heat_grid(name: str, cells: Mapping[HourOfWeek, HeatCell]) -> Markup:
    """The grid under a name that says what it shows; hours in which nothing is known are left empty."""
    hours = sorted({hour for _day, hour in cells})
    columns = range(hours[0], hours[-1] + 1) if hours else range(0)
    head = tag(
        "tr",
        tag("th", _("weekday"), scope="col"),
        [tag("th", f"{hour:02}", scope="col", translate="no") for hour in columns],
    )
    days = [day for day in range(7) if any((day, hour) in cells for hour in columns)]
    body = [
        tag(
            "tr",
            tag("th", weekdays()[day], scope="row"),
            [_cell(cells.get((day, hour))) for hour in columns],
        )
        for day in days
    ]
    grid = tag("table", tag("thead", head), tag("tbody", body), class_="heat")
    return tag("div", grid, class_="scroll", tabindex="0", role="region", aria_label=name)


def _cell(cell: HeatCell | None) -> Markup:
    if cell is None:
        return tag("td", tag("span", _("nothing known"), class_="unseen"))
    inside = [tag("span", cell.figure), tag("span", cell.n, class_="sub")]
    return tag("td", inside, class_=cell.kind, title=cell.words, translate="no")
