"""Price adjustments as pages tell them: of a period, and of its contract year. Currencies are never added."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from tallystick.contract.past import year_of
from tallystick.reports.figures import day_text, list_words, money_text
from tallystick.reports.markup import tag
from tallystick.reports.page import money_of
from tallystick.verdicts.statement import Statement
from tallystick.vocabulary.errors import NotFound
from tallystick.vocabulary.money import Money
from tallystick.web.amounts import by_currency
from tallystick.web.room import Room
from tallystick.web.standings import Standings, Stood
from tallystick.web.table import Cell, Column, Table

CAP = "cap"


def moneys_words(amounts: Iterable[Money]) -> str:
    """Amounts that are not nothing, in words."""
    return list_words([money_text(money) for money in amounts if money.amount], _("and")) or _("none")


def clause_titles(room: Room, contract: str) -> dict[str, str]:
    """Titles of a contract's clauses by id; none where its text is not in the folder."""
    try:
        clauses = room.books.contract(contract).contract.clauses
    except NotFound:
        return {}
    return {clause.id: clause.title or "" for clause in clauses}


@dataclass(frozen=True)
class YearOfCredits:
    """What one contract's periods from the beginning of its year to a period came to; `until_on` is half-open."""

    contract: str
    from_on: date
    until_on: date
    total: Money

    @property
    def words(self) -> str:
        """The year's days in words."""
        return _("%(from)s to %(to)s") % {
            "from": day_text(self.from_on),
            "to": day_text(self.until_on - timedelta(days=1)),
        }


def years_of(room: Room, standings: Standings, stood: Stood) -> tuple[YearOfCredits, ...]:
    """The contract year of each contract of a partner's period, with what was proposed in it so far."""
    begins = {text.contract.contract: text.contract.term.from_on for text in room.books.contracts}
    dated = [
        (one.begins[statement.contract], statement)
        for one in standings.values()
        if one.partner == stood.partner
        for statement in one.statements
    ]
    found = []
    for record in stood.records:
        on = stood.begins[record.contract]
        year = year_of(begins.get(record.contract, date(on.year, 1, 1)), on)
        amounts = [
            statement.total
            for begun, statement in dated
            if statement.contract == record.contract and year[0] <= begun <= on
        ]
        found += [YearOfCredits(record.contract, *year, money) for money in by_currency(amounts)]
    return tuple(found)


def cap_of(statement: Statement) -> Money | None:
    """The ceiling of a statement, where its contract has one."""
    return next((money_of(step.result) for step in statement.caps if step.label == CAP), None)


def before_cap(statement: Statement) -> Money:
    """What the credits came to before the ceiling."""
    return Money(sum((line.amount.amount for line in statement.lines), Decimal(0)), statement.currency)


def cap_words(statement: Statement) -> str:
    """What the ceiling left."""
    cap, before = cap_of(statement), before_cap(statement)
    if before > statement.total:
        return _("cut from %(before)s by the ceiling") % {"before": money_text(before)}
    return "\u2013" if cap is None else _("below the ceiling of %(cap)s") % {"cap": money_text(cap)}


def money_table(room: Room, standings: Standings, stood: Iterable[Stood]) -> Table:
    """The money of a period by partner and contract: what follows, from which clauses, the ceiling, the year so far."""
    columns = (
        Column("partner", _("partner"), as_is=True),
        Column("contract", _("contract"), as_is=True),
        Column("because", _("because of"), as_is=True),
        Column("total", _("proposed"), number=True),
        Column("ahead", _("at this pace"), number=True),
        Column("cap", _("ceiling")),
        Column("year", _("contract year so far"), number=True),
        Column("span", _("contract year"), as_is=True),
    )
    rows: list[dict[str, Any]] = []
    listed = list(stood)
    for one in listed:
        years = {year.contract: year for year in years_of(room, standings, one)}
        for statement in one.statements:
            year = years.get(statement.contract)
            because = [line.follows for line in statement.lines if line.amount.amount]
            rows.append(
                {
                    "partner": Cell(one.name, href=f"{one.href}#money"),
                    "because": Cell(list_words(because, _("and"))),
                    "total": Cell(statement.total, money_text(statement.total)),
                    "ahead": _ahead(one, statement),
                    "cap": Cell(cap_words(statement)),
                    "year": Cell(year.total if year else None, money_text(year.total) if year else None),
                    "span": Cell(year.words if year else ""),
                    "contract": Cell(statement.contract),
                    "partner_id": Cell(statement.partner),
                    "period": Cell(statement.period),
                    "statement": Cell(statement.digest),
                }
            )
    runs = any(one.ahead for one in listed)
    several = any(len(one.statements) > 1 for one in listed)
    left_out = {*(() if runs else ("ahead",)), *(() if several else ("contract",))}
    shown = tuple(column for column in columns if column.key not in left_out)
    return Table("money", _("Price adjustments"), shown, tuple(rows), _("No statement was made for this period."))


def _ahead(stood: Stood, statement: Statement) -> Cell:
    """What a running period will cost at its pace: the middle, and the range beneath it."""
    found = next((one for one in stood.ahead if one.middle.currency == statement.currency), None)
    if found is None:
        return Cell(None)
    span = _("%(least)s to %(most)s") % {"least": money_text(found.least), "most": money_text(found.most)}
    return Cell(found.middle, tag("span", money_text(found.middle), tag("span", span, class_="sub")))
