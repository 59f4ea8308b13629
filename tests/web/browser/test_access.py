"""Every page under axe (WCAG 2.2 A and AA), in light and dark, at three widths; without a script; and on a phone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

import tallystick
from tests.web import probes
from tests.web.browser.barriers import EVERY, SOME, barriers
from tests.web.browser.conftest import WIDTHS, sign_in_at
from tests.web.conftest import PEOPLE

READS_ONLY = True
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


@pytest.mark.parametrize("who", sorted(READERS))
def test_axe_finds_nothing_on_any_page_and_none_scrolls_sideways_on_a_phone(browser: Any, site: str, who: str) -> None:
    walked(browser, site, who, SOME, each=False)


@pytest.mark.long
@pytest.mark.parametrize("who", sorted(READERS))
def test_axe_finds_nothing_on_any_page_in_either_theme_at_any_width(browser: Any, site: str, who: str) -> None:
    walked(browser, site, who, EVERY, each=True)


def walked(browser: Any, site: str, who: str, looks: Sequence[tuple[str, int]], *, each: bool) -> None:
    """Every page that somebody reads, under axe in `each` of the looks or in them by turns, and as wide as a phone."""
    context = browser.new_context(bypass_csp=True)
    page = context.new_page()
    page.goto(f"{site}/account/sign-in")
    found = barriers(page, "/account/sign-in", looks)
    sign_in_at(page, site, who)
    more = ["/no-such-page", "/do/invite", "/account/second-factor", "/account/sessions"] if who == "owner" else []
    # The client's people read almost every page; on a partner's side axe looks at what only a partner sees.
    seen = set(readable("owner")) if who != "owner" else set()
    looked = 0
    # Where looks are taken by turns, a page that the client's people read is not read again on a partner's side.
    told = [one for one in readable(who) if each or one not in seen]
    for number, address in enumerate([*told, *more]):
        page.set_viewport_size({"width": 390, "height": 844})
        page.goto(f"{site}{address}")
        if address not in seen:
            found += barriers(page, address, looks if each else [looks[number % len(looks)]])
            looked += 1
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth + 1"):
            found.append(f"{address} scrolls sideways at 390")
    context.close()
    assert found == []
    assert looked >= (10 if who == "owner" else 1)


def test_a_barrier_in_one_theme_or_at_one_width_alone_is_found(browser: Any) -> None:
    page = browser.new_page()
    faint = "@media (prefers-color-scheme: dark) { p { color: #222; background: #111 } }"
    narrow = "@media (min-width: 500px) { button span { display: none } }"
    page.set_content(
        f"<html lang=en><title>T</title><style>{faint} {narrow}</style><main><h1>H</h1><p>Words</p>"
        "<button><span>Send</span></button></main>"
    )
    found = [one.split(": ")[:2] for one in barriers(page, "here")]
    page.close()
    assert found == [
        *(["here in light at 1280", "button-name"], ["here in light at 1920", "button-name"]),
        *([f"here in dark at {width}", "color-contrast"] for width in WIDTHS),
    ]


def test_the_dark_theme_differs_from_the_light_one_in_nothing_but_colours() -> None:
    sheets = [path.read_text(encoding="utf-8") for path in Path(tallystick.__file__).parent.rglob("*.css")]
    dark = [block for sheet in sheets for block in re.findall(r"prefers-color-scheme[^{]*\{(.*?\})\s*\}", sheet, re.S)]
    declared = [name for block in dark for name in re.findall(r"([\w-]+)\s*:\s*[^;{}]+;", block)]
    assert declared
    assert [name for name in declared if not name.startswith("--")] == []


def test_every_page_can_be_read_without_javascript(browser: Any, site: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in_at(page, site, "owner")
    for address in readable("owner"):
        answer = page.goto(f"{site}{address}")
        assert answer.status == 200
        assert page.locator("main h1").count() == 1, address
    context.close()
