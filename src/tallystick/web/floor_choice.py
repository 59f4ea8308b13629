"""Which partner and which period a page of the floor speaks of: `?partner=` and `?period=` in the URL."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tallystick.vocabulary.errors import NotFound
from tallystick.web.floor import Floor
from tallystick.web.page import Asked
from tallystick.web.period_choice import PeriodChoice, period_choice
from tallystick.web.roles import CLIENT_ROLES, Role
from tallystick.web.room import Room

FLOOR = "floor"  # the group of these pages
# An agent would read colleagues' days on these pages; what is its own stands on the partner's portal.
READERS = CLIENT_ROLES | {Role.PARTNER_ADMIN, Role.TEAM_LEADER}


@dataclass(frozen=True)
class FloorChoice:
    """One partner and one period among those that the reader may see; both are empty where there is none yet."""

    partner: str
    name: str
    period: PeriodChoice
    names: tuple[tuple[str, str], ...]

    @property
    def partners(self) -> list[tuple[str, str, bool]]:
        """(id, name, whether it is chosen)."""
        return [(one, name, one == self.partner) for one, name in self.names]

    def as_json(self) -> dict[str, Any]:
        """The choice for the twin of a page."""
        return {"partner": self.partner, **self.period.as_json()}


PeriodOf = Callable[[Room, Asked, str], PeriodChoice]


def floor_choice(room: Room, asked: Asked, period_of: PeriodOf = period_choice) -> FloorChoice:
    """The partner and period that a URL asks for, otherwise the first partner and its newest period.

    `period_of` chooses among the partner's periods; without it they are those judged. Raises NotFound in the same words
    for a partner that is not there and for one that is not the reader's.
    """
    names = room.books.partners
    partner = asked.query.get("partner", "") or next(iter(names), "")
    if partner and partner not in names:
        raise NotFound("partner", partner)
    return FloorChoice(partner, names.get(partner, ""), period_of(room, asked, partner), tuple(names.items()))


def of_period(floor: Floor, fact: str, on: str) -> Floor:
    """The floor with the rows of one fact that lie in the period: a stream hands over neighbours too."""

    def inside(rows: pa.Table) -> pa.Table:
        column = rows.column(on)
        first, end = pa.scalar(floor.period.start_on), pa.scalar(floor.period.end_on)
        within = pc.and_(pc.greater_equal(column, first), pc.less(column, end))
        return rows.filter(pc.fill_null(within, fill_value=False))

    return floor.cut(on, fact, inside)
