"""Names and words for people who read a contract; a code of a language or country that is not known stays as it is."""

from __future__ import annotations

from functools import cache
from typing import Any


@cache
def _english() -> Any:
    from babel import Locale

    return Locale("en")


def language_name(code: str) -> str:
    """German for `de`."""
    return str(_english().languages.get(code.replace("-", "_"), code))


def with_article(words: str) -> str:
    """An interval, an hour, a unit: words with the article that their sound asks for."""
    return f"{'an' if words.lower().startswith(('a', 'e', 'i', 'o', 'hour')) else 'a'} {words}"


def country_name(code: str) -> str:
    """Romania for `RO`."""
    return str(_english().territories.get(code.upper(), code))
