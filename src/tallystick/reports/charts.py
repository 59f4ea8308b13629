"""Charts as SVG, made here and nowhere else, so that screen, paper and mail show the same picture.

Each chart carries a title that states its finding, a text summary, and the same figures as a real table. Colours come
from the page's style sheet; shape and position say everything that colour says. Coordinates are written at one digit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from tallystick.reports.figures import is_share, level_text, money_text, short_month, value_text
from tallystick.reports.markup import Child, Markup, join, tag, text
from tallystick.verdicts.verdict import Outcome
from tallystick.vocabulary.money import Money

Number = int | float
_ONE_DAY = timedelta(days=1)

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


@dataclass(frozen=True)
class Table:
    """The figures of a chart as rows; the first column names the row."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def markup(self) -> Markup:
        """The table with scopes on its headers."""
        head = tag("tr", [tag("th", name, scope="col") for name in self.header])
        body = [tag("tr", tag("th", row[0], scope="row"), [tag("td", cell) for cell in row[1:]]) for row in self.rows]
        return tag("div", tag("table", tag("thead", head), tag("tbody", body), class_="figures"), class_="scroll")


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


def _at(value: Number) -> str:
    written = f"{value:.1f}"
    return written[:-2] if written.endswith(".0") else written


def _line(x1: Number, y1: Number, x2: Number, y2: Number, class_: str) -> Markup:
    return tag("line", x1=_at(x1), y1=_at(y1), x2=_at(x2), y2=_at(y2), class_=class_)


def _words(x: Number, y: Number, words: str, class_: str = "", anchor: str = "start") -> Markup:
    return tag("text", words, x=_at(x), y=_at(y), class_=class_ or None, text_anchor=anchor)


def _drawing(name: str, title: str, width: int, height: int, *children: Child) -> Markup:
    return tag(
        "svg",
        tag("title", title, id=f"{name}-title"),
        *children,
        viewBox=f"0 0 {width} {height}",
        role="img",
        aria_labelledby=f"{name}-title {name}-summary",
    )


# --------------------------------------------------------------------- trend


@dataclass(frozen=True)
class TrendPoint:
    """One period of a clause: value, interval, n, what was promised then, the outcome, what the partner reported."""

    period: str
    value: Fraction | None
    n: int
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
    drawing = _drawing(
        name,
        title,
        width,
        height,
        _current_band(frame, points, current),
        _axis(frame, unit, step),
        _target_line(frame, points, unit),
        _values(frame, points),
        [_words(frame.x(at), height - 16, point.short, "tick", "middle") for at, point in enumerate(points)],
        _years(frame, points, height - 3),
    )
    table = Table(
        ("period", "value", "counted", "target", "outcome", "reported by the partner"),
        tuple(
            (
                point.label or point.period,
                value_text(point.value, unit, point.target),
                f"n = {point.n:,}",
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
        x=_at(frame.x(place) - wide / 2),
        y=_at(frame.top - 8),
        width=_at(wide),
        height=_at(frame.bottom - frame.top + 8),
        rx=3,
        class_="now",
    )


def _axis(frame: _Frame, unit: str, step: float) -> list[Child]:
    drawn: list[Child] = []
    value = frame.low
    while value <= frame.high + step * 1e-6:
        y = frame.y(value)
        drawn += [
            _line(frame.left, y, frame.right, y, "grid"),
            _words(frame.left - 7, y + 4, _tick_text(value, unit), "tick", "end"),
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
            f"{'L' if before is not None else 'M'}{_at(frame.x(at) - wide / 2)} {_at(y)}H{_at(frame.x(at) + wide / 2)}"
        )
        if point.target != before:
            below = y + 13 if above or y < frame.top + 14 else y - 5
            words = f"target {level_text(point.target, unit)}"
            drawn.append(_words(frame.x(at) - wide / 2 + 2, below, words, "target-word"))
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
            drawn.append(_words(x, frame.bottom - 4, "no data", "tick", "middle"))
            continue
        if point.interval is not None:
            low, high = (frame.y(float(edge)) for edge in point.interval)
            drawn += [
                _line(x, low, x, high, "whisker"),
                _line(x - 3, low, x + 3, low, "whisker"),
                _line(x - 3, high, x + 3, high, "whisker"),
            ]
        y = frame.y(float(point.value))
        moves.append(f"{pen}{_at(x)} {_at(y)}")
        pen = "L"
    if moves:
        drawn.insert(0, tag("path", d="".join(moves), class_="trend"))
    for at, point in enumerate(points):
        if point.reported is not None and point.reported != point.value:
            drawn.append(_reported_mark(frame.x(at), frame.y(float(point.reported))))
    for at, point in enumerate(points):
        if point.value is not None:
            drawn.append(_mark(frame.x(at), frame.y(float(point.value)), point.outcome))
    return drawn


def _mark(x: float, y: float, outcome: Outcome, size: float = 11) -> Markup:
    name = SHAPES[outcome]
    half = size / 2
    return tag(
        "use",
        href=f"#g-{name}",
        x=_at(x - half),
        y=_at(y - half),
        width=_at(size),
        height=_at(size),
        class_=f"mark {name}",
    )


def _reported_mark(x: float, y: float) -> Markup:
    return tag("path", d=f"M{_at(x - 5)} {_at(y - 3)}h10l-5 7z", class_="reported")


def _years(frame: _Frame, points: tuple[TrendPoint, ...], y: Number) -> list[Child]:
    drawn: list[Child] = []
    shown = ""
    for at, point in enumerate(points):
        year = point.period[:4] if point.period[:4].isdigit() else ""
        if year and year != shown:
            drawn.append(_words(frame.x(at), y, year, "tick year", "middle"))
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


# -------------------------------------------------------------------- bullet


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

    shapes: list[Child] = [_line(4, 14, 136, 14, "grid")]
    if interval is not None:
        shapes.append(
            tag(
                "rect",
                x=_at(x(interval[0])),
                y=11,
                width=_at(max(x(interval[1]) - x(interval[0]), 1)),
                height=6,
                rx=3,
                class_="range",
            )
        )
    shapes.append(_line(x(target), 4, x(target), 24, "target"))
    if reported is not None and reported != value:
        shapes.append(_reported_mark(x(reported), 5))
    shapes.append(_mark(x(value), 14, outcome, 12))
    return tag("svg", *shapes, viewBox="0 0 140 28", class_="bullet", role="img", aria_label=words)


# --------------------------------------------------------------------- money


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
        shapes.append(_words(left - 8, y + 14, clause, "tick strong", "end"))
        shapes.append(
            tag(
                "rect",
                x=_at(x(begun)),
                y=y,
                width=_at(max(x(amount.amount) - left, 1)),
                height=18,
                rx=2,
                class_="amount",
            )
        )
        if payable.amount < amount.amount:
            cut = x(begun + payable.amount)
            shapes.append(
                tag("rect", x=_at(cut), y=y, width=_at(x(begun + amount.amount) - cut), height=18, class_="cut-off")
            )
        begun += amount.amount
    y = 8 + len(lines) * row
    total = sum((payable.amount for _, _, payable in lines), Decimal(0))
    shapes.append(_words(left - 8, y + 14, "payable", "tick strong", "end"))
    shapes.append(tag("rect", x=left, y=y, width=_at(max(x(total) - left, 1)), height=18, rx=2, class_="payable"))
    if cap is not None:
        place = x(cap.amount)
        shapes.append(_line(place, 2, place, height - 18, "target"))
        anchor = "end" if place > left + wide * 0.7 else "start"
        shapes.append(
            _words(place + (-4 if anchor == "end" else 4), height - 5, f"cap {money_text(cap)}", "target-word", anchor)
        )
    drawing = _drawing(name, title, 480, height, shapes)
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


# ----------------------------------------------------------------- time line

RUNNING, PAUSED, PAUSED_WAITING, STOPPED = "running", "paused", "paused while the customer waits", "stopped"
SPAN_CLASS = {RUNNING: "running", PAUSED: "paused", PAUSED_WAITING: "waiting", STOPPED: "stopped"}


@dataclass(frozen=True)
class TimelineSpan:
    """A stretch of a case in one state of its clock, UTC seconds, half-open."""

    from_s: int
    until_s: int
    state: str


@dataclass(frozen=True)
class TimelineMark:
    """Something that happened to the case; `party` is customer, partner or system."""

    at_s: int
    party: str
    words: str


@dataclass(frozen=True)
class CaseTimeline:
    """One case as it is drawn: spans, marks, opening hours, due instant (UTC seconds), and the zone to show them in."""

    case_id: str
    clock: str
    zone: str
    spans: tuple[TimelineSpan, ...]
    marks: tuple[TimelineMark, ...]
    open_hours: tuple[tuple[int, int], ...] = ()
    due_s: int | None = None
    note: str = ""
    sentence: str = ""


def _local(at_s: int, zone: str) -> datetime:
    return datetime.fromtimestamp(at_s, UTC).astimezone(ZoneInfo(zone))


def instant_text(at_s: int, zone: str) -> str:
    """A UTC second on the wall clock of a zone, with its offset, so that a repeated hour is not ambiguous."""
    local = _local(at_s, zone)
    offset = local.strftime("%z")
    return f"{local:%a %d %b %Y %H:%M:%S} {offset[:3]}:{offset[3:]}"


def timeline(name: str, case: CaseTimeline) -> Markup:
    """One case drawn in the contract's zone: opening hours, the clock's spans, who did what, and the due instant."""
    title = f"Case {case.case_id}: {case.note or case.clock}"
    width, height = 960, 176
    instants = [edge for span in case.spans for edge in (span.from_s, span.until_s)]
    instants += [mark.at_s for mark in case.marks]
    if case.due_s is not None:
        instants.append(case.due_s)
    low, high = (min(instants), max(instants)) if instants else (0, 1)
    pad = max((high - low) // 40, 60)
    low, high = low - pad, high + pad

    def x(at_s: int) -> float:
        return 10 + (min(max(at_s, low), high) - low) / (high - low) * (width - 20)

    shapes: list[Child] = [_hatch()]
    shapes += _day_lines(case.zone, low, high, x, height)
    for begins, ends in case.open_hours:
        if ends > low and begins < high:
            shapes.append(
                tag(
                    "rect",
                    x=_at(x(begins)),
                    y=44,
                    width=_at(max(x(ends) - x(begins), 0.5)),
                    height=12,
                    class_="open-hours",
                )
            )
    for span in case.spans:
        shapes.append(
            tag(
                "rect",
                x=_at(x(span.from_s)),
                y=66,
                width=_at(max(x(span.until_s) - x(span.from_s), 1)),
                height=26,
                class_=f"span {SPAN_CLASS.get(span.state, 'running')}",
            )
        )
    if case.due_s is not None:
        place = x(case.due_s)
        anchor = "end" if place > width * 0.8 else "start"
        shapes += [
            _line(place, 36, place, 140, "due"),
            _words(place + (-5 if anchor == "end" else 5), 137, "due", "due-word", anchor),
        ]
    shapes += _marks(case, x)
    shapes += [_words(10, 40, "opening hours", "tick"), _words(10, height - 4, case.zone, "tick")]
    table = Table(
        ("no.", "when", "who", "what"),
        tuple(
            (str(at + 1), instant_text(mark.at_s, case.zone), mark.party, mark.words)
            for at, mark in enumerate(case.marks)
        ),
    )
    drawn = figure(
        name, title, _timeline_summary(case), _drawing(name, title, width, height, shapes), table, classes="timeline"
    )
    return join([drawn, _span_legend(case)])


def _hatch() -> Markup:
    lines = Markup('<path d="M-1 1l2-2M0 6l6-6M5 7l2-2" class="hatch"/>')
    return tag("defs", tag("pattern", lines, id="hatch", width=6, height=6, patternUnits="userSpaceOnUse"))


def _day_lines(zone: str, low: int, high: int, x: Callable[[int], float], height: int) -> list[Child]:
    first = _local(low, zone).replace(hour=0, minute=0, second=0, microsecond=0)
    days = max((high - low) // 86_400, 1)
    every = max(1, -(-days // 9))
    drawn: list[Child] = []
    day, count = first, 0
    while int(day.timestamp()) < high:
        at_s = int(day.timestamp())
        if at_s >= low and count % every == 0:
            at = x(at_s)
            drawn += [_line(at, 18, at, height - 18, "grid"), _words(at + 3, 15, day.strftime("%a %d %b"), "tick")]
        day = (day.replace(tzinfo=None) + _ONE_DAY).replace(tzinfo=ZoneInfo(zone))
        count += 1
    return drawn


LANES, LANE_ROOM = 3, 17


def _marks(case: CaseTimeline, x: Callable[[int], float]) -> list[Child]:
    """Numbered marks under the bar; one that finds no room stands in the table alone."""
    stems: list[Child] = []
    discs: list[Child] = []
    last: dict[int, float] = {}
    for at, mark in enumerate(case.marks):
        place = x(mark.at_s)
        lane = next((lane for lane in range(LANES) if place - last.get(lane, -99.0) >= LANE_ROOM), None)
        if lane is None:
            continue
        last[lane] = place
        y = 108 + lane * 18
        shape = mark.party if mark.party in {"customer", "partner"} else "system"
        stems.append(_line(place, 92, place, y - 7, "stem"))
        discs.append(tag("circle", cx=_at(place), cy=_at(y), r="7.5", class_=f"event {shape}"))
        discs.append(_words(place, y + 3.6, str(at + 1), f"number {shape}", "middle"))
    return [*stems, *discs]


def _span_legend(case: CaseTimeline) -> Markup:
    states = list(dict.fromkeys(span.state for span in case.spans))
    swatch = [
        tag("li", tag("svg", _hatch_free(state), viewBox="0 0 22 12", aria_hidden="true"), text(state))
        for state in states
    ]
    parties = [
        tag(
            "li",
            tag(
                "svg", tag("circle", cx=8, cy=6, r=5, class_=f"event {party}"), viewBox="0 0 16 12", aria_hidden="true"
            ),
            words,
        )
        for party, words in (("customer", "customer"), ("partner", "partner"), ("system", "system"))
        if any(mark.party == party for mark in case.marks)
    ]
    return tag("ul", swatch, parties, class_="legend")


def _hatch_free(state: str) -> Markup:
    return tag("rect", x=1, y=1, width=20, height=10, class_=f"span {SPAN_CLASS.get(state, 'running')}")


def _timeline_summary(case: CaseTimeline) -> str:
    totals: dict[str, int] = {}
    for span in case.spans:
        totals[span.state] = totals.get(span.state, 0) + span.until_s - span.from_s
    parts = [f"{state} {value_text(Fraction(seconds), 's')}" for state, seconds in totals.items()]
    due = f" Due {instant_text(case.due_s, case.zone)}." if case.due_s is not None else ""
    return f"By the calendar: {', '.join(parts)}.{due}" if parts else f"No span is recorded.{due}"
