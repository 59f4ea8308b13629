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
from datetime import UTC, date, datetime, timedelta
from difflib import get_close_matches
from functools import cache, cached_property
from importlib import import_module, resources
from typing import Any
from zoneinfo import ZoneInfo

from tallystick.vocabulary.errors import UsageError
from tallystick.vocabulary.opening import DAY_S, OpenHours, ZoneOffsets

# Local wall clock: seconds since the midnight that begins the day; `stop` goes beyond 86,400 for an overnight row.
Row = tuple[int, int]
Rows = tuple[Row, ...]

DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ALWAYS: tuple[Rows, ...] = (((0, DAY_S),),) * 7
NEVER_OPEN: tuple[Rows, ...] = ((),) * 7

EPOCH = date(1970, 1, 1)
_ROW = re.compile(r"\s*(\d{1,2}):(\d{2})(?::(\d{2}))?\s*(?:-|\u2013|to)\s*(\d{1,2}):(\d{2})(?::(\d{2}))?\s*")


# ---- zones -------------------------------------------------------------------------------------------------------


def zone_database() -> str:
    """The version of the zone rules in use ("2026b"): that of the package `tzdata`, never of the machine."""
    return str(import_module("tzdata").IANA_VERSION)


@cache
def named_zone(name: str) -> ZoneInfo:
    """The zone of an IANA name; raises UsageError, with names that look alike, where there is none."""
    rules = resources.files("tzdata")
    known = rules.joinpath("zones").read_text().split()
    if name not in known:
        near = get_close_matches(name, known, 3)
        raise UsageError(
            f"There is no time zone named {name!r}.",
            f"Did you mean {', '.join(near)}?" if near else "Use an IANA name such as Europe/Bucharest.",
        )
    with rules.joinpath("zoneinfo", *name.split("/")).open("rb") as file:
        return ZoneInfo.from_file(file, key=name)


def day_number(on: date) -> int:
    """Days since 1970-01-01."""
    return (on - EPOCH).days


def date_of(day: int) -> date:
    """The date of a number of days since 1970-01-01."""
    return EPOCH + timedelta(days=day)


@cache
def zone_offsets(zone: str, from_on: date, until_on: date) -> ZoneOffsets:
    """The offsets of `zone` from two days before `from_on` to two days after `until_on`, exact to the second.

    zoneinfo tells an offset at an instant but not when it changes, so each half day is probed and a change bisected.
    """
    info = named_zone(zone)

    def offset(second: int) -> int:
        found = datetime.fromtimestamp(second, info).utcoffset()
        assert found is not None  # noqa: S101  (a zone always has an offset; this tells the type checker)
        return found.days * DAY_S + found.seconds

    at, end = (day_number(from_on) - 2) * DAY_S, (day_number(until_on) + 2) * DAY_S
    before = offset(at)
    transitions = [(at, before)]
    while at < end:
        after = offset(at + DAY_S // 2)
        if after != before:
            low, high = at, at + DAY_S // 2
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if offset(middle) == before else (low, middle)
            transitions.append((high, offset(high)))
            before = after
        at += DAY_S // 2
    return ZoneOffsets(zone, tuple(transitions))


def _segments(zone: ZoneOffsets) -> list[tuple[int, int, int]]:
    """(from, until, offset) for each stretch of one offset, the first and last without end."""
    starts = [at for at, _ in zone.transitions]
    edges = [-(1 << 62), *starts[1:], 1 << 62]
    return [(edges[i], edges[i + 1], offset) for i, (_, offset) in enumerate(zone.transitions)]


def first_instant(zone: ZoneOffsets, on: date) -> int:
    """The first UTC second at which the local date of `zone` is `on` or later: where a day, and a period, begins.

    Where midnight itself is skipped by a clock change, the day begins with the change.
    """
    midnight = day_number(on) * DAY_S
    return min(
        max(start, midnight - offset) for start, stop, offset in _segments(zone) if max(start, midnight - offset) < stop
    )


# ---- holidays ----------------------------------------------------------------------------------------------------


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


# ---- the calendar ------------------------------------------------------------------------------------------------


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
            _check_rows(rows)


def _check_rows(rows: Rows) -> None:
    for start, stop in rows:
        if not (0 <= start < DAY_S and start < stop <= start + DAY_S):
            raise UsageError(f"The hours {row_text((start, stop))} are empty or longer than a day.")
    for (_, stop), (start, _) in zip(sorted(rows), sorted(rows)[1:], strict=False):
        if start < stop:
            raise UsageError(f"Two rows of one day overlap at {row_text((start, stop))[:5]}.", "Join them into one.")


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
        segments = _segments(zone)
        found: list[tuple[int, int]] = []
        # One day more on both sides, for zones whose clock goes back over midnight; the horizon clips it.
        for n in range(-1, (until_on - from_on).days + 1):
            on = from_on + timedelta(days=n)
            midnight = day_number(on) * DAY_S
            for start, stop in self.rows_on(on):
                for since, until, offset in segments:
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


def row_text(row: Row) -> str:
    """`09:00-18:00`, with seconds only where there are some."""
    start, stop = row
    return f"{_clock(start)}-{_clock(stop if stop <= DAY_S else stop - DAY_S)}"


def _clock(second: int) -> str:
    minutes, seconds = divmod(second, 60)
    text = f"{minutes // 60:02}:{minutes % 60:02}"
    return f"{text}:{seconds:02}" if seconds else text


def parse_row(text: object) -> Row:
    """`09:00-18:00`, `22:00-06:00` (into the next day), `00:00-24:00`; raises UsageError."""
    match = _ROW.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise UsageError(f"{text!r} is not a row of opening hours.", 'Write "09:00-18:00", in quotes.')
    hours, minutes, seconds, to_hours, to_minutes, to_seconds = (int(part or 0) for part in match.groups())
    start = hours * 3600 + minutes * 60 + seconds
    stop = to_hours * 3600 + to_minutes * 60 + to_seconds
    if max(minutes, seconds, to_minutes, to_seconds) > 59 or start >= DAY_S or stop > DAY_S:
        raise UsageError(f"{text!r} holds a time that no clock shows.", "Times go from 00:00 to 24:00.")
    if start == stop:
        raise UsageError(f"{text!r} is empty.", "Write 00:00-24:00 for a whole day, or [] for a closed one.")
    return (start, stop if stop > start else stop + DAY_S)


def parse_rows(texts: object) -> Rows:
    """A list of rows in order; `always` and `closed` are words for a whole day and none."""
    if texts is None or texts == "closed":
        return ()
    if texts == "always":
        return ((0, DAY_S),)
    if isinstance(texts, str):
        texts = texts.split(",")
    if not isinstance(texts, list | tuple):
        raise UsageError(f"{texts!r} is not a list of opening hours.", 'Write ["09:00-12:00", "13:00-18:00"].')
    rows = tuple(sorted(parse_row(text) for text in texts))
    _check_rows(rows)
    return rows


def parse_week(text: object) -> tuple[Rows, ...]:
    """`always`, or a mapping from days (`mon`, `mon-fri`, `sat,sun`, `daily`) to rows; a day not named is closed."""
    if text == "always":
        return ALWAYS
    if not isinstance(text, Mapping):
        raise UsageError(f"{text!r} is not a week.", 'Write {mon-fri: ["09:00-18:00"]}, or always.')
    week: dict[int, Rows] = {}
    for names, texts in text.items():
        for day in _days(str(names)):
            if day in week:
                raise UsageError(f"The week names {DAY_NAMES[day]} twice.", "Give each day its rows once.")
            week[day] = parse_rows(texts)
    return tuple(week.get(day, ()) for day in range(7))


def _days(names: str) -> list[int]:
    days: list[int] = []
    for part in names.lower().replace(" ", "").split(","):
        if part in ("daily", "all", "mon-sun"):
            days += range(7)
            continue
        ends = [DAY_NAMES.index(name[:3]) if _is_day(name) else -1 for name in part.replace("\u2013", "-").split("-")]
        if -1 in ends or len(ends) > 2:
            raise UsageError(f"{names!r} names no days of the week.", "Write mon, mon-fri or sat,sun.")
        first, last = ends[0], ends[-1]
        days += [day % 7 for day in range(first, last + 1 if last >= first else last + 8)]
    return days


def _is_day(name: str) -> bool:
    full = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    return len(name) >= 3 and any(day.startswith(name) for day in full)


def _date(value: object) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise UsageError(f"{value!r} is not a date.", "Write dates as 2025-12-31.") from None


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
        frozenset(map(_date, text.get("own") or ())),
        frozenset(map(_month_day, text.get("yearly") or ())),
        frozenset(map(_date, text.get("except") or ())),
    )


def _dated_rows(text: object, what: str) -> dict[date, Rows]:
    if text is None:
        return {}
    if not isinstance(text, Mapping):
        raise UsageError(f"{text!r} is not a mapping of dates to {what}.", 'Write {2025-12-31: ["09:00-13:00"]}.')
    return {_date(on): parse_rows(rows) for on, rows in text.items()}


def _version(text: Mapping[str, Any]) -> CalendarVersion:
    if "week" not in text:
        raise UsageError("A calendar needs a week.", 'Write week: {mon-fri: ["09:00-18:00"]}, or week: always.')
    return CalendarVersion(
        parse_week(text["week"]),
        _date(text["from"]) if text.get("from") is not None else None,
        _holidays_of(text.get("holidays")),
        _dated_rows(text.get("overrides"), "opening hours"),
        _dated_rows(text.get("breaks"), "breaks"),
    )


def utc_seconds(instant: datetime) -> int:
    """The UTC second of an aware instant, fractions cut off; raises UsageError for a naive one."""
    if instant.tzinfo is None:
        raise UsageError(f"{instant} names no zone.", "Give instants with their zone or offset.")
    moved = instant.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    return moved.days * DAY_S + moved.seconds
