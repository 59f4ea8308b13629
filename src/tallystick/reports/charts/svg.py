"""What every chart is made of: its figure with a table, and lines and words at coordinates of one digit."""

from __future__ import annotations

from dataclasses import dataclass

from tallystick.reports.markup import Child, Markup, tag

Number = int | float


@dataclass(frozen=True)
class Table:
    """The figures of a chart as rows; the first column names the row."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def markup(self) -> Markup:
        """The table with scopes on its headers."""
        head = tag("tr", [tag("th", name, scope="col") for name in self.header])
        body = [tag("tr", tag("th", row[0], scope="row"), [tag("td", cell) for cell in row[1:]]) for row in self.rows]
        return tag(
            "div", tag("table", tag("thead", head), tag("tbody", body), class_="figures"), class_="scroll", tabindex="0"
        )


def figure(name: str, title: str, summary: str, drawing: Markup, table: Table, *, classes: str = "") -> Markup:
    """A chart with its title above, its summary below and its table one key away."""
    return tag(
        "figure",
        tag("figcaption", title),
        tag("div", drawing, class_="drawing"),
        tag("p", summary, class_="summary", id=f"{name}-summary"),
        tag("details", tag("summary", "The same figures as a table"), table.markup()),
        class_=f"chart {classes}".strip(),
    )


def px(value: Number) -> str:
    """A coordinate as it is written: one digit, or none."""
    written = f"{value:.1f}"
    return written[:-2] if written.endswith(".0") else written


def line_at(x1: Number, y1: Number, x2: Number, y2: Number, class_: str) -> Markup:
    """A line from one point to another."""
    return tag("line", x1=px(x1), y1=px(y1), x2=px(x2), y2=px(y2), class_=class_)


def words_at(x: Number, y: Number, words: str, class_: str = "", anchor: str = "start") -> Markup:
    """Words at a point; `anchor` says which end of them stands there."""
    return tag("text", words, x=px(x), y=px(y), class_=class_ or None, text_anchor=anchor)


def svg_drawing(name: str, title: str, width: int, height: int, *children: Child) -> Markup:
    """A drawing that tells its title, and points to the summary beside it, to who cannot see it."""
    return tag(
        "svg",
        tag("title", title, id=f"{name}-title"),
        *children,
        viewBox=f"0 0 {width} {height}",
        role="img",
        aria_labelledby=f"{name}-title {name}-summary",
    )
