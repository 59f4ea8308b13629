"""Tables as HTML: every value that came from data is text, whatever it holds; only our own markup is markup."""

from __future__ import annotations

from datetime import date
from html.parser import HTMLParser
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tallystick.reports.markup import tag
from tallystick.web.table import Cell, Column, Table
from tallystick.web.table_markup import body_of

COLUMNS = (Column("name", 'Na<me>"'), Column("n", "N", number=True), Column("mark", "Mark"))


class Read(HTMLParser):
    """What a browser would see: elements, and text by element."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.cells: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes += attrs
        if tag in ("th", "td"):
            self.cells.append("")

    def handle_data(self, data: str) -> None:
        if self.cells:
            self.cells[-1] += data


def read(*rows: dict[str, Cell]) -> Read:
    reader = Read()
    reader.feed(str(body_of(Table("t", "T", COLUMNS, list(rows)))))
    reader.close()
    return reader


words = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1)


@given(words, words, words)
def test_whatever_a_cell_holds_is_text(value: str, href: str, title: str) -> None:
    found = read({"name": Cell(value, href=href, title=title), "n": Cell(1), "mark": Cell(None)})
    assert found.elements == ["tr", "th", "a", "td", "td"]
    assert found.cells[0] == value
    assert ("href", href) in found.attributes
    assert ("title", title) in found.attributes
    assert {name for name, _ in found.attributes} == {
        "scope", "data-label", "href", "title", "class", "translate",
    }  # fmt: skip


def test_our_own_markup_stays_markup_and_nothing_is_a_dash() -> None:
    found = read({"name": Cell("x", tag("span", "<b>")), "n": Cell(date(2026, 3, 1)), "mark": Cell("")})
    assert found.elements == ["tr", "th", "span", "td", "td"]
    assert found.cells == ["<b>", "2026-03-01", "\u2013"]


def test_a_label_names_each_cell_and_numbers_stand_right() -> None:
    found: Any = read({"name": Cell("a"), "n": Cell(2), "mark": Cell("b")})
    labels = [value for name, value in found.attributes if name == "data-label"]
    assert labels == ['Na<me>"', "N", "Mark"]
    assert ("class", "n") in found.attributes
