"""Opening hours of the invented sites, in the example's own arithmetic.

The example must not lean on the product it tests, so it brings its own business time: a sorted list of open intervals
in UTC seconds with their running total. Both look-ups below are one binary search over whole arrays.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

Seconds = npt.NDArray[np.int64]

FIRST_DAY = date(2025, 6, 1)
LAST_DAY = date(2026, 12, 31)


@dataclass(frozen=True)
class OpeningHours:
    """Open intervals [starts, ends) in UTC seconds, and the open seconds before each of them."""

    starts: Seconds
    ends: Seconds
    before: Seconds

    def elapsed(self, instants: Seconds) -> Seconds:
        """Open seconds from the first day until each instant."""
        last = np.searchsorted(self.starts, instants, side="right") - 1
        inside = np.minimum(instants, self.ends[last]) - self.starts[last]
        return self.before[last] + inside

    def between(self, earlier: Seconds, later: Seconds) -> Seconds:
        """Open seconds between two instants."""
        return self.elapsed(later) - self.elapsed(earlier)

    def after(self, instants: Seconds, seconds: Seconds) -> Seconds:
        """The first instant by which `seconds` (at least 1) of open time have passed since each instant."""
        goal = self.elapsed(instants) + np.maximum(seconds, 1)
        totals = self.before + (self.ends - self.starts)
        at = np.searchsorted(totals, goal, side="left")
        return self.starts[at] + goal - self.before[at]

    def is_open(self, instants: Seconds) -> npt.NDArray[np.bool_]:
        """Whether each instant falls inside an open interval."""
        last = np.searchsorted(self.starts, instants, side="right") - 1
        return instants < self.ends[last]


def utc_seconds(day: date, clock: str, zone: str) -> int:
    """A wall-clock time of a day in a zone as UTC seconds; `24:00` is the midnight that follows."""
    hour, minute = (int(part) for part in clock.split(":"))
    moment = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))
    wall = moment.replace(tzinfo=None) + timedelta(hours=hour, minutes=minute)
    return int(wall.replace(tzinfo=ZoneInfo(zone)).timestamp())


def opening_hours(
    zone: str,
    versions: dict[date, dict[int, tuple[tuple[str, str], ...]]],
    closed: frozenset[date] = frozenset(),
    overrides: dict[date, tuple[tuple[str, str], ...]] | None = None,
) -> OpeningHours:
    """Lay out the weeks of `versions` (valid from their date; 0 is Monday) over the days, closed days left out.

    An interval that ends at or before its start runs into the next day.
    """
    pairs: list[tuple[int, int]] = []
    day = FIRST_DAY
    while day <= LAST_DAY:
        begun = [start for start in versions if start <= day]
        week = versions[max(begun)] if begun else versions[min(versions)]
        spans = week.get(day.weekday(), ())
        if day in closed:
            spans = ()
        if overrides and day in overrides:
            spans = overrides[day]
        for opens, closes in spans:
            ends_on = day + timedelta(days=1) if closes <= opens else day
            pairs.append((utc_seconds(day, opens, zone), utc_seconds(ends_on, closes, zone)))
        day += timedelta(days=1)
    pairs.sort()
    starts = np.array([pair[0] for pair in pairs], np.int64)
    ends = np.array([pair[1] for pair in pairs], np.int64)
    before = np.concatenate([[0], np.cumsum(ends - starts)[:-1]]).astype(np.int64)
    return OpeningHours(starts, ends, before)


def month_starts(zone: str) -> tuple[list[str], Seconds]:
    """The labels of the months from 2025-06 to 2026-12 and the instants at which they begin in a zone."""
    months = [(2025 + (5 + step) // 12, (5 + step) % 12 + 1) for step in range(19)]
    labels = [f"{year}-{month:02d}" for year, month in months]
    return labels, np.array([utc_seconds(date(y, m, 1), "00:00", zone) for y, m in months], np.int64)
