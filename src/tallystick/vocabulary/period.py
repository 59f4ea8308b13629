"""Periods: half-open stretches of local dates in a named zone, by month, quarter, week, day, span, rolling or fiscal.

A label is what a person writes and what a verdict's name carries; `Period.parse(period.label, ...)` gives the period
back. `end_on` is the first date that no longer belongs to it.

    2026-03              month                      2026-Q1       quarter           2026           year
    2026-W10             ISO week, Monday first     2026-03-14    day
    2026-03-05..2026-03-20     span, both dates included
    28d to 2026-03-14          rolling: the 28 days that end with that date
    3m to 2026-03              rolling: the 3 months that end with that month
    FY2026, FY2026-Q1, FY2026-P03, FY2026-W07      year, quarter, period, week of a fiscal calendar
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Final

from tallystick.vocabulary.errors import UsageError
from tallystick.vocabulary.zones import first_instant, zone_offsets

KINDS: Final = (
    "day",
    "week",
    "month",
    "quarter",
    "year",
    "span",
    "rolling days",
    "rolling months",
    "fiscal week",
    "fiscal period",
    "fiscal quarter",
    "fiscal year",
)

# Weeks of the three periods of each fiscal quarter; a 53rd week goes to the last period of the year.
WEEK_PATTERNS: Final = {"4-4-5": (4, 4, 5), "4-5-4": (4, 5, 4), "5-4-4": (5, 4, 4)}


@dataclass(frozen=True)
class FiscalCalendar:
    """How a company cuts its year.

    `start_month` is the month in which a fiscal year nominally begins. `pattern` is `months` (calendar months) or one
    of 4-4-5, 4-5-4, 5-4-4 (weeks); then the year begins on the `first_weekday` (0 is Monday) that is `nearest` to the
    first of the start month, or the `last` one at or before it, and has 52 or 53 weeks. A year that spans two calendar
    years is named after the one in which it nominally `end`s or `start`s.
    """

    start_month: int = 1
    pattern: str = "months"
    first_weekday: int = 0
    anchor: str = "nearest"
    named_for: str = "end"

    def __post_init__(self) -> None:
        """Refuse what is no month, pattern, weekday, anchor or name."""
        allowed: tuple[tuple[str, object, tuple[object, ...]], ...] = (
            ("start_month", self.start_month, tuple(range(1, 13))),
            ("pattern", self.pattern, ("months", *WEEK_PATTERNS)),
            ("first_weekday", self.first_weekday, tuple(range(7))),
            ("anchor", self.anchor, ("nearest", "last")),
            ("named_for", self.named_for, ("end", "start")),
        )
        for name, value, known in allowed:
            if value not in known:
                raise UsageError(
                    f"A fiscal calendar's {name} is not {value!r}.", f"Use one of {', '.join(map(str, known))}."
                )

    def year_start(self, year: int) -> date:
        """The first date of a fiscal year."""
        shift = 1 if self.named_for == "end" and self.start_month > 1 else 0
        nominal = date(year - shift, self.start_month, 1)
        if self.pattern == "months":
            return nominal
        back = (nominal.weekday() - self.first_weekday) % 7
        return nominal + timedelta(days=7 - back if self.anchor == "nearest" and back > 3 else -back)

    def period_starts(self, year: int) -> list[date]:
        """The first dates of the twelve periods of a fiscal year, and of the year after it."""
        start, following = self.year_start(year), self.year_start(year + 1)
        if self.pattern == "months":
            return [_add_months(start, n) for n in range(13)]
        starts = [start]
        for weeks in WEEK_PATTERNS[self.pattern] * 4:
            starts.append(starts[-1] + timedelta(weeks=weeks))
        starts[-1] = following
        return starts

    def year_of(self, on: date) -> int:
        """The fiscal year to which a date belongs."""
        return next(year for year in (on.year + 1, on.year, on.year - 1) if self.year_start(year) <= on)


@dataclass(frozen=True)
class Period:
    """The local dates [start_on, end_on) of a zone; as instants [start_s, end_s), in UTC seconds.

    `start_s` is the first instant whose local date is `start_on` or later, so periods that follow one another leave no
    gap and share no instant, whatever the clock does at midnight.
    """

    kind: str
    label: str
    zone: str
    start_on: date
    end_on: date

    def __post_init__(self) -> None:
        """Refuse an unknown kind and a period without a day."""
        if self.kind not in KINDS:
            raise UsageError(f"There is no kind of period named {self.kind!r}.", f"Known are {', '.join(KINDS)}.")
        if self.start_on >= self.end_on:
            raise UsageError(f"The period {self.label} ends before it begins.")

    def __str__(self) -> str:
        return self.label

    @cached_property
    def start_s(self) -> int:
        """The UTC second at which the period begins."""
        return first_instant(zone_offsets(self.zone, self.start_on, self.start_on), self.start_on)

    @cached_property
    def end_s(self) -> int:
        """The UTC second at which the period is over; it belongs to the next one."""
        return first_instant(zone_offsets(self.zone, self.end_on, self.end_on), self.end_on)

    @property
    def days(self) -> int:
        """How many local dates it has (a skipped date counts)."""
        return (self.end_on - self.start_on).days

    @property
    def last_on(self) -> date:
        """Its last date, as a contract's text writes the end of a term."""
        return self.end_on - timedelta(days=1)

    def contains(self, instant: int) -> bool:
        """Whether a UTC second lies in it."""
        return self.start_s <= instant < self.end_s

    def contains_date(self, on: date) -> bool:
        """Whether a local date lies in it."""
        return self.start_on <= on < self.end_on

    @classmethod
    def parse(cls, text: str, zone: str, fiscal: FiscalCalendar | None = None) -> Period:
        """The period of a label (the forms stand above); raises UsageError with the forms for anything else."""
        for pattern, make in _FORMS:
            if match := pattern.fullmatch(text.strip()):
                try:
                    return make(match, zone, fiscal)
                except (ValueError, OverflowError):
                    told = f"{text!r} names a date that does not exist."
                    raise UsageError(
                        told, "Name one that the calendar has, such as 2026-03, 2026-W10 or 2026-03-14."
                    ) from None
        raise UsageError(
            f"{text!r} is not a period.",
            "Write 2026-03, 2026-Q1, 2026-W10, 2026-03-14, 2026, 2026-03-05..2026-03-20, 28d to 2026-03-14 or FY2026.",
        )

    @classmethod
    def containing(cls, kind: str, on: date, zone: str, fiscal: FiscalCalendar | None = None) -> Period:
        """The day, week, month, quarter, year or fiscal part that contains a local date."""
        if kind.startswith("fiscal "):
            return _fiscal_containing(kind, on, zone, _required(fiscal))
        if kind not in ("day", "week", "month", "quarter", "year"):
            raise UsageError(f"No {kind!r} contains a date.", "Use day, week, month, quarter, year or a fiscal part.")
        iso = on.isocalendar()
        label = {
            "day": on.isoformat(),
            "week": f"{iso.year:04}-W{iso.week:02}",
            "month": f"{on.year:04}-{on.month:02}",
            "quarter": f"{on.year:04}-Q{(on.month + 2) // 3}",
            "year": f"{on.year:04}",
        }[kind]
        return cls.parse(label, zone)

    @classmethod
    def rolling_days(cls, days: int, last_on: date, zone: str) -> Period:
        """The `days` dates that end with `last_on`."""
        return cls.parse(f"{days}d to {last_on}", zone)

    @classmethod
    def rolling_months(cls, months: int, last_on: date, zone: str) -> Period:
        """The `months` calendar months that end with the month of `last_on`."""
        return cls.parse(f"{months}m to {last_on.year:04}-{last_on.month:02}", zone)

    def following(self, fiscal: FiscalCalendar | None = None) -> Period:
        """The next period of the same kind; a span and rolling days move by their length, rolling months by a month."""
        return self._moved(self.end_on, 1, fiscal)

    def preceding(self, fiscal: FiscalCalendar | None = None) -> Period:
        """The period of the same kind before this one."""
        return self._moved(self.start_on - timedelta(days=1), -1, fiscal)

    def _moved(self, on: date, sign: int, fiscal: FiscalCalendar | None) -> Period:
        if self.kind == "span":
            return _span(
                self.start_on + timedelta(sign * self.days), self.end_on + timedelta(sign * self.days), self.zone
            )
        if self.kind == "rolling days":
            return Period.rolling_days(self.days, self.last_on + timedelta(days=sign * self.days), self.zone)
        if self.kind == "rolling months":
            months = (self.end_on.year - self.start_on.year) * 12 + self.end_on.month - self.start_on.month
            return Period.rolling_months(months, _add_months(self.last_on.replace(day=1), sign), self.zone)
        return Period.containing(self.kind, on, self.zone, fiscal)


def periods_within(
    kind: str, from_on: date, until_on: date, zone: str, fiscal: FiscalCalendar | None = None
) -> Iterator[Period]:
    """The periods of a kind that share a date with [from_on, until_on), in order, whole."""
    period = Period.containing(kind, from_on, zone, fiscal)
    while period.start_on < until_on:
        yield period
        period = period.following(fiscal)


def _add_months(on: date, months: int) -> date:
    """The first of a month, some months later or earlier."""
    number = on.year * 12 + on.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def _required(fiscal: FiscalCalendar | None) -> FiscalCalendar:
    if fiscal is None:
        raise UsageError("A fiscal period needs the contract's fiscal calendar.", "Say how the fiscal year is cut.")
    return fiscal


def _span(start_on: date, end_on: date, zone: str) -> Period:
    return Period("span", f"{start_on}..{end_on - timedelta(days=1)}", zone, start_on, end_on)


def _fiscal_containing(kind: str, on: date, zone: str, fiscal: FiscalCalendar) -> Period:
    year = fiscal.year_of(on)
    starts = fiscal.period_starts(year)
    index = sum(1 for start in starts[1:] if start <= on)
    part = {
        "fiscal year": "",
        "fiscal quarter": f"-Q{index // 3 + 1}",
        "fiscal period": f"-P{index + 1:02}",
        "fiscal week": f"-W{(on - starts[0]).days // 7 + 1:02}",
    }.get(kind)
    if part is None:
        raise UsageError(f"There is no kind of period named {kind!r}.", f"Known are {', '.join(KINDS)}.")
    return Period.parse(f"FY{year:04}{part}", zone, fiscal)


# ---- one maker for each form -------------------------------------------------------------------------------------

_Maker = Callable[["re.Match[str]", str, FiscalCalendar | None], Period]


def _year(match: re.Match[str], zone: str, _: FiscalCalendar | None) -> Period:
    year = int(match[1])
    return Period("year", match[0], zone, date(year, 1, 1), date(year + 1, 1, 1))


def _quarter(match: re.Match[str], zone: str, _: FiscalCalendar | None) -> Period:
    start = date(int(match[1]), 3 * int(match[2]) - 2, 1)
    return Period("quarter", match[0], zone, start, _add_months(start, 3))


def _month(match: re.Match[str], zone: str, _: FiscalCalendar | None) -> Period:
    start = date(int(match[1]), int(match[2]), 1)
    return Period("month", match[0], zone, start, _add_months(start, 1))


def _week(match: re.Match[str], zone: str, _: FiscalCalendar | None) -> Period:
    start = date.fromisocalendar(int(match[1]), int(match[2]), 1)
    return Period("week", match[0], zone, start, start + timedelta(weeks=1))


def _day(match: re.Match[str], zone: str, _: FiscalCalendar | None) -> Period:
    start = date.fromisoformat(match[0])
    return Period("day", match[0], zone, start, start + timedelta(days=1))


def _dates(match: re.Match[str], zone: str, _: FiscalCalendar | None) -> Period:
    return _span(date.fromisoformat(match[1]), date.fromisoformat(match[2]) + timedelta(days=1), zone)


def _rolling_days(match: re.Match[str], zone: str, _: FiscalCalendar | None) -> Period:
    end = date.fromisoformat(match[2]) + timedelta(days=1)
    return Period("rolling days", f"{int(match[1])}d to {match[2]}", zone, end - timedelta(days=int(match[1])), end)


def _rolling_months(match: re.Match[str], zone: str, _: FiscalCalendar | None) -> Period:
    end = _add_months(date(int(match[2]), int(match[3]), 1), 1)
    label = f"{int(match[1])}m to {match[2]}-{match[3]}"
    return Period("rolling months", label, zone, _add_months(end, -int(match[1])), end)


def _fiscal(match: re.Match[str], zone: str, fiscal: FiscalCalendar | None) -> Period:
    starts = _required(fiscal).period_starts(int(match[1]))
    if match[2] is None:
        return Period("fiscal year", match[0], zone, starts[0], starts[12])
    number = int(match[3])
    if match[2] == "Q" and 1 <= number <= 4:
        return Period("fiscal quarter", f"FY{match[1]}-Q{number}", zone, starts[3 * number - 3], starts[3 * number])
    if match[2] == "P" and 1 <= number <= 12:
        return Period("fiscal period", f"FY{match[1]}-P{number:02}", zone, starts[number - 1], starts[number])
    start = starts[0] + timedelta(weeks=number - 1)
    if match[2] == "W" and number >= 1 and start < starts[12]:
        end = min(start + timedelta(weeks=1), starts[12])
        return Period("fiscal week", f"FY{match[1]}-W{number:02}", zone, start, end)
    raise ValueError(match[0])


_FORMS: Final[tuple[tuple[re.Pattern[str], _Maker], ...]] = (
    (re.compile(r"(?a)(\d{4})"), _year),
    (re.compile(r"(?a)(\d{4})-Q([1-4])"), _quarter),
    (re.compile(r"(?a)(\d{4})-(\d{2})"), _month),
    (re.compile(r"(?a)(\d{4})-W(\d{2})"), _week),
    (re.compile(r"(?a)\d{4}-\d{2}-\d{2}"), _day),
    (re.compile(r"(?a)(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})"), _dates),
    (re.compile(r"(?a)(\d{1,4})d to (\d{4}-\d{2}-\d{2})"), _rolling_days),
    (re.compile(r"(?a)(\d{1,3})m to (\d{4})-(\d{2})"), _rolling_months),
    (re.compile(r"(?a)FY(\d{4})(?:-([QPW])(\d{1,2}))?"), _fiscal),
)
