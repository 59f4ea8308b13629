"""Named zones: their rules from the package `tzdata`, their offsets over a span, and where a local day begins."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from difflib import get_close_matches
from functools import cache
from importlib import import_module, resources
from zoneinfo import ZoneInfo

from tallystick.vocabulary.errors import UsageError
from tallystick.vocabulary.opening import DAY_S, ZoneOffsets

EPOCH = date(1970, 1, 1)


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


def stretches(zone: ZoneOffsets) -> list[tuple[int, int, int]]:
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
        max(start, midnight - offset) for start, stop, offset in stretches(zone) if max(start, midnight - offset) < stop
    )


def utc_seconds(instant: datetime) -> int:
    """The UTC second of an aware instant, fractions cut off; raises UsageError for a naive one."""
    if instant.tzinfo is None:
        raise UsageError(f"{instant} names no zone.", "Give instants with their zone or offset.")
    moved = instant.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    return moved.days * DAY_S + moved.seconds
