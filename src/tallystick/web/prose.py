"""The plain-language rendering of a contract as HTML: headings, lists, strong words and code; every word is escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.utils.translation import gettext as _

from tallystick.reports.markup import Child, Markup, join, tag

_PARTS = re.compile(r"(\*\*[^*]+\*\*|`[^`]+`)")
_CLAUSE = re.compile(r"### ([A-Za-z0-9][A-Za-z0-9_.-]*)\b")


def prose(text: str, *, top: int) -> Markup:
    """Markdown-like text as HTML; its first level of headings becomes `top`. A clause's heading can be linked to."""
    made: list[Child] = []
    items: list[Child] = []
    for line in text.splitlines():
        bare = line.strip()
        if bare.startswith("- "):
            items.append(tag("li", _inline(bare[2:])))
            continue
        if items and bare and line.startswith("  "):
            items.append(tag("li", _inline(bare)))
            continue
        if items:
            made.append(tag("ul", items))
            items = []
        if bare.startswith("#"):
            depth = len(bare) - len(bare.lstrip("#"))
            clause = _CLAUSE.match(bare)
            address = f"clause-{clause.group(1)}" if clause else None
            made.append(tag(f"h{min(6, top + depth - 1)}", _inline(bare[depth:].strip()), id=address))
        elif bare:
            made.append(tag("p", _inline(bare)))
    if items:
        made.append(tag("ul", items))
    return tag("div", made, class_="prose")


def _inline(words: str) -> Markup:
    return join([_part(part) for part in _PARTS.split(words)])


def _part(part: str) -> Child:
    if part.startswith("**") and part.endswith("**") and len(part) > 4:
        return tag("strong", part[2:-2])
    if part.startswith("`") and part.endswith("`") and len(part) > 2:
        return tag("code", part[1:-1])
    return part


def difference(lines: Iterable[tuple[str, str]]) -> Markup:
    """Lines that went (`-`), came (`+`) and stayed (` `); a word says which, so that colour is not needed."""
    words = {"-": _("went: "), "+": _("came: "), " ": ""}
    classes = {"-": "gone", "+": "added", " ": "same"}
    return tag(
        "ul",
        [
            tag(
                "li",
                tag("span", words[sign], class_="unseen") if words[sign] else None,
                _inline(line),
                class_=classes[sign],
            )
            for sign, line in lines
        ],
        class_="difference",
    )
