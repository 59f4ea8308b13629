"""Relief: what was asked for and answered, what stands in the contracts, and what it does to verdicts."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tallystick.reports.figures import month_name, value_text
from tallystick.reports.markup import Markup, tag
from tallystick.web.evidence import verdict_address
from tallystick.web.page import Asked, Page
from tallystick.web.roles import CLIENT_ROLES, Role
from tallystick.web.room import Room
from tallystick.web.table import Cell, Column, Table

READERS = CLIENT_ROLES | {Role.PARTNER_ADMIN, Role.TEAM_LEADER}
LAMPS = {"requested": "lamp todo", "agreed": "lamp fresh", "refused": "lamp late", "withdrawn": "muted"}
HERE = "/relief"


def gather(room: Room, asked: Asked) -> dict[str, Any]:
    """All that the page shows."""
    return {
        "may_ask": [
            {
                "contract": text.contract.contract,
                "name": room.books.partners[partner],
                "href": _do("ask-relief", contract=text.contract.contract, partner=partner),
            }
            for text in room.books.contracts
            for partner in text.partners
            if room.desk.relief.may_ask
        ],
        "requests": _requests(room),
        "effects": _effects(room),
        "in_texts": _in_texts(room),
    }


def _do(what: str, **given: str) -> str:
    return f"/do/{what}?{urlencode({**given, 'back': HERE})}"


def _state(state: str) -> Markup:
    words = {"requested": _("requested"), "agreed": _("agreed"), "refused": _("refused"), "withdrawn": _("withdrawn")}
    return tag("span", words[state], class_=LAMPS[state])


def _requests(room: Room) -> Table:
    desk, names = room.desk.relief, room.books.partners
    rows = []
    for one in desk.all:
        number = str(one.pk)
        answers = desk.may_answer(one)
        own = desk.may_withdraw(one)
        agree = Cell("agree", _("Agree"), _do("agree-relief", request=number)) if answers else Cell(None)
        end = Cell(None)
        if answers or own:
            words, what = (_("Refuse"), "refuse-relief") if answers else (_("Withdraw"), "withdraw-relief")
            end = Cell(what, words, _do(what, request=number))
        rows.append(
            {
                "partner": Cell(one.partner, names.get(one.partner, one.partner)),
                "contract": Cell(one.contract, None, f"/contract/{one.contract}"),
                "cause": Cell(one.cause, one.get_cause_display()),
                "span": Cell(one.span),
                "clauses": Cell(one.clauses or None, one.clauses or _("all")),
                "claim": Cell(one.claim),
                "evidence": Cell(one.evidence or None),
                "by": Cell(one.by_name),
                "state": Cell(one.state, _state(one.state)),
                "answer": Cell(one.answer or None),
                "answered": Cell(one.answered_name or None),
                "agree": agree,
                "end": end,
            }
        )
    columns = [
        Column("state", _("State")),
        Column("agree", _("Yes"), sortable=False),
        Column("cause", _("What happened")),
        Column("contract", _("Contract"), as_is=True),
        Column("span", _("From and until, contract's zone"), as_is=True),
        Column("clauses", _("Clauses"), as_is=True),
        Column("claim", _("Why"), sortable=False, as_is=True),
        Column("evidence", _("Evidence"), sortable=False, as_is=True),
        Column("by", _("Asked by"), as_is=True),
        Column("answer", _("Answer"), sortable=False, as_is=True),
        Column("answered", _("Answered by"), as_is=True),
        Column("end", _("No"), sortable=False),
    ]
    if room.actor.of_client:
        columns.insert(1, Column("partner", _("Partner"), as_is=True))
    return Table("requests", _("Requests for relief"), tuple(columns), rows, _("Nobody has asked for relief here."))


def _effects(room: Room) -> Table:
    names = room.books.partners
    rows = []
    for verdict in room.books.verdicts:
        effect = verdict.relief
        if effect is None:
            continue
        unit = verdict.value.unit if verdict.value is not None else "ratio"
        without = verdict.value.value if verdict.value is not None else None
        rows.append(
            {
                "verdict": Cell(verdict.name, f"{verdict.clause} {verdict.title}", verdict_address(verdict)),
                "partner": Cell(verdict.partner, names.get(verdict.partner, verdict.partner)),
                "period": Cell(verdict.period, month_name(verdict.period)),
                "relief": Cell(", ".join((*effect.agreed, *effect.requested))),
                "rows": Cell(effect.rows_relieved, f"{effect.rows_relieved:,}"),
                "without": Cell(without, value_text(without, unit)),
                "with": Cell(effect.value, value_text(effect.value, unit)),
                "n": Cell(effect.n),
                "before": Cell(effect.outcome_without),
                "after": Cell(effect.outcome_with),
            }
        )
    columns = [
        Column("verdict", _("Verdict"), as_is=True),
        Column("period", _("Period"), as_is=True),
        Column("relief", _("Relief"), as_is=True),
        Column("rows", _("Rows relieved"), number=True),
        Column("without", _("Without it"), number=True),
        Column("with", _("With it"), number=True),
        Column("n", _("n with it"), number=True),
        Column("before", _("Outcome without"), as_is=True),
        Column("after", _("Outcome with"), as_is=True),
    ]
    if room.actor.of_client:
        columns.insert(1, Column("partner", _("Partner"), as_is=True))
    empty = _("No verdict is touched by relief.")
    return Table("effects", _("What relief does to verdicts"), tuple(columns), rows, empty)


def _in_texts(room: Room) -> Table:
    names = room.books.partners
    rows = [
        {
            "contract": Cell(text.contract.contract, None, f"/contract/{text.contract.contract}"),
            "relief": Cell(event.id),
            "state": Cell(event.status, _state(event.status)),
            "cause": Cell(event.reason, event.reason.replace("-", " ")),
            "span": Cell(f"{event.from_at.text} \u2013 {event.to_at.text}"),
            "clauses": Cell(", ".join(event.clauses) or None, ", ".join(event.clauses) or _("all")),
        }
        for text in room.books.contracts
        for event in text.contract.relief
        if not event.partners or set(event.partners) & set(names)
    ]
    columns = (
        Column("relief", _("Relief"), as_is=True),
        Column("contract", _("Contract"), as_is=True),
        Column("state", _("State")),
        Column("cause", _("What happened"), as_is=True),
        Column("span", _("From and until, contract's zone"), as_is=True),
        Column("clauses", _("Clauses"), as_is=True),
    )
    return Table("in_texts", _("In the contracts' texts"), columns, rows, _("No text names a relief event."))


PAGE = Page("relief", gettext_lazy("Relief"), READERS, gather, order=35, key="r")
