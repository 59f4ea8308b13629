"""Every page under axe (WCAG 2.2 A and AA), in light and dark, at three widths; without a script; and on a phone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.web import probes
from tests.web.browser.conftest import WIDTHS
from tests.web.conftest import PASSWORD, PEOPLE

READS_ONLY = True
LEVELS = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
# Only colours differ in the dark; every other rule has looked at the same page in the light.
COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
READERS = {"owner": "aurora", "aurora": "aurora"}


def readable(who: str) -> Iterator[str]:
    """The addresses of pages that this person may read."""
    from tallystick.web.accounts.models import Person

    roles = Person.objects.get(email=PEOPLE[who]).roles
    own = probes.of_partner(READERS[who])
    for _, page in probes.pages():
        path = own.fill(page.path)
        if path is not None and roles & page.roles:
            yield f"/{path}"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("who", sorted(READERS))
def test_axe_finds_nothing_on_any_page(browser: Any, site: str, who: str, *, dark: bool) -> None:
    from axe_playwright_python.base import AXE_FILE_PATH

    context = browser.new_context(bypass_csp=True, color_scheme="dark" if dark else "light")
    context.add_init_script(path=AXE_FILE_PATH)
    rules = COLOURS if dark else LEVELS
    page = context.new_page()
    page.goto(f"{site}/account/sign-in")
    found = _violations(page, "/account/sign-in", rules)
    page.get_by_label("Email").fill(PEOPLE[who])
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda address: "/account/sign-in" not in address)
    looked = 0
    # The client's people read almost every page; on a partner's side only what they do not see is left to look at.
    more = ["/no-such-page", "/do/invite", "/account/second-factor", "/account/sessions"] if who == "owner" else []
    seen = set(readable("owner")) if who != "owner" else set()
    for address in [*(one for one in readable(who) if one not in seen), *more]:
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            if width == WIDTHS[0]:
                page.goto(f"{site}{address}")
            found += _violations(page, f"{address} at {width}", rules)
            looked += 1
    context.close()
    assert found == []
    assert looked >= (30 if who == "owner" else 3)


def _violations(page: Any, where: str, rules: dict[str, Any]) -> list[str]:
    answer = page.evaluate("(how) => axe.run(document, how)", {"runOnly": rules, "resultTypes": ["violations"]})
    assert answer["passes"], "no rule looked at anything"
    return [f"{where}: {one['id']}: {one['nodes'][0]['html'][:160]}" for one in answer["violations"]]


@pytest.mark.parametrize("who", sorted(READERS))
def test_no_page_scrolls_sideways_on_a_phone(come_in: Callable[..., Any], who: str) -> None:
    page = come_in(who, width=390)
    wide = []
    for address in readable(who):
        page.goto(f"{page.site}{address}")
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > 391:
            wide.append((address, width))
    assert wide == []


def test_every_page_can_be_read_without_javascript(browser: Any, site: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/account/sign-in")
    page.locator("input[name=login]").fill(PEOPLE["owner"])
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("button").first.click()
    for address in readable("owner"):
        answer = page.goto(f"{site}{address}")
        assert answer.status == 200
        assert page.locator("main h1").count() == 1, address
    context.close()
