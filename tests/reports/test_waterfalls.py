"""The drawing of a waterfall: its bars hang together, and words and a table say the same."""

from __future__ import annotations

import re
from decimal import Decimal

from tallystick.reports.charts import waterfall_bars
from tallystick.reports.figures import MINUS
from tallystick.vocabulary.money import Money
from tests.reports.page_reading import PageReading


def euro(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


BARS = (("volume", euro("40.00")), ("index", euro("0.00")), ("rate", euro("-60.00")))


def drawn(bars: tuple[tuple[str, Money], ...] = BARS, start: str = "100.00", end: str = "80.00") -> str:
    return str(waterfall_bars("fall", "EUR 20.00 less", ("2026-02", euro(start)), bars, ("2026-03", euro(end))))


def rects(drawing: str) -> list[tuple[str, float, float]]:
    found = []
    for tag in re.findall(r"<rect[^>]*>", drawing):
        given = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        found.append((given["class"], float(given["x"]), float(given["width"])))
    return found


def test_each_bar_begins_where_the_one_before_ends() -> None:
    start, volume, rate, end = rects(drawn())
    assert [one[0] for one in (start, volume, rate, end)] == ["level", "rise", "fall", "level"]
    assert volume[1] == start[1] + start[2]
    assert abs(rate[1] + rate[2] - (volume[1] + volume[2])) < 0.2
    assert abs(end[1] + end[2] - rate[1]) < 0.2


def test_what_moves_nothing_has_a_mark_and_no_bar() -> None:
    drawing = drawn()
    assert len(rects(drawing)) == 4
    assert re.search(r"· EUR\s0\.00", drawing)


def test_direction_is_told_by_mark_and_sign_and_not_by_colour_alone() -> None:
    drawing = drawn()
    assert re.search(r"▲ \+EUR\s40\.00", drawing)
    assert re.search(rf"▼ {MINUS}EUR\s60\.00", drawing)


def test_a_cost_below_zero_stays_inside_the_drawing() -> None:
    found = rects(drawn((("credits", euro("-150.00")),), end="-50.00"))
    assert all(x >= 118 and x + width <= 118 + 360.1 for _, x, width in found)


def test_the_chart_has_a_title_a_summary_and_a_table_with_running_levels() -> None:
    drawing = drawn()
    page = PageReading(drawing)
    assert page.faults == []
    assert "<figcaption>EUR 20.00 less</figcaption>" in drawing
    summary = re.search(r'class="summary"[^>]*>(.*?)</p>', drawing)
    assert summary is not None
    assert [words in summary[1] for words in ("volume", "rate", "index")] == [True, True, False]
    cells = re.findall(r"<td>(.*?)</td>", drawing)
    told = [cell.replace("\u202f", " ") for cell in cells[1::2]]
    assert told == ["EUR 100.00", "EUR 140.00", "EUR 140.00", "EUR 80.00", "EUR 80.00"]


def test_nothing_at_all_is_a_drawing_too() -> None:
    drawing = drawn((), "0.00", "0.00")
    assert rects(drawing) == []
    assert "nothing moved it" in drawing


def test_small_moves_of_a_large_amount_are_drawn_from_near_it_and_the_chart_says_so() -> None:
    """From 97,511.40: moves of some hundred are slivers beside it; from 97,300 on they can be seen."""
    bars = (("volume", euro("43.65")), ("mix", euro("146.99")), ("other", euro("-263.64")))
    drawing = drawn(bars, "97511.40", "97438.40")
    start, volume, mix, other, end = rects(drawing)
    assert [round(one[1]) for one in (start, end)] == [118, 118]
    assert volume[2] > 20
    assert abs(volume[2] / mix[2] - 43.65 / 146.99) < 0.01
    assert abs(end[1] + end[2] - other[1]) < 0.2
    assert len(re.findall('class="torn"', drawing)) == 4
    assert re.findall(r"the axis begins at EUR\s97,300\.00", drawing)
    assert PageReading(drawing).faults == []


def test_an_axis_from_nothing_is_not_torn() -> None:
    for drawing in (
        drawn(),
        drawn((), "97511.40", "97511.40"),
        drawn((("more", euro("300.00")),), "1000.00", "1300.00"),
    ):
        assert "torn" not in drawing
        assert "axis" not in drawing
