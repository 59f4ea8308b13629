"""What coverage facts show a person: hours of the week in the customers' own time, and gaps in contracted time.

In are tables with the columns `partner`, `programme`, `zone`, `started_at`, `ended_at`, `contracted_s`, `staffed_s`, a
row for each quarter of an hour with contracted time in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.vocabulary.opening import ZoneOffsets, zone_arrays

MICROS, HOUR_S, DAY_S = 1_000_000, 3600, 86_400


@dataclass(frozen=True)
class HourOfWeek:
    """One hour of the week in the customers' local time: `weekday` 0 is Monday, `hour` 0 to 23.

    `n` is the number of quarters of an hour behind it.
    """

    programme: str
    weekday: int
    hour: int
    contracted_s: int
    staffed_s: int
    n: int

    @property
    def share(self) -> Fraction | None:
        """The part of the contracted time that was staffed; None where there is none."""
        return Fraction(self.staffed_s, self.contracted_s) if self.contracted_s else None


def heat_map(quarters: pa.Table, zones: Mapping[str, ZoneOffsets]) -> list[HourOfWeek]:
    """The hours of the week in which something was contracted, by programme, weekday and hour.

    `zones` are the offsets of each zone that the rows name. An hour that clocks repeat is added up, one that they skip
    was never there. Several partners of one programme are added up.
    """
    found: list[HourOfWeek] = []
    for name in sorted({word for word in quarters.column("zone").to_pylist() if word}):
        here = quarters.filter(pc.equal(quarters.column("zone"), name))
        zone = zone_arrays(zones[name])
        second = np.asarray(here.column("started_at").cast(pa.int64()), np.int64) // MICROS
        place = np.maximum(np.searchsorted(np.asarray(zone.since_s), second, side="right") - 1, 0)
        local = second + np.asarray(zone.offset_s)[place]
        # 1970-01-01 was a Thursday.
        hour_of_week = (local // DAY_S + 3) % 7 * 24 + local % DAY_S // HOUR_S
        grouped = (
            pa.table(
                {
                    "programme": here.column("programme"),
                    "at": pa.array(hour_of_week),
                    "contracted_s": here.column("contracted_s"),
                    "staffed_s": here.column("staffed_s"),
                }
            )
            .group_by(["programme", "at"])
            .aggregate([("contracted_s", "sum"), ("staffed_s", "sum"), ("at", "count")])
        )
        for row in grouped.to_pylist():
            weekday, hour = divmod(row["at"], 24)
            sums = row["contracted_s_sum"], row["staffed_s_sum"], row["at_count"]
            found.append(HourOfWeek(str(row["programme"] or ""), weekday, hour, *sums))
    return sorted(found, key=lambda one: (one.programme, one.weekday, one.hour))


@dataclass(frozen=True)
class Gap:
    """Quarters one after the other in each of which somebody was missing, as UTC seconds.

    `missing_s` is how long nobody was there within them. `before` and `after` are the partners that were there in the
    quarter before and after (empty: nobody, or the contracted hours begin or end with it). A gap with both is one of a
    handover, between shifts where they are the same.
    """

    programme: str
    from_s: int
    until_s: int
    missing_s: int
    before: tuple[str, ...]
    after: tuple[str, ...]

    @property
    def is_handover(self) -> bool:
        """Whether somebody was there before and after it."""
        return bool(self.before) and bool(self.after)


def gaps(quarters: pa.Table) -> list[Gap]:
    """Every gap by programme and time.

    Of one partner `missing_s` is exact. Where several serve a programme, the time of each counts as if none were there
    beside another, so that it is at least what was missing.
    """
    cells: dict[tuple[str, int], list[tuple[str, int, int, int]]] = {}
    columns = ("programme", "partner", "contracted_s", "staffed_s")
    begin, end = (
        (np.asarray(quarters.column(name).cast(pa.int64()), np.int64) // MICROS).tolist()
        for name in ("started_at", "ended_at")
    )
    parts = (quarters.column(name).to_pylist() for name in columns)
    for start, stop, programme, partner, contracted, staffed in zip(begin, end, *parts, strict=True):
        cells.setdefault((programme or "", start), []).append((partner or "", stop, contracted, staffed))
    quarter: list[tuple[str, int, int, tuple[str, ...], int]] = []
    for (programme, start), rows in sorted(cells.items()):
        missing = max(row[2] for row in rows) - sum(row[3] for row in rows)
        quarter.append((programme, start, rows[0][1], tuple(sorted(row[0] for row in rows if row[3])), max(missing, 0)))
    return [_gap(quarter, first, last) for first, last in _runs(quarter)]


def _follows(quarter: list[tuple[str, int, int, tuple[str, ...], int]], place: int) -> bool:
    """Whether a quarter begins where the one before it ended, in the same programme."""
    return 0 < place < len(quarter) and quarter[place - 1][0] == quarter[place][0] and (
        quarter[place - 1][2] == quarter[place][1]
    )  # fmt: skip


def _runs(quarter: list[tuple[str, int, int, tuple[str, ...], int]]) -> list[tuple[int, int]]:
    """First and last place of quarters one after the other with something missing."""
    found: list[tuple[int, int]] = []
    for place, one in enumerate(quarter):
        if not one[4]:
            continue
        if found and found[-1][1] == place - 1 and _follows(quarter, place):
            found[-1] = (found[-1][0], place)
        else:
            found.append((place, place))
    return found


def _gap(quarter: list[tuple[str, int, int, tuple[str, ...], int]], first: int, last: int) -> Gap:
    before = quarter[first - 1][3] if _follows(quarter, first) else ()
    after = quarter[last + 1][3] if _follows(quarter, last + 1) else ()
    missing = sum(one[4] for one in quarter[first : last + 1])
    return Gap(quarter[first][0], quarter[first][1], quarter[last][2], missing, before, after)
