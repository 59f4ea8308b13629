"""What is open between the client and one partner: disputes and corrective actions."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tallystick.reports.figures import month_name
from tallystick.web.figure import address_named
from tallystick.web.freshness import at_words
from tallystick.web.room import Room
from tallystick.web.table import Cell, Column, Table


def open_disputes(room: Room, partner: str) -> Table:
    """The disputes that wait for a decision, the next deadline first."""
    columns = (
        Column("about", _("dispute"), as_is=True),
        Column("period", _("period"), as_is=True),
        Column("expected", _("what is asked for")),
        Column("due", _("to be decided by"), as_is=True),
    )
    rows = [
        {
            "about": Cell(one.about, href=one.address),
            "period": Cell(one.period, month_name(one.period)),
            "expected": Cell(one.expected),
            "due": Cell(one.due_at, at_words(one.due_at, room.actor.zone)),
        }
        for one in room.desk.disputes.all
        if one.partner == partner and one.is_open
    ]
    empty = _("No dispute is open. One is opened from a verdict, a case or a credit.")
    return Table("disputes", _("Open disputes"), columns, tuple(rows), empty)


def open_actions(room: Room, partner: str) -> Table:
    """The corrective actions still to be done, the next day first."""
    columns = (
        Column("what", _("corrective action"), as_is=True),
        Column("clause", _("after the miss of"), as_is=True),
        Column("owner", _("owner"), as_is=True),
        Column("due", _("due"), as_is=True),
    )
    desk = room.desk.corrective
    rows = [
        {
            "what": Cell(one.what, href=desk.address(one)),
            "clause": Cell(
                f"{one.clause} {one.period}",
                href=address_named(f"{one.contract}/{partner}/{one.clause}/{one.period}"),
            ),
            "owner": Cell(one.owner),
            "due": Cell(one.due_on, _("%(day)s, overdue") % {"day": one.due_on} if one.overdue(desk.today) else None),
        }
        for one in desk.all
        if one.partner == partner and one.is_open
    ]
    empty = _("No corrective action is open. One is planned on a missed promise, when its period is closed.")
    return Table("actions", _("Open corrective actions"), columns, tuple(rows), empty)
