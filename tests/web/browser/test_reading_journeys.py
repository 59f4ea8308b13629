"""Reading in a real browser: from the first screen to one late case; phone, wall screen, keyboard, no script."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from tests.web.browser.conftest import sign_in_at

READS_ONLY = True
ComeIn = Callable[..., Any]

# Playwright keeps a loop in this thread; the desk is made ready here all the same.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


def test_a_vendor_manager_reaches_one_late_case_in_at_most_four_clicks_and_sees_why_the_partner_counts_otherwise(
    come_in: ComeIn,
) -> None:
    page = come_in("owner")
    clicks = 0

    def click(target: Any) -> None:
        nonlocal clicks
        target.click()
        clicks += 1
        page.wait_for_load_state()

    page.goto(f"{page.site}/overview")
    click(page.get_by_role("link", name="Aurora Contact, December 2025: missed"))
    assert "/partner/aurora?period=2025-12" in page.url
    differing = page.locator("#reported tbody tr").first
    assert "92.6" in differing.inner_text()
    assert "435 of 470 instead of 435 of 581" in differing.inner_text()
    click(page.locator("#promises tbody tr").first.get_by_role("link").first)
    assert "/verdict/lumen-aurora/aurora/S1/2025-12" in page.url
    click(page.locator("main a[href*='/case/']").first)
    assert "/verdict/lumen-aurora/aurora/S1/2025-12/case/" in page.url
    assert clicks <= 4


def test_sentence_standings_and_seven_figures_fit_the_first_screen(come_in: ComeIn) -> None:
    page = come_in("executive")
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto(f"{page.site}/overview")
    tiles = page.locator(".tiles > li")
    assert 0 < tiles.count() <= 7
    assert tiles.last.evaluate("tile => tile.getBoundingClientRect().bottom") <= 720


def test_nothing_scrolls_sideways_on_a_phone_or_a_wall(come_in: ComeIn) -> None:
    page = come_in("executive", width=390)
    for width in (390, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        for address in ("/overview", "/overview?wall=1", "/service-levels", "/partner/borealis"):
            page.goto(page.site + address)
            beyond = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            assert beyond <= 0, (address, width)


def test_filters_are_set_by_keyboard_alone_and_stand_in_the_address(come_in: ComeIn) -> None:
    page = come_in("owner")
    page.goto(f"{page.site}/service-levels?period=2025-12")
    page.get_by_label("State").focus()
    page.keyboard.type("missed")
    for _ in range(8):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == "BUTTON":
            break
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "state=missed" in page.url
    assert "period=2025-12" in page.url
    assert page.locator("#promises tbody tr").count() == 2


def test_the_pages_are_read_and_filtered_without_javascript(browser: Any, site: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in_at(page, site, "auditor")
    page.goto(f"{site}/overview")
    page.locator("select[name=period]").select_option("2025-12")
    page.get_by_role("button", name="Show").click()
    assert page.locator("h1").inner_text().startswith("December 2025: 2 of 3 partners inside contract")
    page.goto(f"{site}/service-levels")
    page.get_by_label("Partner").select_option("cordoba")
    page.get_by_role("button", name="Show").click()
    assert page.locator("#promises tbody tr").count() == 14
    context.close()
