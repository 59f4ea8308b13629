"""Units of UN/ECE Recommendation 20, as invoices write them, in the units that a rate card charges."""

from __future__ import annotations

from fractions import Fraction

# How many of a charge's units one of the invoice's is, by the charge's word and the code; other pairs do not compare.
_TIME = {"SEC": 1, "MIN": 60, "HUR": 3600}
# What tables write for them.
_TIME |= dict.fromkeys(("S", "SECOND", "SECONDS"), 1) | dict.fromkeys(("MINUTE", "MINUTES"), 60)
_TIME |= dict.fromkeys(("H", "HOUR", "HOURS"), 3600)
_PIECES = frozenset({"", "C62", "H87", "EA", "NAR", "E48", "XPP", "IE", "E51"})
_SECONDS = {"minute": 60, "hour": 3600}
_MONTHS = frozenset({"MON", "ANN"})


def factor(unit: str, word: str, currency: str) -> Fraction | None:
    """How many units of a charge one billed unit is; None where the two do not compare.

    `word` is the charge's unit (hour, minute, contact, FTE, month, a currency), `unit` the invoice's code or word.
    """
    code = unit.strip().upper()
    if word in _SECONDS:
        if code in _TIME:
            return Fraction(_TIME[code], _SECONDS[word])
        return Fraction(1) if code in _PIECES else None
    if code in _TIME:
        return None
    if word == currency:
        return Fraction(1) if code in _PIECES | {currency} else None
    if code in _PIECES or code.casefold() in (word.casefold(), f"{word}s".casefold()):
        return Fraction(1)
    if code in _MONTHS:
        return Fraction(1) if code == "MON" and word in ("FTE", "month") else None
    return None
