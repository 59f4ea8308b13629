"""Everything of one partner: how it stands, each promise, the money, its own report, its data, disputes, contracts."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tallystick.reports.charts import credit_bars
from tallystick.reports.figures import day_text, money_text
from tallystick.reports.markup import Markup
from tallystick.reports.page import steps_table
from tallystick.verdicts.statement import Statement
from tallystick.verdicts.verdict import Outcome
from tallystick.vocabulary.errors import NotFound
from tallystick.web.amounts import by_currency
from tallystick.web.books import ContractText
from tallystick.web.changes import changes
from tallystick.web.credits import cap_of, money_table
from tallystick.web.figure import address_named
from tallystick.web.first_steps import first_steps
from tallystick.web.history import history_table
from tallystick.web.months import months_of
from tallystick.web.next_dates import next_dates
from tallystick.web.open_matters import open_actions, open_disputes
from tallystick.web.own_report import own_report
from tallystick.web.page import Asked, Page
from tallystick.web.period_choice import PeriodChoice, period_choice
from tallystick.web.promises import WEIGHT, histories, promise_row, promise_table
from tallystick.web.remembered import remembered
from tallystick.web.roles import CLIENT_ROLES
from tallystick.web.room import Room
from tallystick.web.sentences import partner_sentence
from tallystick.web.stages import stage_of, with_stages
from tallystick.web.standings import LateFeeds, Stood, as_of_words, late_feeds, standings
from tallystick.web.table import Cell, Column, Table
from tallystick.web.trends import Trend, trends_of


def gather(room: Room, asked: Asked) -> dict[str, Any]:
    """All about the partner that the address names."""
    partner = asked.parts["partner"]
    if partner not in room.books.partners:
        raise NotFound("partner", partner)
    choice = period_choice(room, asked, partner)
    shared = {
        "partner": partner,
        "name": room.books.partners[partner],
        "choice": choice,
        "contracts": remembered(room, ("contracts of", partner), lambda: _contracts(room, partner)),
        "dates": next_dates(room, partner),
    }
    if not choice.label:
        return {**shared, "steps": first_steps(room)}
    late = late_feeds(room)
    key = ("partner", partner, choice.label, late)
    kept = remembered(room, key, lambda: _of_period(room, partner, choice, late))
    stood = kept["stood"]
    return {
        **shared,
        **kept,
        "sentence": partner_sentence(
            stood, by_currency(one.total for one in stood.statements), stage_of(room, [stood])
        ),
        "money": with_stages(room, kept["money"]),
        "months": with_stages(room, kept["months"]),
        "disputes": open_disputes(room, partner),
        "actions": open_actions(room, partner),
    }


def _of_period(room: Room, partner: str, choice: PeriodChoice, late: LateFeeds) -> dict[str, Any]:
    all_of = standings(room, late)
    stood = all_of[partner, choice.label]
    points = histories(room, choice.shown)
    ranked = sorted(stood.verdicts, key=lambda one: WEIGHT[one.outcome])
    rows = [promise_row(stood, one, points[one.contract, partner, one.clause]) for one in ranked]
    return {
        "stood": stood,
        "as_of": as_of_words([stood], stood.records[0].zone),
        "promises": promise_table("promises", _("Every promise"), rows, _("No clause was judged."), partner=False),
        "trends": [
            Trend(one, trends_of(one, points[one.contract, partner, one.clause]), one.outcome is Outcome.MISSED)
            for one in ranked
        ],
        "money": money_table(room, all_of, [stood]),
        "statements": [told for statement in stood.statements if (told := _steps(statement)) is not None],
        "reported": own_report(stood),
        "feeds": _feeds(stood),
        "findings": [
            {"rule": rule, "words": words, "count": count}
            for record in stood.records
            for rule, words, count in record.gate.findings
        ],
        "changes": changes(room, all_of, choice.label, choice.before, partner),
        "months": months_of(room, all_of, partner),
        "history": history_table(room.books.of(partner)),
    }


# ---- money -------------------------------------------------------------------------------------------------------


def _steps(statement: Statement) -> dict[str, Any] | None:
    """The arithmetic of a statement that moves money, and its drawing."""
    moved = [line for line in statement.lines if line.amount.amount]
    if not moved:
        return None
    title = _("Price adjustments of %(total)s") % {"total": money_text(statement.total)}
    bars = tuple((line.clause, line.amount, line.payable) for line in moved)
    return {
        "contract": statement.contract,
        "total": statement.total,
        "lines": [
            {
                "clause": line.clause,
                "words": _("%(credit)s, because %(clause)s was missed")
                % {"credit": line.clause, "clause": line.follows},
                "href": address_named(f"{statement.contract}/{statement.partner}/{line.follows}/{statement.period}"),
                "steps": [vars(step) for step in line.steps],
                "shown": steps_table(line.steps),
            }
            for line in moved
        ],
        "caps": [vars(step) for step in statement.caps],
        "caps_shown": steps_table(statement.caps) or Markup(),
        "drawing": credit_bars(f"credits-{statement.contract}", title, bars, cap_of(statement)),
    }


# ---- data --------------------------------------------------------------------------------------------------------


def _feeds(stood: Stood) -> Table:
    columns = (
        Column("feed", _("feed"), as_is=True),
        Column("lamp", _("state")),
        Column("newest", _("reaches")),
        Column("rows", _("events"), number=True),
    )
    rows = [
        {
            "feed": Cell(feed.source, href="/data"),
            "lamp": Cell(feed.lamp, feed.mark),
            "newest": Cell(feed.newest, feed.words),
            "rows": Cell(feed.rows, f"{feed.rows:,}"),
        }
        for feed in stood.feeds
    ]
    return Table(
        "feeds", _("Data behind the figures"), columns, tuple(rows), _("No feed brought data for this period.")
    )


# ---- contracts ----------------------------------------------------------------------------------------------------


def _contracts(room: Room, partner: str) -> Table:
    columns = (
        Column("contract", _("contract"), as_is=True),
        Column("title", _("title"), as_is=True),
        Column("term", _("term"), as_is=True),
        Column("clauses", _("clauses"), number=True),
        Column("amendments", _("amendments"), as_is=True),
    )
    rows = [_contract(text) for text in room.books.contracts if partner in text.partners]
    empty = _("No contract with this partner is in the folder contracts.")
    return Table("contracts", _("Contracts"), columns, tuple(rows), empty)


def _contract(text: ContractText) -> dict[str, Cell]:
    contract = text.contract
    term = _("%(from)s to %(to)s") % {
        "from": day_text(contract.term.from_on),
        "to": day_text(contract.whole_term.to_on),
    }
    return {
        "contract": Cell(contract.contract, href=f"/contract/{quote(contract.contract)}"),
        "title": Cell(contract.title),
        "term": Cell(contract.whole_term.to_on, term),
        "clauses": Cell(len(contract.clauses)),
        "amendments": Cell(", ".join(part.id for part in contract.amendments)),
    }


PAGE = Page("partner/<str:partner>", gettext_lazy("Partner"), CLIENT_ROLES, gather)
