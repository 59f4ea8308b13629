"""Opening hours and zone offsets as plain integers, and business time over them."""

from __future__ import annotations

from dataclasses import dataclass


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
