"""The days of contracts that lie ahead, as a table."""

from __future__ import annotations

from urllib.parse import quote
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tallystick.contract.dates import ContractDate, DateKind, dates_of
from tallystick.reports.figures import day_text
from tallystick.vocabulary.errors import DataError
from tallystick.web.books import ContractText
from tallystick.web.remembered import remembered
from tallystick.web.room import Room
from tallystick.web.table import Cell, Column, Table


def next_dates(room: Room, partner: str = "", most: int = 8) -> Table:
    """The next days of the contracts in the room (of one partner's), the soonest first, counted from now."""
    rows = []
    for text, one in remembered(room, ("contract dates",), lambda: _all(room)):
        today = room.now.astimezone(ZoneInfo(text.contract.zone)).date()
        if one.on < today or partner not in ("", *text.partners):
            continue
        days = (one.on - today).days
        left = ngettext("in %(days)d day", "in %(days)d days", days) % {"days": days} if days else _("today")
        names = ", ".join(room.books.partners.get(name, name) for name in text.partners)
        rows.append(
            {
                "on": Cell(one.on, day_text(one.on)),
                "left": Cell(days, left),
                "partner": Cell(names),
                "what": Cell(words_of(one)),
                "contract": Cell(text.contract.contract, href=f"/contract/{quote(text.contract.contract)}"),
            }
        )
    columns = (
        Column("on", _("day")),
        Column("left", _("from now"), number=True),
        Column("partner", _("partner")),
        Column("what", _("what happens")),
        Column("contract", _("contract")),
    )
    empty = _("No contract names a day that lies ahead.")
    return Table("dates", _("Next contract dates"), columns, tuple(rows[:most]), empty)


def _all(room: Room) -> tuple[tuple[ContractText, ContractDate], ...]:
    found = []
    for text in room.books.contracts:
        try:
            found += [(text, one) for one in dates_of(text.contract)]
        except DataError:  # an amendment that does not fit; its contract's page shows the finding
            continue
    return tuple(sorted(found, key=lambda pair: (pair[1].on, pair[0].contract.contract)))


def words_of(one: ContractDate) -> str:
    """What happens on the day."""
    if one.kind is DateKind.STATE:
        return _("%(clause)s %(title)s becomes %(state)s") % {
            "clause": one.about,
            "title": one.title,
            "state": one.state,
        }
    words = {
        DateKind.BEGINS: _("the term begins"),
        DateKind.ENDS: _("last day of the term"),
        DateKind.AMENDED: _("amendment %(about)s takes effect: %(title)s"),
        DateKind.HOURS: _("opening hours of %(about)s change"),
    }[one.kind]
    return (words % {"about": one.about, "title": one.title}).rstrip(": ")
