"""How far the data behind a judging reach, feed by feed: a figure on late data is grey and says so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from tallystick.records.gate import Expectations
from tallystick.reports.markup import Markup, tag
from tallystick.verdicts.store import Judged
from tallystick.verdicts.verdict import Verdict
from tallystick.vocabulary.period import Period

FRESH, LATE, ABSENT = "fresh", "late", "absent"


@dataclass(frozen=True)
class FeedReach:
    """One feed as it was when a period was judged: rows, newest instant (None where it has none), and its lamp."""

    source: str
    rows: int
    newest: datetime | None
    zone: str
    lamp: str

    @property
    def words(self) -> str:
        """How far it reaches, on the contract's wall clock."""
        return _("no data") if self.newest is None else _("data to %(at)s") % {"at": at_words(self.newest, self.zone)}

    @property
    def mark(self) -> Markup:
        """The lamp: shape, word and colour."""
        word = {FRESH: _("reaches the end"), LATE: _("late"), ABSENT: _("absent")}[self.lamp]
        return tag("span", word, class_=f"lamp {self.lamp}")

    def as_json(self) -> dict[str, Any]:
        """The feed for the twin of a page."""
        newest = None if self.newest is None else self.newest.astimezone(UTC).isoformat().replace("+00:00", "Z")
        return {"feed": self.source, "rows": self.rows, "newest": newest, "state": self.lamp}


def feeds_of(record: Judged, own: Verdict) -> tuple[FeedReach, ...]:
    """The feeds of a judging; each should reach the period's end, or the day of judging, as the data gate asks."""
    period = Period("span", record.period, record.zone, own.from_on, own.end_on)
    due = min(datetime.fromisoformat(record.as_of).timestamp(), period.end_s)
    least = due - Expectations().freshness.total_seconds()
    found = []
    for source, rows, instant in record.gate.feeds:
        newest = datetime.fromisoformat(instant) if instant else None
        lamp = ABSENT if newest is None else FRESH if newest.timestamp() >= least else LATE
        found.append(FeedReach(source, rows, newest, record.zone, lamp))
    return tuple(found)


def at_words(at: datetime, zone: str) -> str:
    """An instant on the wall clock of a zone, with the zone's name."""
    return f"{at_minute(at, ZoneInfo(zone))} {zone}"


def at_minute(at: datetime, zone: ZoneInfo) -> str:
    """An instant on a wall clock, without the zone's name: 2026-03-29 04:15. Lists write thousands of them."""
    return at.astimezone(zone).isoformat(" ", "minutes")[:16]


def data_to(feeds: tuple[FeedReach, ...]) -> str:
    """Why figures on these feeds are grey: how far the one that is furthest behind reaches. Empty where none is."""
    behind = [feed for feed in feeds if feed.lamp != FRESH]
    if not feeds:
        return _("no feed")
    if not behind:
        return ""
    return min(behind, key=lambda feed: feed.newest.timestamp() if feed.newest else 0.0).words
