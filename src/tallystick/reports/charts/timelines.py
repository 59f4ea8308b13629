"""One case drawn on the wall clock: what happened, when its clock ran, when it was due."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from tallystick.reports.charts.svg import Table, figure, line_at, px, svg_drawing, words_at
from tallystick.reports.figures import value_text
from tallystick.reports.markup import Child, Markup, join, tag, text

_ONE_DAY = timedelta(days=1)
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
                    x=px(x(begins)),
                    y=44,
                    width=px(max(x(ends) - x(begins), 0.5)),
                    height=12,
                    class_="open-hours",
                )
            )
    for span in case.spans:
        shapes.append(
            tag(
                "rect",
                x=px(x(span.from_s)),
                y=66,
                width=px(max(x(span.until_s) - x(span.from_s), 1)),
                height=26,
                class_=f"span {SPAN_CLASS.get(span.state, 'running')}",
            )
        )
    if case.due_s is not None:
        place = x(case.due_s)
        anchor = "end" if place > width * 0.8 else "start"
        shapes += [
            line_at(place, 36, place, 140, "due"),
            words_at(place + (-5 if anchor == "end" else 5), 137, "due", "due-word", anchor),
        ]
    shapes += _marks(case, x)
    shapes += [words_at(10, 40, "opening hours", "tick"), words_at(10, height - 4, case.zone, "tick")]
    table = Table(
        ("no.", "when", "who", "what"),
        tuple(
            (str(at + 1), instant_text(mark.at_s, case.zone), mark.party, mark.words)
            for at, mark in enumerate(case.marks)
        ),
    )
    drawn = figure(
        name, title, _timeline_summary(case), svg_drawing(name, title, width, height, shapes), table, classes="timeline"
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
            drawn += [line_at(at, 18, at, height - 18, "grid"), words_at(at + 3, 15, day.strftime("%a %d %b"), "tick")]
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
        stems.append(line_at(place, 92, place, y - 7, "stem"))
        discs.append(tag("circle", cx=px(place), cy=px(y), r="7.5", class_=f"event {shape}"))
        discs.append(words_at(place, y + 3.6, str(at + 1), f"number {shape}", "middle"))
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
