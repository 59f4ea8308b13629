"""Every judged period of one partner: how it stood, its money, its closing, and the bundle that proves it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tallystick.reports.figures import list_words, money_text, month_name
from tallystick.reports.page import command
from tallystick.verdicts.verdict import Outcome
from tallystick.web.amounts import by_currency
from tallystick.web.room import Room
from tallystick.web.standings import Standings
from tallystick.web.table import Cell, Column, Table


def months_of(room: Room, all_of: Standings, partner: str) -> Table:
    """The newest first."""
    columns = (
        Column("period", _("period"), as_is=True),
        Column("standing", _("standing")),
        Column("kept", _("kept"), number=True),
        Column("missed", _("missed"), as_is=True),
        Column("credit", _("price adjustment"), number=True),
        Column("bundle", _("evidence bundle"), sortable=False, as_is=True),
    )
    rows = []
    for period in reversed(room.books.periods):
        one = all_of.get((partner, period))
        if one is None:
            continue
        due = by_currency(statement.total for statement in one.statements)
        line = f"tally bundle {partner} {period}"
        kept = len(one.with_outcome(Outcome.MET))
        rows.append(
            {
                "period": Cell(period, month_name(period), one.href),
                "standing": Cell(one.standing.value, one.mark),
                "kept": Cell(
                    kept,
                    _("%(part)d of %(all)d") % {"part": kept, "all": len(one.settled)} if one.settled else "\u2013",
                ),
                "missed": Cell(", ".join(missed.clause for missed in one.with_outcome(Outcome.MISSED))),
                "credit": Cell(due[0] if len(due) == 1 else None, list_words([money_text(money) for money in due])),
                "contract": Cell(one.records[0].contract),
                "partner_id": Cell(partner),
                "bundle": Cell(line, command(line)),
            }
        )
    return Table("months", _("Every period"), columns, tuple(rows), _("No period was judged yet."))
