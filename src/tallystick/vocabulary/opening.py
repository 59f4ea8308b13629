"""Opening hours and zone offsets as plain integers, and business time over them.

Business time between two UTC instants is a difference of two look-ups: the open seconds before each. The table is
indexed by UTC day, and its intervals are UTC, so every look-up is exact over every clock change.

The scalar functions (`open_until` ... `month_of`) use integers only and no library: they run as they are on lists and
arrays, and compile under numba unchanged (`facts/compiled.py`). They assume an instant inside the horizon, as
`require_horizon` checks for a whole column at once; outside it they count nothing, and never read past an array's end.
The `..._many` functions are their numpy forms and check the horizon themselves; numpy is imported where it is used,
because a command that only reads a contract should not wait for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import accumulate
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from tallystick.vocabulary.errors import UsageError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Integers = npt.NDArray[np.int64]
    Column = list[int] | Integers

DAY_S = 86_400

# What `instant_after` answers when the calendar's horizon ends first, and `instant_before` with a minus sign. Far
# beyond any date, yet small enough that adding a duration to it stays inside 64 bits.
NEVER = 1 << 62


class BeyondHorizon(UsageError):
    """An instant lies outside the days for which a calendar was materialised."""

    def __init__(self, zone: str, instant: int, from_s: int, until_s: int) -> None:
        super().__init__(
            f"{_utc(instant)} is outside the opening hours known for {zone}: {_utc(from_s)} to {_utc(until_s)}.",
            "Materialise the calendar over a longer term; it has to cover every event and every deadline.",
        )


def _utc(instant: int) -> str:
    if abs(instant) > 200_000_000_000:
        return f"second {instant}"
    return datetime.fromtimestamp(instant, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True)
class OpenHours:
    """A materialised calendar: UTC seconds, half-open, disjoint, sorted, known within [from_s, until_s)."""

    zone: str
    intervals: tuple[tuple[int, int], ...]
    from_s: int
    until_s: int


@dataclass(frozen=True)
class ZoneOffsets:
    """A zone as (UTC second from which, offset in seconds east of UTC), sorted; the first holds before all others."""

    zone: str
    transitions: tuple[tuple[int, int], ...]


class OpenTable(NamedTuple):
    """Calendars as columns of integers, made by `open_arrays`; calendar `c` is the c-th of the list given there.

    Row `base[c] + d` is UTC day `first_day[c] + d` of calendar c; its last row, `base[c + 1] - 1`, stands for the end
    of the horizon. `cum[row]` are the open seconds of calendar c before that UTC midnight. `lo` and `hi` hold `width`
    intervals for each row, as seconds within the UTC day; unused ones are empty (lo = hi).
    """

    first_day: Sequence[int]
    base: Sequence[int]
    width: int
    cum: Sequence[int]
    lo: Sequence[int]
    hi: Sequence[int]
    from_s: Sequence[int]
    until_s: Sequence[int]

    def as_lists(self) -> OpenTable:
        """The same table on Python lists: what the uncompiled path runs on, without numpy's scalars."""
        lists: list[Any] = [part if isinstance(part, int) else [int(value) for value in part] for part in self]
        return OpenTable(*lists)


class ZoneTable(NamedTuple):
    """A zone as two columns: from UTC second `since_s[i]` on, local time is UTC + `offset_s[i]` seconds."""

    since_s: Sequence[int]
    offset_s: Sequence[int]

    def as_lists(self) -> ZoneTable:
        """The same table on Python lists."""
        return ZoneTable([int(value) for value in self.since_s], [int(value) for value in self.offset_s])


# ---- building ----------------------------------------------------------------------------------------------------


def _check(hours: OpenHours) -> None:
    before = hours.from_s
    for start, stop in hours.intervals:
        if not before <= start < stop <= hours.until_s:
            raise UsageError(
                f"The opening hours of {hours.zone} are not sorted, disjoint and inside their horizon at {_utc(start)}."
            )
        before = stop


def open_lists(calendars: Sequence[OpenHours]) -> OpenTable:
    """The look-up table of several calendars as Python lists: what the uncompiled path runs on.

    Raises UsageError for intervals that overlap or leave the horizon. Cost: about 2 ms for a year of one calendar.
    """
    cut: list[dict[int, list[tuple[int, int]]]] = []
    width = 1
    for hours in calendars:
        _check(hours)
        days: dict[int, list[tuple[int, int]]] = {}
        for start, stop in hours.intervals:
            at = start
            while at < stop:
                day = at // DAY_S
                until = min(stop, (day + 1) * DAY_S)
                days.setdefault(day, []).append((at - day * DAY_S, until - day * DAY_S))
                at = until
        width = max(width, max(map(len, days.values()), default=1))
        cut.append(days)
    first_day = [hours.from_s // DAY_S for hours in calendars]
    last_day = [-(-hours.until_s // DAY_S) for hours in calendars]
    base, cum, lo, hi = [0], list[int](), list[int](), list[int]()
    for days, first, last in zip(cut, first_day, last_day, strict=True):
        every = [days.get(day, []) for day in range(first, last)]
        cum += accumulate((sum(stop - start for start, stop in parts) for parts in every), initial=0)
        for parts in [*every, []]:
            unused = [0] * (width - len(parts))
            lo += [start for start, _ in parts] + unused
            hi += [stop for _, stop in parts] + unused
        base.append(len(cum))
    from_s, until_s = [hours.from_s for hours in calendars], [hours.until_s for hours in calendars]
    return OpenTable(first_day, base, width, cum, lo, hi, from_s, until_s)


def open_arrays(calendars: Sequence[OpenHours]) -> OpenTable:
    """`open_lists` as arrays: what compiled code and the numpy forms run on. 8 + 16 x width bytes a day."""
    columns: list[Any] = [part if isinstance(part, int) else _array(part) for part in open_lists(calendars)]
    return OpenTable(*columns)


def zone_lists(zone: ZoneOffsets) -> ZoneTable:
    """The look-up table of a zone; raises UsageError for a zone without any offset or with unsorted ones."""
    since = [at for at, _ in zone.transitions]
    if not since or since != sorted(set(since)):
        raise UsageError(f"The offsets of {zone.zone} are empty or not in order.")
    return ZoneTable(since, [offset for _, offset in zone.transitions])


def zone_arrays(zone: ZoneOffsets) -> ZoneTable:
    """`zone_lists` as arrays, for compiled code and the numpy forms."""
    since_s, offset_s = zone_lists(zone)
    return ZoneTable(_array(since_s), _array(offset_s))


def _array(values: Sequence[int]) -> Sequence[int]:
    import numpy as np

    return cast("Sequence[int]", np.asarray(values, np.int64))


def require_horizon(table: OpenTable, c: int, first_s: int, last_s: int, zone: str = "this calendar") -> None:
    """Raise BeyondHorizon unless calendar `c` is known from `first_s` to `last_s`, both ends included.

    What a compiled path calls once with the least and greatest instant of a column, before it runs.
    """
    from_s, until_s = int(table.from_s[c]), int(table.until_s[c])
    for instant in (first_s, last_s):
        if not from_s <= instant <= until_s:
            raise BeyondHorizon(zone, int(instant), from_s, until_s)


# ---- integer functions: plain Python, and numba's input as they stand --------------------------------------------


def open_until(table: OpenTable, c: int, t: int) -> int:
    """Open seconds of calendar `c` from the start of its horizon until UTC second `t`."""
    # No branch, because the processor cannot foresee whether an instant lies before, in or after an interval: measured
    # five times as fast. Outside the horizon the row is clamped to its first or last one, where nothing is counted.
    first = table.base[c]
    first_day = table.first_day[c]
    row = min(max(first + t // DAY_S - first_day, first), table.base[c + 1] - 1)
    second = t - (first_day + row - first) * DAY_S
    total = table.cum[row]
    at = row * table.width
    for k in range(at, at + table.width):
        total += min(max(second, table.lo[k]), table.hi[k]) - table.lo[k]
    return total


def open_between(table: OpenTable, c: int, start: int, stop: int) -> int:
    """Business seconds of calendar `c` from `start` to `stop`; negative where `stop` is the earlier one."""
    return open_until(table, c, stop) - open_until(table, c, start)


def business_seconds(table: OpenTable, c: Column, start: Column, stop: Column, found: Column) -> None:
    """`open_between` for each row of the columns, into `found`. Compiled, the bulk form: no intermediate arrays."""
    for row in range(len(start)):
        found[row] = open_between(table, c[row], start[row], stop[row])


def is_open_at(table: OpenTable, c: int, t: int) -> bool:
    """Whether calendar `c` is open at `t`: the opening instant is open, the closing instant is not."""
    return open_until(table, c, t + 1) > open_until(table, c, t)


def instant_at(table: OpenTable, c: int, total: int) -> int:
    """The first instant before which `total` seconds of calendar `c` have been open; total >= 1.

    NEVER where the horizon ends first, -NEVER for a total below 1.
    """
    return instant_from(table, c, total, table.base[c]) if total >= 1 else -NEVER


def instant_from(table: OpenTable, c: int, total: int, row: int) -> int:
    """`instant_at` for a total of at least 1, looked for from `row` on: a row of calendar `c` with less than it."""
    first = table.base[c]
    low = row + 1
    high = table.base[c + 1] - 1
    if total > table.cum[high]:
        return NEVER
    # Most deadlines lie within days: far steps only once near ones did not reach.
    step = 1
    while low + step < high and table.cum[low + step] < total:
        low += step
        step += step
    high = min(high, low + step)
    while low < high:
        middle = (low + high) // 2
        if table.cum[middle] < total:
            low = middle + 1
        else:
            high = middle
    row = low - 1
    left = total - table.cum[row]
    at = row * table.width
    second = 0
    for k in range(at, at + table.width):
        length = table.hi[k] - table.lo[k]
        if left <= length:
            second = table.lo[k] + left
            break
        left -= length
    return (table.first_day[c] + row - first) * DAY_S + second


def instant_after(table: OpenTable, c: int, t: int, seconds: int) -> int:
    """The deadline: the first instant at which `seconds` of open time have passed since `t`.

    A deadline that falls exactly on a closing instant is that instant, not the next opening. With seconds = 0 it is
    `t` when open, else the next opening. NEVER where the horizon ends first. `seconds` must not be negative.
    """
    if seconds <= 0:
        following = instant_at(table, c, open_until(table, c, t) + 1)
        return following if following == NEVER else following - 1
    first = table.base[c]
    row = min(max(first + t // DAY_S - table.first_day[c], first), table.base[c + 1] - 1)
    return instant_from(table, c, open_until(table, c, t) + seconds, row)


def instant_before(table: OpenTable, c: int, t: int, seconds: int) -> int:
    """The last instant from which `seconds` of open time pass until `t`: the mirror of `instant_after`.

    With seconds = 0 it is `t` when open or just closed, else the closing before it. -NEVER where the horizon begins
    first. `seconds` must not be negative.
    """
    total = open_until(table, c, t) - seconds
    if total < 0:
        return -NEVER
    if seconds <= 0:
        return t if is_open_at(table, c, t) else instant_at(table, c, total)
    return instant_at(table, c, total + 1) - 1


def offset_at(zone: ZoneTable, t: int) -> int:
    """Seconds that local time is ahead of UTC at UTC second `t`."""
    low = 0
    high = len(zone.since_s) - 1
    while low < high:
        middle = (low + high + 1) // 2
        if zone.since_s[middle] <= t:
            low = middle
        else:
            high = middle - 1
    return zone.offset_s[low]


def local_day(zone: ZoneTable, t: int) -> int:
    """The local date of UTC second `t`, as days since 1970-01-01."""
    return (t + offset_at(zone, t)) // DAY_S


def monday_of(day: int) -> int:
    """The Monday of the ISO week of `day`, both as days since 1970-01-01 (a Thursday)."""
    return day - (day + 3) % 7


def month_of(day: int) -> int:
    """The month of `day` (days since 1970-01-01) as year x 100 + month: 202603. Works on arrays too.

    Source: the proleptic Gregorian calendar counted from 1 March in eras of 400 years (146,097 days).
    """
    shifted = day + 719_468
    era = shifted // 146_097
    day_of_era = shifted - era * 146_097
    year_of_era = (day_of_era - day_of_era // 1_460 + day_of_era // 36_524 - day_of_era // 146_096) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    month = ((5 * day_of_year + 2) // 153 + 2) % 12 + 1
    return (year_of_era + era * 400 + (month <= 2)) * 100 + month


# ---- numpy forms -------------------------------------------------------------------------------------------------


def _columns(table: OpenTable, c: Any, *instants: Any) -> tuple[Integers, list[Integers]]:
    import numpy as np

    calendar = np.asarray(c, np.int64)
    columns = [np.asarray(instant, np.int64) for instant in instants]
    from_s, until_s = np.asarray(table.from_s)[calendar], np.asarray(table.until_s)[calendar]
    for column in columns:
        outside = (column < from_s) | (column > until_s)
        if outside.any():
            first = int(np.argmax(outside))
            raise BeyondHorizon(
                "this calendar",
                int(column.reshape(-1)[first]),
                int(np.broadcast_to(from_s, outside.shape).reshape(-1)[first]),
                int(np.broadcast_to(until_s, outside.shape).reshape(-1)[first]),
            )
    return calendar, columns


def _open_until(table: OpenTable, c: Integers, t: Integers) -> Integers:
    import numpy as np

    base = np.asarray(table.base)
    cum, lo, hi = np.asarray(table.cum), np.asarray(table.lo), np.asarray(table.hi)
    day = t // DAY_S
    row = np.minimum(base[c] + day - np.asarray(table.first_day)[c], base[c + 1] - 1)
    second = t - day * DAY_S
    total: Integers = cum[row].astype(np.int64)
    for k in range(table.width):
        at = row * table.width + k
        start = lo[at]
        total += np.clip(second, start, hi[at]) - start
    return total


def open_until_many(table: OpenTable, c: Any, t: Any) -> Integers:
    """`open_until` for columns; `c` may be one calendar. Raises BeyondHorizon."""
    calendar, (instants,) = _columns(table, c, t)
    return _open_until(table, calendar, instants)


def open_between_many(table: OpenTable, c: Any, start: Any, stop: Any) -> Integers:
    """`open_between` for columns; raises BeyondHorizon."""
    calendar, (starts, stops) = _columns(table, c, start, stop)
    return _open_until(table, calendar, stops) - _open_until(table, calendar, starts)


def instant_after_many(table: OpenTable, c: Any, t: Any, seconds: Any) -> Integers:
    """`instant_after` for columns; NEVER where the horizon ends first. Raises BeyondHorizon for `t` outside it."""
    import numpy as np

    calendar, (instants,) = _columns(table, c, t)
    wanted = np.asarray(seconds, np.int64)
    base = np.asarray(table.base)
    cum, lo, hi = np.asarray(table.cum), np.asarray(table.lo), np.asarray(table.hi)
    total = _open_until(table, calendar, instants) + np.maximum(wanted, 1)
    calendar = np.broadcast_to(calendar, total.shape)
    low, high = base[calendar].copy(), base[calendar + 1] - 1
    never = total > cum[high]
    for _ in range(int(max(np.diff(base), default=1)).bit_length()):
        middle = (low + high) // 2
        later = cum[middle] < total
        low = np.where(later & (low < high), middle + 1, low)
        high = np.where(later, high, middle)
    row = np.maximum(low - 1, base[calendar])
    left = total - cum[row]
    second = np.zeros_like(left)
    found = np.zeros(left.shape, bool)
    for k in range(table.width):
        at = row * table.width + k
        length = hi[at] - lo[at]
        here = ~found & (left <= length)
        second = np.where(here, lo[at] + left, second)
        left = np.where(found | here, left, left - length)
        found |= here
    instant = (np.asarray(table.first_day)[calendar] + row - base[calendar]) * DAY_S + second
    deadlines: Integers = np.where(never, NEVER, instant - (wanted <= 0))
    return deadlines


def local_day_many(zone: ZoneTable, t: Any) -> Integers:
    """`local_day` for a column."""
    import numpy as np

    instants = np.asarray(t, np.int64)
    at = np.maximum(np.searchsorted(np.asarray(zone.since_s), instants, side="right") - 1, 0)
    days: Integers = (instants + np.asarray(zone.offset_s)[at]) // DAY_S
    return days
