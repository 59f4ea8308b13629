"""Random calendars, and an independent reading of their rules, second by second."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from tallystick.vocabulary.calendar import BusinessCalendar, CalendarVersion
from tallystick.vocabulary.hours_text import Rows
from tallystick.vocabulary.public_holidays import Holidays

# A zone, and a date near something that its clock does there.
ZONES = {
    "UTC": [date(2024, 2, 28)],
    "Europe/Bucharest": [date(2023, 3, 26), date(2023, 10, 29)],
    "America/New_York": [date(2024, 3, 10), date(2024, 11, 3)],
    "Australia/Lord_Howe": [date(2023, 4, 2), date(2023, 10, 1)],  # half an hour
    "Asia/Kolkata": [date(2024, 6, 1)],  # +05:30
    "Asia/Kathmandu": [date(2024, 6, 1)],  # +05:45
    "Pacific/Apia": [date(2011, 12, 30), date(2011, 9, 24)],  # a date that does not exist
    "America/Sao_Paulo": [date(2018, 11, 4), date(2018, 2, 18)],  # midnight itself is skipped, or comes twice
    "Africa/Casablanca": [date(2023, 3, 19), date(2023, 4, 23)],  # Ramadan
    "Africa/Cairo": [date(2023, 4, 28)],  # announced weeks before
    "Asia/Beirut": [date(2024, 3, 31)],  # midnight itself is skipped
    "America/St_Johns": [date(2010, 11, 7)],  # one minute past midnight, so the date goes back
    "Asia/Manila": [date(2024, 1, 1)],
}


def _days() -> st.SearchStrategy[Rows]:
    """Up to three rows of a day that do not overlap; the last may run into the next day."""
    clock = st.one_of(st.integers(0, 24 * 4).map(lambda n: n * 900), st.integers(0, 86_400))

    def rows(edges: list[int]) -> Rows:
        ordered = sorted(set(edges))
        pairs = tuple(zip(ordered[::2], ordered[1::2], strict=False))
        return tuple(pair for pair in pairs if pair[0] < 86_400)

    plain = st.lists(clock, max_size=6).map(rows)
    overnight = st.tuples(st.integers(12 * 3600, 86_399), st.integers(0, 12 * 3600)).map(
        lambda ends: ((ends[0], 86_400 + ends[1]),)
    )
    return st.one_of(plain, plain, overnight, st.just(((0, 86_400),)), st.just(()))


@st.composite
def calendars(draw: st.DrawFn) -> tuple[BusinessCalendar, date]:
    """A calendar and the date around which to ask it."""
    zone = draw(st.sampled_from(sorted(ZONES)))
    near = draw(st.sampled_from(ZONES[zone])) + timedelta(days=draw(st.integers(-3, 3)))
    dates = st.integers(-6, 6).map(lambda n: near + timedelta(days=n))
    versions = []
    for from_on in (None, near + timedelta(days=draw(st.integers(-4, 4))))[: draw(st.integers(1, 2))]:
        versions.append(
            CalendarVersion(
                tuple(draw(st.tuples(*[_days()] * 7))),
                from_on,
                Holidays(own=draw(st.frozensets(dates, max_size=3))),
                draw(st.dictionaries(dates, _days(), max_size=2)),
                draw(st.dictionaries(dates, _days(), max_size=2)),
            )
        )
    return BusinessCalendar(zone, tuple(versions)), near


@dataclass
class WallClock:
    """The rules of a calendar, read anew: what the wall clock shows each second, and whether that is open."""

    calendar: BusinessCalendar
    _open: dict[date, bytearray] = field(default_factory=dict)

    def _version(self, on: date) -> CalendarVersion:
        return [v for v in self.calendar.versions if v.from_on is None or v.from_on <= on][-1]

    def _begins(self, on: date) -> Rows:
        version = self._version(on)
        if on in version.overrides:
            return version.overrides[on]
        return () if on in version.holidays.own else version.week[on.weekday()]

    def open_seconds_of(self, on: date) -> bytearray:
        """One byte for each second that a clock can show on a date."""
        if on not in self._open:
            shown = bytearray(86_400)
            version = self._version(on)
            if on in version.overrides or on not in version.holidays.own:
                for start, stop in self._begins(on):
                    for second in range(start, min(stop, 86_400)):
                        shown[second] = 1
            if on not in version.overrides and on not in version.holidays.own:
                for _, stop in self._begins(on - timedelta(days=1)):
                    for second in range(max(0, stop - 86_400)):
                        shown[second] = 1
            for start, stop in version.breaks.get(on, ()):
                for second in range(start, min(stop, 86_400)):
                    shown[second] = 0
            self._open[on] = shown
        return self._open[on]

    def second_by_second(self, start: int, stop: int) -> int:
        """Open seconds in [start, stop), asking the zone at every one of them."""
        zone = ZoneInfo(self.calendar.zone)
        total = 0
        for second in range(start, stop):
            shown = datetime.fromtimestamp(second, zone)
            total += self.open_seconds_of(shown.date())[shown.hour * 3600 + shown.minute * 60 + shown.second]
        return total

    def walk(self, start: int, stop: int) -> int:
        """Open seconds in [start, stop), a quarter of an hour at a time where the clock runs straight through it."""
        zone = ZoneInfo(self.calendar.zone)
        total, at = 0, start
        while at < stop:
            until = min(stop, (at // 900 + 1) * 900)
            first, last = datetime.fromtimestamp(at, zone), datetime.fromtimestamp(until - 1, zone)
            low = first.hour * 3600 + first.minute * 60 + first.second
            high = last.hour * 3600 + last.minute * 60 + last.second
            if first.date() == last.date() and high - low == until - 1 - at:
                total += sum(self.open_seconds_of(first.date())[low : high + 1])
            else:
                total += self.second_by_second(at, until)
            at = until
        return total
