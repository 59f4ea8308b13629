"""Which dates are holidays: a country's or subdivision's own list, days of one's own, and exceptions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cache

from tallystick.vocabulary.errors import UsageError


@dataclass(frozen=True)
class Holidays:
    """Which local dates are holidays: those of a country or subdivision, plus own ones, less exceptions.

    `country` and `subdivision` are codes of ISO 3166 as the package `holidays` knows them (public holidays, with the
    substitute days that law gives for weekends). `yearly` are (month, day) pairs. `exceptions` are dates on which work
    goes on as usual.
    """

    country: str = ""
    subdivision: str = ""
    own: frozenset[date] = frozenset()
    yearly: frozenset[tuple[int, int]] = frozenset()
    exceptions: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        """Refuse a country or subdivision that the package does not know."""
        if self.subdivision and not self.country:
            raise UsageError(f"The subdivision {self.subdivision!r} needs its country.")
        if self.country:
            known = _countries()
            if self.country not in known:
                near = get_close_matches(self.country.upper(), known, 3, 0.3)
                raise UsageError(
                    f"No holidays are known for the country {self.country!r}.",
                    f"Did you mean {', '.join(near)}?" if near else "Use a code of ISO 3166 such as RO.",
                )
            if self.subdivision and self.subdivision not in known[self.country]:
                raise UsageError(
                    f"No holidays are known for {self.subdivision!r} in {self.country}.",
                    f"Known are: {', '.join(known[self.country]) or 'none'}.",
                )

    def named(self, from_on: date, until_on: date) -> dict[date, str]:
        """The holidays in [from_on, until_on) with their names, in order: what a contract's lock writes down."""
        years = range(from_on.year, until_on.year + 1)
        found = dict.fromkeys(self.own, "own holiday")
        for year in years:
            for month, day in self.yearly:
                if (month, day) != (2, 29) or _is_leap(year):
                    found.setdefault(date(year, month, day), "own holiday")
        if self.country:
            found.update(_public_holidays(self.country, self.subdivision, years))
        return {on: found[on] for on in sorted(found) if from_on <= on < until_on and on not in self.exceptions}


def _public_holidays(country: str, subdivision: str, years: range) -> dict[date, str]:
    """Dates and names by the package `holidays`; names in English where it has them, whatever the machine's locale."""
    import holidays

    kind = type(holidays.country_holidays(country))
    language = "en_US" if "en_US" in kind.supported_languages else kind.default_language
    return dict(holidays.country_holidays(country, subdiv=subdivision or None, years=years, language=language))


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


@cache
def _countries() -> dict[str, list[str]]:
    import holidays

    known: dict[str, list[str]] = holidays.list_supported_countries(include_aliases=True)
    return known
