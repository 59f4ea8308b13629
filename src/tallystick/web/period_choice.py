"""Which period a page speaks of: `?period=` in the URL, the newest one where it names none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tallystick.reports.figures import month_name
from tallystick.web.page import Asked
from tallystick.web.room import Room

MOST_SHOWN = 13  # a year, and the same month of the year before


@dataclass(frozen=True)
class PeriodChoice:
    """The chosen period among all that a page offers, oldest first; `label` is empty where none is.

    `refused` is what the URL names that is not offered, on a page that says so.
    """

    label: str
    among: tuple[str, ...]
    refused: str = ""

    @property
    def words(self) -> str:
        """The period in words."""
        return month_name(self.label)

    @property
    def carried(self) -> str:
        """What links to pages of the same group name: a period that this page has not may be another's."""
        return self.label or self.refused

    @property
    def options(self) -> list[tuple[str, str, bool]]:
        """(label, words, whether it is chosen), the newest first."""
        return [(one, month_name(one), one == self.label) for one in reversed(self.among)]

    @property
    def shown(self) -> tuple[str, ...]:
        """The periods that charts and grids show: the newest, or those up to the chosen one where it is older."""
        newest = self.among[-MOST_SHOWN:]
        if not self.label or self.label in newest:
            return newest
        end = self.among.index(self.label) + 1
        return self.among[max(0, end - MOST_SHOWN) : end]

    @property
    def before(self) -> str:
        """The period before this one; empty for the first."""
        return self._beside(-1)

    @property
    def after(self) -> str:
        """The period after this one; empty for the newest."""
        return self._beside(1)

    def _beside(self, step: int) -> str:
        if self.label not in self.among:
            return ""
        at = self.among.index(self.label) + step
        return self.among[at] if 0 <= at < len(self.among) else ""

    def as_json(self) -> dict[str, Any]:
        """The choice for the twin of a page."""
        return {"period": self.label, "among": list(self.among)}


def judged_periods(room: Room, partner: str = "") -> tuple[str, ...]:
    """The periods judged, of all or of one partner's, oldest first."""
    own = {verdict.period for verdict in room.books.of(partner)} if partner else None
    return tuple(one for one in room.books.periods if own is None or one in own)


def period_choice(room: Room, asked: Asked, partner: str = "") -> PeriodChoice:
    """The judged period that a URL asks for, of all or of one partner's; the newest for one that is not judged."""
    among = judged_periods(room, partner)
    return PeriodChoice(asked.choice("period", among, newest_of(among)), among)


def newest_of(among: tuple[str, ...]) -> str:
    """The last of some periods; empty for none."""
    return among[-1] if among else ""


def strict_choice(asked: Asked, among: tuple[str, ...], newest: str) -> PeriodChoice:
    """The period that a URL asks for, `newest` where it names none; what is not offered is refused."""
    named = asked.query.get("period", "") or newest
    return PeriodChoice(named, among) if named in among else PeriodChoice("", among, named)
