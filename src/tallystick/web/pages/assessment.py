"""A judging on request: whether it is done, and which verdicts it made or restated."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tallystick.reports.figures import month_name
from tallystick.web.figure import address_named
from tallystick.web.page import Asked, Page
from tallystick.web.roles import CLIENT_ROLES
from tallystick.web.room import Room
from tallystick.web.table import Cell, Column, Table


def gather(room: Room, asked: Asked) -> dict[str, Any]:
    """All that the page shows."""
    one = room.desk.assessing.one(asked.parts["number"])
    return {
        "number": one.number,
        "partner": one.partner,
        "partner_name": room.books.partners.get(one.partner, one.partner),
        "state": one.state,
        "at_work": one.at_work,
        "by": one.asked_name,
        "asked_at": one.asked_at,
        "ended_at": one.ended_at,
        "judged": one.outcome.get("judged", 0),
        "new": one.outcome.get("new", 0),
        "restated": one.outcome.get("restated", 0),
        "message": one.outcome.get("message", ""),
        "cure": one.outcome.get("cure", ""),
        "left_out": one.outcome.get("left_out", []),
        "changes": _changes(room, one.outcome.get("told", [])),
    }


def _changes(room: Room, told: list[dict[str, Any]]) -> Table:
    rows = []
    for one in told:
        shared = {
            "partner": Cell(one["partner"], room.books.partners.get(one["partner"], one["partner"])),
            "period": Cell(one["period"], month_name(one["period"])),
        }
        if not one["restated"]:
            href = f"/close/{one['partner']}/{one['period']}"
            told_words = _("judged for the first time") if one["change"] == "new" else _("judged anew")
            rows.append({**shared, "clause": Cell("", _("all"), href), "now": Cell(told_words), "because": Cell("")})
        for verdict in one["restated"]:
            because = ", ".join(verdict["because"])
            if verdict["records"]:
                because = _("%(because)s (%(records)s records)") % {
                    "because": because,
                    "records": f"{verdict['records']:,}",
                }
            # Outcomes that older versions kept name no contract.
            name = "/".join(filter(None, (one.get("contract"), one["partner"], verdict["clause"], one["period"])))
            href = address_named(name)
            clause = Cell(verdict["clause"], f"{verdict['clause']} {verdict['title']}", href)
            now = Cell(verdict["outcome"], _("restated: %(outcome)s") % {"outcome": verdict["outcome"]})
            rows.append({**shared, "clause": clause, "now": now, "because": Cell(because)})
    columns = (
        Column("partner", _("Partner"), as_is=True),
        Column("period", _("Period"), as_is=True),
        Column("clause", _("Clause")),
        Column("now", _("Now")),
        Column("because", _("Because of"), as_is=True),
    )
    return Table("changes", _("What changed"), columns, rows, _("Every verdict says what it said before."))


PAGE = Page("data/assessment/<slug:number>", gettext_lazy("Assessment"), CLIENT_ROLES, gather)
