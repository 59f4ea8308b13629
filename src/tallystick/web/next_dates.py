"""The days of contracts that lie ahead, as a table: what the texts name, and until when adjustments can be claimed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from urllib.parse import quote
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tallystick.contract import dates
from tallystick.contract.dates import ContractDate, DateKind
from tallystick.contract.model import Contract
from tallystick.reports.figures import day_text, money_text, month_name
from tallystick.verdicts.claim_state import OPEN
from tallystick.vocabulary.errors import DataError
from tallystick.web.books import ContractText
from tallystick.web.claims import claim_words, claims_of, filled, why_late
from tallystick.web.remembered import remembered
from tallystick.web.room import Room
from tallystick.web.table import Cell, Column, Table


@dataclass(frozen=True)
class Ahead:
    """One day that lies ahead, and the contract it is of; `days` from today in the contract's zone."""

    text: ContractText
    one: ContractDate
    days: int

    @property
    def partners(self) -> tuple[str, ...]:
        """Whom it concerns."""
        return (self.one.partner,) if self.one.partner else self.text.partners


def ahead(room: Room, partner: str = "") -> tuple[Ahead, ...]:
    """Every day that lies ahead in the room's contracts (of one partner's), the soonest first, counted from now."""
    found = []
    for text in room.books.contracts:
        today = room.now.astimezone(ZoneInfo(text.contract.zone)).date()
        try:
            known = remembered(
                room, ("contract dates", text.path, today), partial(dates.next_dates, text.contract, today)
            )
            claims = open_claims(room, text.contract)
        except DataError:  # an amendment that does not fit; its contract's page shows the finding
            continue
        listed = [*known, *(one for one in claims if one.on >= today)]
        found += [Ahead(text, one, (one.on - today).days) for one in listed]
    return tuple(
        sorted(
            (one for one in found if partner in ("", *one.partners)),
            key=lambda one: (one.one.on, one.text.contract.contract, one.one.about),
        )
    )


def next_dates(room: Room, partner: str = "", contract: str = "", most: int = 8) -> Table:
    """The next days as a table, the soonest first; of one partner's or of one contract."""
    listed = [one for one in ahead(room, partner) if contract in ("", one.text.contract.contract)]
    rows = [
        {
            "on": Cell(found.one.on, day_text(found.one.on)),
            "left": Cell(found.days, left_words(found.days)),
            "partner": Cell(", ".join(room.books.partners.get(name, name) for name in found.partners)),
            "what": Cell(words_of(found.one)),
            "contract": Cell(found.text.contract.contract, href=f"/contract/{quote(found.text.contract.contract)}"),
            "kind": Cell(found.one.kind.name.lower()),
        }
        for found in listed[:most]
    ]
    columns = (
        Column("on", _("day"), as_is=True),
        Column("left", _("from now"), number=True),
        Column("partner", _("partner"), as_is=True),
        Column("what", _("what happens")),
        Column("contract", _("contract"), as_is=True),
    )
    empty = _("No contract names a day that lies ahead.")
    return Table("dates", _("Next contract dates"), columns, tuple(rows), empty)


def left_words(days: int) -> str:
    """How long until a day."""
    return ngettext("in %(days)d day", "in %(days)d days", days) % {"days": days} if days else _("today")


def words_of(one: ContractDate) -> str:
    """What happens on the day."""
    if one.kind is DateKind.STATE:
        return _("%(clause)s %(title)s becomes %(state)s") % {
            "clause": one.about,
            "title": one.title,
            "state": one.state,
        }
    if one.kind is DateKind.CLAIM:
        words = _("last day to claim %(money)s for %(period)s")
        return words % {"money": money_text(one.money), "period": month_name(one.about)}
    words = {
        DateKind.BEGINS: _("the term begins"),
        DateKind.NOTICE: _("last day to give notice for the end on %(until)s"),
        DateKind.ENDS: _("last day of the term"),
        DateKind.RENEWS: _("the term prolongs itself to %(until)s, unless notice was given"),
        DateKind.AMENDED: _("amendment %(about)s takes effect: %(title)s"),
        DateKind.HOURS: _("opening hours of %(about)s change"),
    }[one.kind]
    until = day_text(one.until) if one.until else ""
    return (words % {"about": one.about, "title": one.title, "until": until}).rstrip(": ")


# ---- claims ------------------------------------------------------------------------------------------------------


def open_claims(room: Room, contract: Contract) -> tuple[ContractDate, ...]:
    """The last day of each claim of a contract that is open: of its periods that are over and not closed."""
    return tuple(
        ContractDate(one.until, DateKind.CLAIM, one.period, partner=partner, money=one.amount)
        for partner, one in claims_of(room, contract)
        if one.state == OPEN and one.until is not None
    )


def claims_table(room: Room, contract: Contract) -> Table:
    """Until when each price adjustment of a contract can be claimed, and whether it was, the newest first."""
    today = room.now.astimezone(ZoneInfo(contract.zone)).date()
    rows = []
    for partner, one in claims_of(room, contract):
        if one.until is None:
            continue
        words, reason = claim_words(one.state), why_late(room, contract.contract, partner, one)
        if one.state == OPEN:
            words = _("open, %(left)s") % {"left": left_words((one.until - today).days)}
        rows.append(
            {
                "partner": Cell(partner, room.books.partners.get(partner, partner)),
                "period": Cell(one.period, month_name(one.period), f"/close/{quote(partner)}/{quote(one.period)}"),
                "money": Cell(one.amount, money_text(one.amount)),
                "until": Cell(one.until, day_text(one.until)),
                "claimed": Cell(one.claimed, day_text(one.claimed) if one.claimed else None),
                "state": Cell(one.state, words),
                "reason": Cell(reason or None),
                "rule": Cell(one.clause or None),
            }
        )
    columns = (
        Column("partner", _("Partner"), as_is=True),
        Column("period", _("Period"), as_is=True),
        Column("money", _("Price adjustment"), number=True),
        Column("until", _("Claim until"), as_is=True),
        Column("claimed", _("Claimed on"), as_is=True),
        Column("state", _("State")),
        Column("reason", _("Reason"), as_is=True),
        Column("rule", _("Clause"), as_is=True),
    )
    empty = _("No period that is over came to a price adjustment.")
    return Table("claims", _("Price adjustments and their last day"), filled(columns, rows), rows, empty)
