"""The documents on paper and on narrow screens, in a real Chromium."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tallystick.reports.overview import Overview, render_overview
from tallystick.reports.partner_month import PartnerMonth, render_partner_month

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
# A4 less its margins, in CSS pixels.
PAPER = {"width": 688, "height": 1009}


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if CHROMIUM is None:
        pytest.skip("chromium is not installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield made
        made.close()


@pytest.fixture(params=["month", "overview"])
def document(request: pytest.FixtureRequest, month: PartnerMonth, overview: Overview, tmp_path: Path) -> str:
    """The address of each kind of document."""
    path = tmp_path / f"{request.param}.html"
    path.write_text(
        render_partner_month(month) if request.param == "month" else render_overview(overview), encoding="utf-8"
    )
    return path.as_uri()


BEYOND = """
() => [...document.querySelectorAll('body *')]
  .filter(one => one.checkVisibility() && one.getBoundingClientRect().right > innerWidth + 1
          && !one.closest('.scroll, .drawing, .sheet, .skip'))
  .map(one => one.tagName + '.' + one.className).slice(0, 5)
"""


def test_paper_is_white_whole_and_without_what_only_a_screen_can_do(browser: Any, document: str) -> None:
    page = browser.new_page(color_scheme="dark", viewport=PAPER)
    page.goto(document)
    page.emulate_media(media="print", color_scheme="dark")
    look = "name => getComputedStyle(document.querySelector(name)).backgroundColor"
    assert page.evaluate(look, "body") == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert page.evaluate(BEYOND) == []
    folded = "[...document.querySelectorAll('details')].filter(one => one.lastElementChild.offsetHeight === 0).length"
    assert page.evaluate(folded) == 0
    heads = "[...document.querySelectorAll('table.cards thead')].map(one => getComputedStyle(one).display)"
    assert set(page.evaluate(heads)) == {"table-header-group"}
    assert not page.locator(".failed .command").first.is_visible()
    assert not page.locator(".skip").is_visible()
    page.close()


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_is_cut_on_any_screen(browser: Any, document: str, width: int, dark: bool) -> None:
    page = browser.new_page(color_scheme="dark" if dark else "light", viewport={"width": width, "height": 900})
    page.goto(document)
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert page.evaluate(BEYOND) == []
    page.close()
