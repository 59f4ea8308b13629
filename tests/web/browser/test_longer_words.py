"""No page breaks when its words are a third longer: a made-up language on a phone, the whole site walked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.web.browser.conftest import served, sign_in_at
from tests.web.browser.test_access import READERS, readable
from tests.web.pseudo import untranslated

FORMS = (
    "/do/invite",
    "/do/give-file",
    "/do/open-preview?contract=lumen-aurora&partner=aurora&period=2025-12",
    "/do/open-dispute?partner=aurora&clause=S1&period=2025-12",
    "/account/sessions",
    "/no-such-page",
)


@pytest.mark.long
def test_words_a_third_longer_never_make_a_page_scroll_sideways_on_a_phone(browser: Any, desk: Path) -> None:
    wide, looked = [], 0
    with served(desk, "tests.web.pseudo") as site:
        for who in sorted(READERS):
            context = browser.new_context(viewport={"width": 390, "height": 844})
            page = context.new_page()
            sign_in_at(page, site, who)
            for address in [*readable(who), *(FORMS if who == "owner" else ())]:
                page.goto(f"{site}{address}")
                assert "\u27e6" in page.locator("main").inner_text(), address
                width = page.evaluate("document.documentElement.scrollWidth")
                looked += 1
                if width > 391:
                    wide.append((who, address, width))
            page.keyboard.press("Control+k")
            assert "\u27e6" in page.get_by_role("searchbox").last.get_attribute("placeholder")
            page.keyboard.press("Escape")
            page.goto(f"{site}/data")
            page.keyboard.press("?")
            assert untranslated(f"<p>{page.get_by_role('dialog').inner_text().replace('Ctrl-K', '')}</p>") == []
            context.close()
    assert wide == []
    assert looked >= 25
