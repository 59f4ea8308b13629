"""What axe finds on an open page (WCAG 2.2 A and AA), in light and dark, at three widths."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe

from tests.web.browser.conftest import WIDTHS

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


def barriers(page: Any, where: str) -> list[str]:
    """Each violation as a sentence; none is an empty list. The page keeps its content, its width and theme change."""
    found = []
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(SCRIPT)
    for theme, only in (("light", {"type": "tag", "values": TAGS}), ("dark", {"type": "rule", "values": OF_COLOUR})):
        page.emulate_media(color_scheme=theme)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            found += [f"{where} in {theme} at {width}: {one}" for one in page.evaluate(ASK, only)]
    return found
