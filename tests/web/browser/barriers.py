"""What axe finds on an open page (WCAG 2.2 A and AA), in light and dark, at three widths or at those asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from axe_playwright_python.sync_playwright import Axe

from tests.web.browser.conftest import WIDTHS, sign_in_at

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# The two themes differ in nothing but their colours (test_access holds the style sheets to it), so
# what is not about colour is asked once a width.
OF_COLOUR = ["color-contrast", "link-in-text-block"]
ASK = """async (only) => {
    const found = await axe.run({runOnly: only, resultTypes: ["violations"]});
    if (!found.passes.length && !found.violations.length) throw new Error("no rule looked at anything");
    return found.violations.map(one => `${one.id}: ${one.nodes.map(node => node.html).join(" | ").slice(0, 300)}`);
}"""
SCRIPT: str = Axe().axe_script


EVERY = tuple((theme, width) for theme in ("light", "dark") for width in WIDTHS)
# Each theme once, and the widths that lay a page out most differently.
SOME = (("light", 1280), ("dark", 390))


def walked(browser: Any, site: str, who: str, addresses: Sequence[str]) -> list[str]:
    """What axe finds on some pages that somebody reads, each in `SOME` looks, and which scroll sideways on a phone."""
    context = browser.new_context(bypass_csp=True)
    page = context.new_page()
    sign_in_at(page, site, who)
    found = []
    for address in addresses:
        assert page.goto(f"{site}{address}").status == 200, address
        found += barriers(page, address, SOME)  # the last of them is a phone
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth + 1"):
            found.append(f"{address} scrolls sideways on a phone")
    context.close()
    return found


def barriers(page: Any, where: str, looks: Sequence[tuple[str, int]] = EVERY) -> list[str]:
    """Each violation as a sentence; none is an empty list. The page keeps its content, its width and theme change."""
    found = []
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(SCRIPT)
    light = {width for theme, width in looks if theme == "light"}
    for theme, width in looks:
        of_colour = theme == "dark" and width in light
        only = {"type": "rule", "values": OF_COLOUR} if of_colour else {"type": "tag", "values": TAGS}
        page.emulate_media(color_scheme=theme)
        page.set_viewport_size({"width": width, "height": 900})
        found += [f"{where} in {theme} at {width}: {one}" for one in page.evaluate(ASK, only)]
    return found
