"""Every period that was judged: how far its closing is, and whom it waits for."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tallystick.reports.figures import list_words, money_text, month_name
from tallystick.verdicts.verdict import Outcome
from tallystick.web.clocks import clock
from tallystick.web.closing import Move, State
from tallystick.web.closing_words import RESTATEMENT, STATES, pill, state_of, state_words, waits_for
from tallystick.web.page import Asked, Page
from tallystick.web.roles import EVERYONE
from tallystick.web.room import Room
from tallystick.web.table import Cell, Column, Table

MINE = "mine"


def gather(room: Room, asked: Asked) -> dict[str, Any]:
    """Closings by state, filtered by `state` and `partner` of the URL."""
    closings = room.desk.close.all
    waiting = room.desk.close.waiting_for_me()
    partners = room.books.partners
    state = asked.choice("state", (*STATES, MINE))
    partner = asked.choice("partner", partners)
    mine = {item["href"].partition("#")[0] for item in waiting}
    mine |= {one.address for one in closings if one.over and room.desk.close.may(one, Move.PREVIEW)}
    inside = [one for one in closings if partner in ("", one.record.partner)]
    shown = [
        one for one in inside if state in ("", state_of(one)) or (state == MINE and one.address in mine)
    ]  # fmt: skip
    counts = {name: sum(state_of(one) == name for one in inside) for name in STATES}
    return {
        "sentence": _sentence(room, closings),
        "state": state,
        "partner": partner,
        "partners": partners,
        "choices": [
            {"state": "", "words": _("all"), "count": len(inside)},
            {"state": MINE, "words": _("waiting for me"), "count": sum(one.address in mine for one in inside)},
            *({"state": name, "words": state_words(name), "count": counts[name]} for name in STATES),
        ],
        "waiting": waiting,
        "periods": _table(room, shown, state),
    }


def _sentence(room: Room, closings: Any) -> str:
    if not closings:
        return (
            _("No period is judged yet.") if room.actor.of_client else _("No period has been shown to your side yet.")
        )
    counts = {name: sum(state_of(one) == name for one in closings) for name in STATES}
    total = len(closings)
    closed = counts[State.CLOSED.value] + counts[RESTATEMENT]
    head = ngettext(
        "%(closed)d of %(n)d judged period is closed.", "%(closed)d of %(n)d judged periods are closed.", total
    ) % {"closed": closed, "n": total}  # fmt: skip
    rest = [
        _("%(count)d %(state)s") % {"count": counts[name], "state": state_words(name)}
        for name in (RESTATEMENT, State.APPROVED.value, State.PREVIEW.value, State.PROPOSED.value)
        if counts[name]
    ]
    return f"{head} {list_words(rest, _('and'))}." if rest else head


def _table(room: Room, closings: Any, state: str) -> Table:
    columns = (
        Column("period", _("period"), as_is=True),
        Column("partner", _("partner"), as_is=True),
        Column("contract", _("contract"), as_is=True, drawn=not all(one.alone for one in closings)),
        Column("state", _("state")),
        Column("missed", _("promises missed"), number=True),
        Column("credit", _("price adjustment"), number=True),
        Column("waits", _("waits for")),
        Column("until", _("clock")),
        Column("disputes", _("open disputes"), number=True),
    )
    empty = (
        _("Nothing is in this state. Choose another one above.")
        if state
        else _("A period appears here once it is judged: run `tally assess`, or wait for the scheduled assessment.")
        if room.actor.of_client
        else _("A period appears here when the client opens its preview to you.")
    )
    return Table("periods", _("Periods"), columns, [_row(room, one) for one in closings], empty)


def _row(room: Room, closing: Any) -> dict[str, Cell]:
    record, course = closing.record, closing.course
    if course.state is State.CLOSED and closing.superseded:
        counted = list(room.desk.close.verdicts_shown(closing))
    else:
        counted = [one for one in room.books.of(record.partner, record.period) if one.contract == record.contract]
    missed = sum(one.outcome is Outcome.MISSED for one in counted)
    open_answers = sum(one.outcome is Outcome.PROVISIONAL for one in counted)
    words = _("%(missed)d of %(n)d") % {"missed": missed, "n": len(counted)}
    if open_answers:
        words = _("%(words)s, %(open)d provisional") % {"words": words, "open": open_answers}
    figures = course.figures if course.state is State.CLOSED else closing.figures
    running = course.state is State.PREVIEW and course.agreed is None and course.until is not None
    until = clock(course.steps[-1].at, course.until, room.now) if running else None
    state = state_of(closing)
    changed = closing.superseded and course.state is not State.CLOSED
    return {
        "period": Cell(record.period, month_name(record.period), closing.address),
        "partner": Cell(room.books.partners.get(record.partner, record.partner)),
        "contract": Cell(record.contract),
        "state": Cell(state, pill(state, changed=changed)),
        "missed": Cell(missed, words),
        "credit": Cell(figures.total, money_text(figures.total)),
        "waits": Cell(waits_for(closing, room.now)),
        "until": Cell(course.until if until else None, until["words"] if until else None),
        "disputes": Cell(closing.open_disputes, closing.open_disputes or "\u2013"),
    }


PAGE = Page("close", gettext_lazy("Period close"), EVERYONE, gather, menu=gettext_lazy("Close"), order=50, key="c")
