"""The first screen: one sentence, how each partner stands, seven figures, what waits, what changed, what comes."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy

from tallystick.web.amounts import by_currency
from tallystick.web.changes import changes
from tallystick.web.credits import money_table
from tallystick.web.customers import customers_table
from tallystick.web.first_steps import first_steps
from tallystick.web.grids import partner_by_month
from tallystick.web.next_dates import next_dates
from tallystick.web.overview_tiles import overview_tiles
from tallystick.web.page import Asked, Page
from tallystick.web.period_choice import PeriodChoice, period_choice
from tallystick.web.remembered import remembered
from tallystick.web.roles import CLIENT_ROLES
from tallystick.web.room import Room
from tallystick.web.sentences import overview_sentence
from tallystick.web.stages import stage_of, with_stages
from tallystick.web.standings import LateFeeds, as_of_words, late_feeds, standings

MOST_WAITING = 8


def gather(room: Room, asked: Asked) -> dict[str, Any]:
    """All that the first screen shows."""
    choice = period_choice(room, asked)
    wall = asked.query.get("wall") == "1"
    if not choice.label:
        return {"choice": choice, "wall": wall, "steps": first_steps(room)}
    late = late_feeds(room)
    kept = remembered(room, ("overview", choice.label, late), lambda: _of_period(room, choice, late))
    stood = kept["standings"]
    waiting = room.desk.close.waiting_for_me()
    return {
        "choice": choice,
        "wall": wall,
        **kept,
        "sentence": overview_sentence(choice.label, stood, kept["due"], stage_of(room, stood)),
        "money": with_stages(room, kept["money"]),
        "waiting": waiting,
        "waiting_more": max(len(waiting) - MOST_WAITING, 0),
        "dates": next_dates(room),
    }


def _of_period(room: Room, choice: PeriodChoice, late: LateFeeds) -> dict[str, Any]:
    all_of = standings(room, late)
    stood = [one for partner in room.books.partners if (one := all_of.get((partner, choice.label))) is not None]
    due = by_currency(statement.total for one in stood for statement in one.statements)
    return {
        "due": due,
        "as_of": as_of_words(stood, room.home.zone),
        "standings": stood,
        "tiles": overview_tiles(room, all_of, choice.label, stood),
        "changes": changes(room, all_of, choice.label, choice.before),
        "customers": customers_table(room, choice.shown, stood),
        "money": money_table(room, all_of, stood),
        "matrix": partner_by_month(all_of, room.books.partners, choice.shown, choice.label),
        "months": {
            partner: {
                period: all_of[partner, period].standing.value for period in choice.among if (partner, period) in all_of
            }
            for partner in room.books.partners
        },
    }


PAGE = Page("overview", gettext_lazy("Overview"), CLIENT_ROLES, gather, order=10, key="o")
