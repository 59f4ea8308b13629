"""Questions that a reader asks of opening hours: how long, until when, open now, which working day.

All instants are UTC seconds. Answers in business seconds come from the same integer functions as the compiled folds
(`opening`), here uncompiled. What is counted in days is asked of the calendar itself, in its local dates.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import islice

from tallystick.vocabulary.calendar import BusinessCalendar
from tallystick.vocabulary.errors import UsageError
from tallystick.vocabulary.opening import (
    DAY_S,
    NEVER,
    BeyondHorizon,
    OpenHours,
    OpenTable,
    instant_after,
    instant_before,
    is_open_at,
    offset_at,
    open_between,
    open_lists,
    require_horizon,
    zone_lists,
)
from tallystick.vocabulary.zones import date_of, day_number, zone_offsets

Span = tuple[int, int]

# How far the questions in days look for the next working day before they say that there is none.
_SEARCH_DAYS = 3_700


class BusinessTime:
    """Business time over one materialised calendar; every method raises BeyondHorizon outside it."""

    def __init__(self, hours: OpenHours) -> None:
        self.hours = hours
        self.table: OpenTable = open_lists([hours])

    def _known(self, *instants: int) -> None:
        require_horizon(self.table, 0, min(instants), max(instants), self.hours.zone)

    def _found(self, instant: int) -> int:
        if abs(instant) == NEVER:
            edge = self.hours.until_s if instant > 0 else self.hours.from_s - 1
            raise BeyondHorizon(self.hours.zone, edge, self.hours.from_s, self.hours.until_s)
        return instant

    def elapsed(self, start: int, stop: int, pauses: Iterable[Span] = (), *, signed: bool = True) -> int:
        """Business seconds from `start` to `stop`, less those inside `pauses` (which may overlap each other).

        Additive: elapsed(a, b) + elapsed(b, c) = elapsed(a, c), so a reversed pair is negative; `signed=False` makes it
        zero. Pauses count only within the pair, and a reversed pair has none.
        """
        self._known(start, stop)
        if stop < start:
            return open_between(self.table, 0, start, stop) if signed else 0
        paused = sum(open_between(self.table, 0, a, b) for a, b in _union(pauses, start, stop))
        return open_between(self.table, 0, start, stop) - paused

    def deadline(self, start: int, seconds: int, pauses: Iterable[Span] = ()) -> int:
        """The first instant at which `seconds` business seconds outside `pauses` have passed since `start`.

        Exactly at closing it is the closing instant. With seconds = 0 it is `start` when open, else the next opening.
        A pause that begins at or after the deadline does not move it.
        """
        if seconds < 0:
            raise UsageError("A deadline lies ahead: the time to it is not negative.", "Use `back` for an earlier one.")
        self._known(start)
        found = self._found(instant_after(self.table, 0, start, seconds))
        for a, b in _union(pauses, start, self.hours.until_s):
            if a >= found:
                break
            seconds += open_between(self.table, 0, a, b)
            found = self._found(instant_after(self.table, 0, start, seconds))
        return found

    def back(self, stop: int, seconds: int) -> int:
        """The last instant from which `seconds` business seconds pass until `stop`.

        With seconds = 0 it is `stop` when open or just closed, else the closing before it.
        """
        if seconds < 0:
            raise UsageError("`back` goes back by a time that is not negative.", "Use `deadline` for a later instant.")
        self._known(stop)
        return self._found(instant_before(self.table, 0, stop, seconds))

    def remaining(self, start: int, target_s: int, as_of: int, pauses: Iterable[Span] = ()) -> int:
        """Business seconds of a target left at `as_of`; negative when overdue. A pause never lessens it."""
        return target_s - self.elapsed(start, as_of, pauses)

    def is_open(self, instant: int) -> bool:
        """Whether the desk is open: the opening instant is, the closing instant is not."""
        self._known(instant)
        return is_open_at(self.table, 0, instant)

    def next_open(self, instant: int) -> int:
        """`instant` when open, else the next opening."""
        return self.deadline(instant, 0)

    def previous_open(self, instant: int) -> int:
        """`instant` when open or just closed, else the closing before it."""
        return self.back(instant, 0)

    def segments(self, origin: int, *, backwards: bool = False, until: int | None = None) -> Iterator[Span]:
        """The open intervals from `origin` on, or from it backwards, cut at `origin` and at `until`.

        Intervals that touch are one. Without `until` it ends with the horizon; take as many as you need.
        """
        self._known(origin)
        if backwards:
            low = self.hours.from_s if until is None else until
            for start, stop in reversed(self.hours.intervals):
                if stop > low and start < origin:
                    yield (max(start, low), min(stop, origin))
        else:
            high = self.hours.until_s if until is None else until
            for start, stop in self.hours.intervals:
                if stop > origin and start < high:
                    yield (max(start, origin), min(stop, high))

    def first_segments(self, origin: int, count: int, *, backwards: bool = False) -> list[Span]:
        """The first `count` segments; raises BeyondHorizon where the horizon ends before."""
        found = list(islice(self.segments(origin, backwards=backwards), count))
        if len(found) < count:
            self._found(-NEVER if backwards else NEVER)
        return found


def _union(spans: Iterable[Span], low: int, high: int) -> list[Span]:
    """The spans within [low, high], joined where they meet, in order."""
    found: list[Span] = []
    for start, stop in sorted((max(a, low), min(b, high)) for a, b in spans):
        if start >= stop:
            continue
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(stop, found[-1][1]))
        else:
            found.append((start, stop))
    return found


# ---- questions in days -------------------------------------------------------------------------------------------


def local_time(calendar: BusinessCalendar, instant: int) -> tuple[date, int]:
    """The calendar's local date at an instant, and what its wall clock shows, in seconds since 00:00."""
    near = date_of(instant // DAY_S)
    day, second = divmod(instant + offset_at(zone_lists(zone_offsets(calendar.zone, near, near)), instant), DAY_S)
    return date_of(day), second


def local_date(calendar: BusinessCalendar, instant: int) -> date:
    """The calendar's local date at an instant."""
    return local_time(calendar, instant)[0]


def is_holiday(calendar: BusinessCalendar, instant: int) -> bool:
    """Whether the local date is a holiday, whether or not an override opens it."""
    return calendar.holiday_name(local_date(calendar, instant)) is not None


def is_break(calendar: BusinessCalendar, instant: int) -> bool:
    """Whether a break of that local date covers the instant; its end does not."""
    on, second = local_time(calendar, instant)
    return any(start <= second < stop for start, stop in calendar.in_force(on).breaks.get(on, ()))


def is_working_day(calendar: BusinessCalendar, on: date) -> bool:
    """Whether the desk opens on a local date; the end of a night shift of the day before does not make it one."""
    return bool(calendar.begun_on(on))


def working_days_between(calendar: BusinessCalendar, start: date, stop: date) -> int:
    """Working days in [start, stop), negative for a reversed pair; to include both ends, pass the day after `stop`."""
    if stop < start:
        return -working_days_between(calendar, stop, start)
    return sum(is_working_day(calendar, start + timedelta(days=n)) for n in range((stop - start).days))


def add_working_days(calendar: BusinessCalendar, on: date, days: int) -> date:
    """The date that many working days later (or, when negative, earlier); `days` = 0 is `on` itself.

    A date that is not a working day moves to the next one first (to the one before when going back), as an instant
    outside opening hours does in `add_days`. Raises UsageError when ten years hold no such day.
    """
    step = timedelta(days=-1 if days < 0 else 1)
    for _ in range(_SEARCH_DAYS):
        if days == 0 or is_working_day(calendar, on):
            break
        on += step
    left = abs(days)
    for _ in range(_SEARCH_DAYS):
        if left == 0:
            return on
        on += step
        left -= is_working_day(calendar, on)
    raise UsageError(
        f"The calendar has no {abs(days)} working days within ten years of {on}.", "Give it opening hours."
    )


def add_days(calendar: BusinessCalendar, instant: int, days: int) -> int:
    """The same local time that many working days later, or earlier when negative.

    An instant outside opening hours first moves to the next opening (going back: to the closing before it). Where the
    local time is closed on the day it reaches, it moves likewise. A local time that a clock change skips is taken as
    the change's instant, one that it repeats as the first of both.
    """
    backwards = days < 0
    on, second = local_time(calendar, _nearest_open(calendar, instant, backwards=backwards))
    if backwards and second == 0:  # a closing at midnight belongs to the day that it ends
        on, second = on - timedelta(days=1), DAY_S
    reached = _instant_of(calendar, add_working_days(calendar, on, days), second)
    return _nearest_open(calendar, reached, backwards=backwards)


def _instant_of(calendar: BusinessCalendar, on: date, second: int) -> int:
    transitions = zone_offsets(calendar.zone, on, on).transitions
    wanted = day_number(on) * DAY_S + second
    untils = [since for since, _ in transitions[1:]] + [NEVER]
    return next(
        max(wanted - offset, since)
        for (since, offset), until in zip(transitions, untils, strict=True)
        if wanted - offset < until
    )


def _around(instant: int, days: int = 2) -> tuple[date, date]:
    on = date_of(instant // DAY_S)
    return on - timedelta(days=days), on + timedelta(days=days + 1)


def _nearest_open(calendar: BusinessCalendar, instant: int, *, backwards: bool) -> int:
    days = 4
    while True:
        hours = BusinessTime(calendar.materialise(*_around(instant, days)))
        try:
            return hours.previous_open(instant) if backwards else hours.next_open(instant)
        except BeyondHorizon:
            if days > _SEARCH_DAYS:
                raise
            days *= 4
