"""A language that nobody speaks: every text that goes through gettext comes back with accents and about 30 % longer.

It takes the place of English in one process, so no catalogue has to be kept. A text stands between ⟦ and ⟧; what is put
into it stands between two characters that cannot be seen. So a test tells by structure what was translated and what is
data: `untranslated` gives the words of a page outside both and outside elements marked `translate="no"`.

`python -m tests.web.pseudo HOME HOST PORT` serves a control room in it, to be looked at.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

OPEN, CLOSE = "\u27e6", "\u27e7"
DATA, END = "\u2068", "\u2069"
LONGER = 1.3
_ACCENTS = str.maketrans(
    "AEIOUYaeiouyCcDdGgLlNnRrSsTtZz",
    "\u00c5\u00cb\u00ce\u00d6\u00db\u0176\u00e5\u00eb\u00ee\u00f6\u00fb\u0177\u0106\u0107\u010e\u010f\u011e\u011f"
    "\u013d\u013e\u0143\u0144\u0158\u0159\u0160\u0161\u0164\u0165\u017d\u017e",
)
# Placeholders, tags and entities stay as they are.
_KEPT = re.compile(r"(%\([^)]+\)[a-z]|%%|%[sd]|\{[^{}]*\}|<[^<>]+>|&\w+;)")
_PLACEHOLDER = re.compile(r"%\([^)]+\)[a-z]|%[sd]|\{[^{}]*\}")
_VOWELS = re.compile(r"[AEIOUaeiou]")


def pseudo(message: str) -> str:
    """A text in the language that nobody speaks; nothing stays nothing."""
    text = message.rpartition("\x04")[2]
    if not text.strip():
        return text
    parts = _KEPT.split(text)
    letters = sum(len(part) for part in parts[::2])
    wanted = [int(letters * (LONGER - 1)) + 1]
    said = [_kept(part) if place % 2 else _longer(part, wanted) for place, part in enumerate(parts)]
    return f"{OPEN}{''.join(said)}{CLOSE}"


def _kept(part: str) -> str:
    return f"{DATA}{part}{END}" if _PLACEHOLDER.fullmatch(part) else part


def _longer(part: str, wanted: list[int]) -> str:
    """The part with accents, its vowels doubled while the whole text is to grow."""

    def doubled(found: re.Match[str]) -> str:
        if wanted[0] <= 0:
            return found[0]
        wanted[0] -= 1
        return found[0] + found[0].lower()

    return _VOWELS.sub(doubled, part).translate(_ACCENTS)


class Pseudo:
    """A catalogue as Django asks one."""

    def gettext(self, message: str) -> str:
        """One text."""
        return pseudo(message)

    def ngettext(self, one: str, many: str, number: Any) -> str:
        """One text for a number of things."""
        return pseudo(one if number == 1 else many)

    def to_language(self) -> str:
        """Its own code, so that no answer kept in English is taken for one of it; formats stay those of English."""
        return "en-xa"


@contextmanager
def spoken() -> Iterator[None]:
    """Everything that is translated inside is said in the language that nobody speaks."""
    from django.utils import translation
    from django.utils.translation import trans_real

    before = trans_real._translations
    default = trans_real._default
    made: Any = Pseudo()
    trans_real._translations = {"en": made, "en-us": made, "en-gb": made}
    trans_real._default = made
    try:
        with translation.override("en"):
            yield
    finally:
        trans_real._translations, trans_real._default = before, default


# ---- what a reader sees ----------------------------------------------------------------------------------------------

_NO_WORDS = {"script", "style", "code", "kbd", "pre", "samp"}
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_SHOWN = {"title", "aria-label", "aria-description", "placeholder", "alt", "data-label", "label"}
_BUTTONS = {"submit", "button", "reset"}
_WORD = re.compile(r"[^\W\d_]{2,}")


class _Split:
    """Letters as they come, told apart: outside of what is translated, put into it, or translated."""

    def __init__(self) -> None:
        self.stack: list[str] = []

    def take(self, text: str) -> tuple[str, str]:
        """(outside, put in) of a piece; a bar stands where something was taken out."""
        raw, data = list[str](), list[str]()
        for one in text:
            if one in (OPEN, DATA):
                self.stack.append(one)
            elif one in (CLOSE, END):
                if self.stack:
                    self.stack.pop()
                (data if self.stack else raw).append("|")
            elif not self.stack:
                raw.append(one)
            elif self.stack[-1] == DATA:
                data.append(one)
        return "".join(raw), "".join(data)


class _Reader(HTMLParser):
    """The texts of a page that are neither data nor code, with where they stand.

    A translated text may hold tags, so it is followed from one piece to the next.
    """

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[tuple[str, bool]] = []
        self.split = _Split()
        self.outside: list[tuple[str, str]] = []
        self.put_in: list[tuple[str, str]] = []

    @property
    def silent(self) -> bool:
        """Whether what stands here is data or code."""
        return bool(self.open) and self.open[-1][1]

    @property
    def path(self) -> str:
        """Where it stands."""
        return " ".join(tag for tag, _ in self.open[-4:])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        around = self.silent
        silent = around or tag in _NO_WORDS
        if "translate" in given:
            silent = given["translate"] == "no"
        shown = (
            _SHOWN
            | {name for name in given if name.startswith("data-word-")}
            | ({"value"} if tag == "input" and given.get("type") in _BUTTONS else set())
        )
        # A heading over data is a word of the page all the same.
        for name in (shown - ({"data-label"} if "data-label-as-is" in given else set())) & set(given):
            if not (around if name == "data-label" else silent):
                self.keep(f"{self.path} {tag}@{name}", _Split().take(given[name] or ""))
        if tag not in _VOID:
            self.open.append((tag, silent))

    def handle_endtag(self, tag: str) -> None:
        for place in range(len(self.open) - 1, -1, -1):
            if self.open[place][0] == tag:
                del self.open[place:]
                break

    def handle_data(self, data: str) -> None:
        found = self.split.take(data)
        if not self.silent:
            self.keep(self.path, found)

    def keep(self, where: str, found: tuple[str, str]) -> None:
        """Keep what holds a word."""
        for listed, text in zip((self.outside, self.put_in), found, strict=True):
            if _WORD.search(text):
                listed.append((where, text.strip()))


def read(html: str) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """(where, words) of what is not translated, and of what was put into translated texts."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.outside, reader.put_in


def untranslated(text: str) -> list[tuple[str, str]]:
    """(where, words) of what a reader sees outside of translated texts and of what is marked as data."""
    return read(text)[0]


if __name__ == "__main__":
    from tallystick.web import server

    root, host, port = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    server.set_up(root)
    with spoken():
        server.serve(root, host, port)
