"""When a desk is open: weekly hours, holidays, overrides and breaks in a named zone, and how they become UTC intervals.

The rules, each of which peers settle differently (docs/guide/business-time.md names the cases):

1. Open is what the wall clock of the zone shows on that date. An hour that a clock change skips is never open; an hour
   that it repeats is open twice.
2. A row `22:00-06:00` opens on its own day and runs into the next one. `24:00` is the end of the day; `23:59` is 23:59.
3. A holiday closes its local date: nothing opens on it, and a row of the day before stops at midnight.
4. An override replaces everything on its local date, a holiday and the tail of the day before included.
5. A break is cut out of its date, whatever opened it.
6. A version holds from its first date on; the first holds before that too. So a schedule edit never changes the past.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from difflib import get_close_matches
from functools import cache, cached_property
from typing import Any

from tallystick.vocabulary.errors import UsageError
from tallystick.vocabulary.hours_text import ALWAYS, Row, Rows, check_rows, parse_date, parse_dated_rows, parse_week
from tallystick.vocabulary.opening import DAY_S, OpenHours
from tallystick.vocabulary.public_holidays import Holidays
from tallystick.vocabulary.zones import day_number, first_instant, named_zone, stretches, zone_offsets


@dataclass(frozen=True)
class CalendarVersion:
    """The hours in force from `from_on` (None: always). `week` has seven rows of rows, Monday first."""

    week: tuple[Rows, ...]
    from_on: date | None = None
    holidays: Holidays = field(default_factory=Holidays)
    overrides: Mapping[date, Rows] = field(default_factory=dict)
    breaks: Mapping[date, Rows] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse a week that has not seven days, and rows that are empty, overlap or last over a day."""
        if len(self.week) != 7:
            raise UsageError("A week has seven days, Monday first.")
        for rows in (*self.week, *self.overrides.values(), *self.breaks.values()):
            check_rows(rows)


@dataclass(frozen=True)
class BusinessCalendar:
    """The opening hours of a desk in an IANA zone, as versions in order of their first dates."""

    zone: str
    versions: tuple[CalendarVersion, ...]

    def __post_init__(self) -> None:
        """Refuse an unknown zone, no version at all, and versions without order."""
        named_zone(self.zone)
        starts = [version.from_on or date.min for version in self.versions]
        if not starts:
            raise UsageError("A calendar needs at least one version.")
        if starts != sorted(set(starts)):
            raise UsageError("The versions of a calendar begin on different dates, the earliest first.")

    @classmethod
    def always(cls, zone: str = "UTC") -> BusinessCalendar:
        """Open day and night, on every date."""
        return cls(zone, (CalendarVersion(ALWAYS),))

    @classmethod
    def of(
        cls,
        zone: str,
        week: tuple[Rows, ...],
        *,
        holidays: Holidays | None = None,
        overrides: Mapping[date, Rows] | None = None,
        breaks: Mapping[date, Rows] | None = None,
    ) -> BusinessCalendar:
        """A calendar of one version."""
        return cls(zone, (CalendarVersion(week, None, holidays or Holidays(), overrides or {}, breaks or {}),))

    @classmethod
    def from_text(cls, text: Mapping[str, Any]) -> BusinessCalendar:
        """A calendar as a contract's text gives it; raises UsageError for the first mistake, UsageError.cure says how.

        Keys: zone; week ("always", or days -> rows); holidays {country, subdivision, own, yearly, except};
        overrides and breaks (date -> rows); versions (a list of the same keys with `from`, which take from the calendar
        what they do not say themselves).
        """
        known = {"zone", "week", "holidays", "overrides", "breaks", "versions", "title", "id"}
        _refuse_unknown(text, known, "a calendar")
        if "zone" not in text:
            raise UsageError("A calendar needs a zone.", "Write zone: Europe/Bucharest, for example.")
        parts = text.get("versions")
        if parts is None:
            return cls(str(text["zone"]), (_version(text),))
        shared = {key: text[key] for key in ("week", "holidays", "overrides", "breaks") if key in text}
        if not isinstance(parts, list | tuple) or not parts:
            raise UsageError("`versions` is a list of versions, each with `from` and `week`.")
        for part in parts:
            _refuse_unknown(part, {"from", "week", "holidays", "overrides", "breaks"}, "a calendar's version")
        return cls(str(text["zone"]), tuple(_version(shared | dict(part)) for part in parts))

    def edited(self, from_on: date, **changes: Any) -> BusinessCalendar:
        """This calendar with a version added from `from_on` on, the last one with `changes`; the past stays."""
        last = self.versions[-1]
        if last.from_on is not None and from_on <= last.from_on:
            raise UsageError(f"A new version begins after {last.from_on}, the first date of the last one.")
        return replace(self, versions=(*self.versions, replace(last, from_on=from_on, **changes)))

    def _index(self, on: date) -> int:
        later = self.versions[1:]
        return sum(1 for version in later if version.from_on is not None and version.from_on <= on)

    def in_force(self, on: date) -> CalendarVersion:
        """The version that holds on a local date."""
        return self.versions[self._index(on)]

    @cached_property
    def _holidays(self) -> Callable[[int, int], dict[date, str]]:
        """Holidays by (index of version, year), each looked up once."""
        return cache(lambda i, year: self.versions[i].holidays.named(date(year, 1, 1), date(year + 1, 1, 1)))

    def holiday_name(self, on: date) -> str | None:
        """The name of the holiday on a local date, None where it is none."""
        return self._holidays(self._index(on), on.year).get(on)

    def holiday_dates(self, from_on: date, until_on: date) -> dict[date, str]:
        """Every holiday in [from_on, until_on) with its name, under the version in force on it."""
        days = (from_on + timedelta(days=n) for n in range((until_on - from_on).days))
        return {on: name for on in days if (name := self.holiday_name(on)) is not None}

    def begun_on(self, on: date) -> Rows:
        """The rows that open on a local date: its override, or nothing on a holiday, or its weekday's."""
        version = self.in_force(on)
        if on in version.overrides:
            return version.overrides[on]
        if self.holiday_name(on) is not None:
            return ()
        return version.week[on.weekday()]

    def rows_on(self, on: date) -> Rows:
        """The open wall-clock times of a local date within 0..86,400, joined, in order, breaks cut out."""
        version = self.in_force(on)
        rows = [(start, min(stop, DAY_S)) for start, stop in self.begun_on(on)]
        if on not in version.overrides and self.holiday_name(on) is None:
            rows += [(0, stop - DAY_S) for _, stop in self.begun_on(on - timedelta(days=1)) if stop > DAY_S]
        return _without(_joined(rows), version.breaks.get(on, ()))

    def materialise(self, from_on: date, until_on: date) -> OpenHours:
        """The open UTC intervals of the local dates [from_on, until_on).

        Exact over clock changes by rule 1: within each stretch of one offset, local time is UTC plus that offset.
        Cost: some 10 microseconds a day.
        """
        if from_on >= until_on:
            raise UsageError(f"A calendar is materialised over at least one day, not from {from_on} to {until_on}.")
        zone = zone_offsets(self.zone, from_on, until_on)
        from_s, until_s = first_instant(zone, from_on), first_instant(zone, until_on)
        parts = stretches(zone)
        found: list[tuple[int, int]] = []
        # One day more on both sides, for zones whose clock goes back over midnight; the horizon clips it.
        for n in range(-1, (until_on - from_on).days + 1):
            on = from_on + timedelta(days=n)
            midnight = day_number(on) * DAY_S
            for start, stop in self.rows_on(on):
                for since, until, offset in parts:
                    low = max(midnight + start - offset, since, from_s)
                    high = min(midnight + stop - offset, until, until_s)
                    if low < high:
                        found.append((low, high))
        return OpenHours(self.zone, _joined(found), from_s, until_s)


def _joined(rows: Iterable[Row]) -> Rows:
    """The union, as sorted intervals that neither overlap nor touch."""
    found: list[Row] = []
    for start, stop in sorted(rows):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(stop, found[-1][1]))
        else:
            found.append((start, stop))
    return tuple(found)


def _without(rows: Rows, breaks: Rows) -> Rows:
    """The rows with the breaks cut out."""
    for start, stop in breaks:
        rows = tuple(
            part
            for low, high in rows
            for part in ((low, min(high, start)), (max(low, stop), high))
            if part[0] < part[1]
        )
    return rows


# ---- text --------------------------------------------------------------------------------------------------------


def _month_day(value: object) -> tuple[int, int]:
    match = re.fullmatch(r"(\d{2})-(\d{2})", str(value))
    try:
        found = date(2000, int(match[1]), int(match[2])) if match else None
    except ValueError:
        found = None
    if found is None:
        raise UsageError(f"{value!r} is not a day of the year.", 'Write "12-24", in quotes.')
    return (found.month, found.day)


def _refuse_unknown(text: object, known: set[str], what: str) -> None:
    if not isinstance(text, Mapping):
        raise UsageError(f"{text!r} is not {what}.")
    for key in text:
        if key not in known:
            near = get_close_matches(str(key), known, 1)
            hint = f"Did you mean {near[0]}?" if near else f"Known are {', '.join(sorted(known))}."
            raise UsageError(f"{what.capitalize()} has no {key!r}.", hint)


def _holidays_of(text: object) -> Holidays:
    if text is None:
        return Holidays()
    _refuse_unknown(text, {"country", "subdivision", "own", "yearly", "except"}, "a list of holidays")
    assert isinstance(text, Mapping)  # noqa: S101  (just refused otherwise)
    return Holidays(
        str(text.get("country") or ""),
        str(text.get("subdivision") or ""),
        frozenset(map(parse_date, text.get("own") or ())),
        frozenset(map(_month_day, text.get("yearly") or ())),
        frozenset(map(parse_date, text.get("except") or ())),
    )


def _version(text: Mapping[str, Any]) -> CalendarVersion:
    if "week" not in text:
        raise UsageError("A calendar needs a week.", 'Write week: {mon-fri: ["09:00-18:00"]}, or week: always.')
    return CalendarVersion(
        parse_week(text["week"]),
        parse_date(text["from"]) if text.get("from") is not None else None,
        _holidays_of(text.get("holidays")),
        parse_dated_rows(text.get("overrides"), "opening hours"),
        parse_dated_rows(text.get("breaks"), "breaks"),
    )
