"""Which period a page speaks of: `?period=` in the URL, the newest judged one where it names none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tallystick.reports.figures import month_name
from tallystick.web.page import Asked
from tallystick.web.room import Room

MOST_SHOWN = 13  # a year, and the same month of the year before


@dataclass(frozen=True)
class PeriodChoice:
    """The chosen period among all that are judged, oldest first; `label` is empty where none is."""

    label: str
    among: tuple[str, ...]

    @property
    def words(self) -> str:
        """The period in words."""
        return month_name(self.label)

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
        """The period judged before this one; empty for the first."""
        return self._beside(-1)

    @property
    def after(self) -> str:
        """The period judged after this one; empty for the newest."""
        return self._beside(1)

    def _beside(self, step: int) -> str:
        if self.label not in self.among:
            return ""
        at = self.among.index(self.label) + step
        return self.among[at] if 0 <= at < len(self.among) else ""

    def as_json(self) -> dict[str, Any]:
        """The choice for the twin of a page."""
        return {"period": self.label, "among": list(self.among)}


def period_choice(room: Room, asked: Asked, partner: str = "") -> PeriodChoice:
    """The period that a URL asks for, of all or of one partner's."""
    among = room.books.periods
    if partner:
        own = {verdict.period for verdict in room.books.of(partner)}
        among = tuple(one for one in among if one in own)
    newest = among[-1] if among else ""
    return PeriodChoice(asked.choice("period", among, newest), among)
