"""The shape and the word of each outcome."""

from __future__ import annotations

from tallystick.reports.charts.svg import px
from tallystick.reports.markup import Markup, tag
from tallystick.verdicts.verdict import Outcome

# Id of the shape, and the word that always stands with it.
SHAPES = {
    Outcome.MET: "met",
    Outcome.MISSED: "missed",
    Outcome.EXCUSED: "excused",
    Outcome.NOT_ASSESSABLE: "thin",
    Outcome.PROVISIONAL: "provisional",
}

# Paths on a field of 16 by 16; each outcome differs in outline and inside, so that it survives grey print.
GLYPHS = {
    "met": '<circle cx="8" cy="8" r="7.2"/><path class="cut" d="M4.6 8.3l2.4 2.4 4.4-5"/>',
    "missed": '<path d="M8 .4 15.6 8 8 15.6.4 8z"/><path class="cut" d="M5.4 5.4l5.2 5.2M10.6 5.4l-5.2 5.2"/>',
    "excused": '<path class="line" d="M8 1.2 14 3.4v4.3c0 3.4-2.4 6-6 7.2-3.6-1.2-6-3.8-6-7.2V3.4z"/>'
    '<path class="line" d="M5.2 8h5.6"/>',
    "thin": '<circle class="line dots" cx="8" cy="8" r="6.6"/><path class="line" d="M5 8h6"/>',
    "provisional": '<path class="line" d="M3.2 1.4h9.6M3.2 14.6h9.6"/>'
    '<path class="line" d="M4.4 1.4c0 4 7.2 4.6 7.2 13.2M11.6 1.4c0 4-7.2 4.6-7.2 13.2"/>',
}


def glyph_sheet() -> Markup:
    """The shapes of all outcomes, once per page, for `glyph` to point at."""
    symbols = (
        tag("symbol", Markup(paths), id=f"g-{name}", viewBox="0 0 16 16") for name, paths in sorted(GLYPHS.items())
    )
    return tag("svg", *symbols, width="0", height="0", class_="sheet", aria_hidden="true")


def glyph(outcome: Outcome) -> Markup:
    """The shape of an outcome; the word beside it says the same."""
    name = SHAPES[outcome]
    return tag("svg", tag("use", href=f"#g-{name}"), class_=f"glyph {name}", viewBox="0 0 16 16", aria_hidden="true")


def status(outcome: Outcome, note: str = "", word: str = "") -> Markup:
    """Shape, word and colour of an outcome; `word` says it in another language."""
    extra = tag("span", f" {note}", class_="muted") if note else None
    return tag("span", glyph(outcome), tag("span", word or outcome.value, extra), class_=f"status {SHAPES[outcome]}")


def mark(x: float, y: float, outcome: Outcome, size: float = 11) -> Markup:
    """The shape of an outcome at a point of a chart."""
    name = SHAPES[outcome]
    half = size / 2
    return tag(
        "use",
        href=f"#g-{name}",
        x=px(x - half),
        y=px(y - half),
        width=px(size),
        height=px(size),
        class_=f"mark {name}",
    )


def reported_mark(x: float, y: float) -> Markup:
    """What the partner reported: a triangle, which no outcome has."""
    return tag("path", d=f"M{px(x - 5)} {px(y - 3)}h10l-5 7z", class_="reported")
