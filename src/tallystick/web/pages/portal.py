"""A partner's own first page: how it stands, what needs an answer, its results, disputes, actions and data."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tallystick.reports.figures import money_text, month_name
from tallystick.reports.markup import tag
from tallystick.verdicts.verdict import Outcome, Verdict
from tallystick.web.closing import State
from tallystick.web.closing_words import pill, state_of
from tallystick.web.dispute_words import dispute_row, dispute_table
from tallystick.web.figure import Figure, promised_words
from tallystick.web.freshness import feeds_of
from tallystick.web.page import Asked, Page
from tallystick.web.roles import DATA_READERS, PARTNER_ROLES, Role
from tallystick.web.room import Room
from tallystick.web.said import status
from tallystick.web.table import Cell, Column, Table

MOST_PERIODS = 12


def gather(room: Room, asked: Asked) -> dict[str, Any]:
    """All that the page shows; `period` of the URL chooses the month of the results."""
    periods = room.books.periods
    period = asked.choice("period", periods, periods[-1] if periods else "")
    verdicts = room.books.of(room.actor.party, period) if period else ()
    closings = {(one.record.contract, one.record.period): one for one in room.desk.close.all}
    zones = {(one.contract, one.period): one.zone for one in room.books.records}
    disputes = room.desk.disputes.all
    own = [closings[key] for key in closings if key[1] == period]
    return {
        "name": room.books.partners.get(room.actor.party, room.actor.party),
        "sentence": _sentence(period, verdicts),
        "period": period,
        "period_words": month_name(period),
        "choices": [{"period": one, "words": month_name(one)} for one in reversed(periods[-MOST_PERIODS:])],
        "shown": bool(own),
        "close": own[0].address if own else "",
        "pill": pill(state_of(own[0])) if own else None,
        "waiting": room.desk.close.waiting_for_me(),
        "promises": _promises(room, verdicts),
        "closings": _closings(room),
        "disputes": dispute_table(
            room,
            [dispute_row(room, one, zones.get((one.contract, one.period), "UTC")) for one in disputes],
            periods=True,
        ),
        "actions": _actions(room),
        "feeds": _feeds(room, period),
        "may_give": room.actor.may(DATA_READERS),
        "is_admin": Role.PARTNER_ADMIN in room.actor.roles,
        "contracts": [one.contract.contract for one in room.books.contracts],
    }  # fmt: skip


def _sentence(period: str, verdicts: tuple[Verdict, ...]) -> str:
    if not verdicts:
        return _("Nothing is judged yet. Your results appear here once a first period is.")
    judged = [one for one in verdicts if one.outcome not in (Outcome.NOT_ASSESSABLE, Outcome.PROVISIONAL)]
    kept = sum(one.outcome is Outcome.MET for one in judged)
    missed = [one for one in judged if one.outcome is Outcome.MISSED]
    parts = {"month": month_name(period), "kept": kept, "n": len(judged)}
    if not judged:
        waits = any(one.outcome is Outcome.PROVISIONAL for one in verdicts)
        words = (
            _("%(month)s cannot be settled yet: data are missing.") if waits else _("%(month)s: too little to judge.")
        )
        return words % parts
    if not missed:
        words = (
            _("%(month)s: you kept every promise, %(kept)d of %(n)d.")
            if kept == len(judged)
            else _("%(month)s: you kept %(kept)d of %(n)d promises and are excused for the rest.")
        )
        return words % parts
    worst = missed[0]
    figure = Figure(worst)
    parts |= {"title": worst.title, "value": figure.shown, "counted": figure.counted, "more": len(missed)}
    if len(missed) == 1:
        words = _("%(month)s: you kept %(kept)d of %(n)d promises and missed %(title)s: %(value)s, %(counted)s.")
    else:
        words = _(
            "%(month)s: you kept %(kept)d of %(n)d promises and missed %(more)d, "
            "first of them %(title)s: %(value)s, %(counted)s."
        )
    return words % parts


def _promises(room: Room, verdicts: tuple[Verdict, ...]) -> Table:
    columns = (
        Column("promise", _("promise"), as_is=True),
        Column("outcome", _("outcome")),
        Column("value", _("happened"), number=True),
        Column("target", _("promised"), number=True),
        Column("more", _("more that would have met it"), number=True),
    )
    rows = []
    for one in verdicts:
        figure = Figure(one)
        rows.append(
            {
                "promise": Cell(one.clause, f"{one.clause} {one.title}", figure.href),
                "outcome": Cell(one.outcome.value, status(one.outcome)),
                "value": Cell(figure.value, figure.markup),
                "target": Cell(one.target, promised_words(one)),
                "more": Cell(one.more_to_meet, one.more_to_meet or "\u2013"),
                "counted": Cell(figure.counted),
            }
        )
    empty = _("No result yet.")
    return Table("promises", _("Your promises and results"), columns, rows, empty)


def _closings(room: Room) -> Table:
    columns = (
        Column("period", _("period"), as_is=True),
        Column("contract", _("contract"), as_is=True, drawn=not all(one.alone for one in room.desk.close.all)),
        Column("state", _("state")),
        Column("credit", _("price adjustment"), number=True),
    )
    rows = []
    for one in room.desk.close.all:
        figures = one.course.figures if one.course.state is State.CLOSED else one.figures
        rows.append(
            {
                "period": Cell(one.record.period, month_name(one.record.period), one.address),
                "contract": Cell(one.record.contract),
                "state": Cell(state_of(one), pill(state_of(one))),
                "credit": Cell(figures.total, money_text(figures.total)),
            }
        )
    empty = _("The client has not opened a preview to you yet. A period is here from its preview on.")
    return Table("closings", _("Previews and closed periods"), columns, rows, empty)


def _actions(room: Room) -> Table:
    columns = (
        Column("what", _("what is done"), as_is=True),
        Column("period", _("period"), as_is=True),
        Column("owner", _("owner"), as_is=True),
        Column("due", _("due"), as_is=True),
        Column("state", _("state")),
    )
    corrective = room.desk.corrective
    rows = []
    for one in corrective.all:
        late = one.overdue(corrective.today)
        words = _("overdue") if late else _("open") if one.is_open else _("done")
        kind = "late" if late else "todo" if one.is_open else "fresh"
        rows.append(
            {
                "what": Cell(one.what, href=corrective.address(one)),
                "period": Cell(one.period, month_name(one.period)),
                "owner": Cell(one.owner),
                "due": Cell(one.due_on),
                "state": Cell(words, tag("span", words, class_=f"lamp {kind}")),
            }
        )
    return Table("actions", _("Corrective actions"), columns, rows, _("No corrective action is planned."))


def _feeds(room: Room, period: str) -> Table:
    columns = (
        Column("feed", _("feed"), as_is=True),
        Column("state", _("state")),
        Column("reach", _("how far it reaches")),
        Column("rows", _("rows"), number=True),
    )
    reaches = [
        one
        for record in room.books.records
        if record.period == period
        for one in feeds_of(record, room.books.of(record.partner, period)[0])
    ]
    rows = [
        {
            "feed": Cell(one.source, href="/data" if room.actor.may(DATA_READERS) else ""),
            "state": Cell(one.lamp, one.mark),
            "reach": Cell(one.newest, one.words),
            "rows": Cell(one.rows, f"{one.rows:,}"),
        }
        for one in reaches
    ]
    return Table("feeds", _("Data that you gave"), columns, rows, _("No feed was read for this period."))


PAGE = Page("portal", gettext_lazy("Portal"), PARTNER_ROLES, gather, order=5, key="p")
