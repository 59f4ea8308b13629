"""Names of languages and countries for people who read a contract; a code that is not known stays as it is."""

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


def country_name(code: str) -> str:
    """Romania for `RO`."""
    return str(_english().territories.get(code.upper(), code))
