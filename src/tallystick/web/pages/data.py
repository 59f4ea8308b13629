"""Feeds with their freshness, imports with what became of each row, words to map, findings of the data gate."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tallystick.reports.markup import Markup, tag
from tallystick.web.page import Asked, Page
from tallystick.web.roles import DATA_READERS, STEERING
from tallystick.web.room import Room
from tallystick.web.table import Cell, Column, Table


def gather(room: Room, asked: Asked) -> dict[str, Any]:
    """All that the page shows."""
    feeds, imports = room.desk.feeds, room.desk.imports
    check = feeds.check()
    zone = room.home.zone
    return {
        "zone": zone,
        "may_give": imports.may_give(),
        "may_assess": room.actor.may(STEERING) and bool(room.books.partners),
        "partners": dict(room.books.partners),
        "alarms": [
            {"feed": one.feed, "partner": one.partner, "kind": one.kind, "words": one.words, "since": one.opened_at}
            for one in _once(feeds.alarms())
        ],
        "feeds": _feeds(room),
        "open": [
            {"name": one.name, "address": one.address, "state": one.state, "by": one.given_name, "at": one.given_at}
            for one in imports.open()
        ],
        "imports": _imports(room),
        "to_do": _to_do(room, check),
        "check": None if check is None else {"at": check.at, "commit": check.commit, "behind": check.behind},
        "findings": _findings(room, check),
        "alarms_past": _past(room),
    }


def _once(alarms: Any) -> list[Any]:
    """An alarm of a feed that several partners' figures rest on, once."""
    return list({one.words: one for one in alarms}.values())


def lamp(state: str) -> Markup:
    """How fresh a feed is: shape, word and colour."""
    words = {
        "fresh": _("fresh"), "late": _("late"), "absent": _("absent"), "awaited": _("awaited"),
        "not watched": _("not watched"),
    }  # fmt: skip
    return tag("span", words[state], class_=f"lamp {state}" if state != "not watched" else "muted")


def wall(at: datetime | None, zone: str) -> Cell:
    """An instant as a cell, on the wall clock that the column's heading names."""
    return Cell(at, "\u2013" if at is None else f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}")


def _feeds(room: Room) -> Table:
    zone = room.home.zone
    steering = room.actor.may(STEERING)
    rows = []
    for one in room.desk.feeds.list():
        expected = one.expected or (_("say when") if steering else _("nobody has said"))
        href = f"/do/expect-feed?{urlencode({'feed': one.feed, 'back': '/data'})}" if steering else ""
        rows.append(
            {
                "feed": Cell(one.feed),
                "partner": Cell(one.partner, room.books.partners.get(one.partner, one.partner) or _("several")),
                "state": Cell(one.state, lamp(one.state)),
                "data_to": wall(one.data_to, zone),
                "arrived": wall(one.arrived, zone),
                "expected": Cell(one.expected, expected, href),
                "next_due": wall(one.next_due, zone),
                "files": Cell(one.files),
                "rows": Cell(one.rows, f"{one.rows:,}"),
            }
        )
    columns = [
        Column("feed", _("Feed"), as_is=True),
        Column("state", _("Freshness")),
        Column("data_to", _("Data to, %(zone)s") % {"zone": zone}, as_is=True),
        Column("arrived", _("Last file, %(zone)s") % {"zone": zone}, as_is=True),
        Column("expected", _("Expected")),
        Column("next_due", _("Next, %(zone)s") % {"zone": zone}, as_is=True),
        Column("files", _("Files"), number=True),
        Column("rows", _("Rows stored"), number=True),
    ]
    if room.actor.of_client:
        columns.insert(1, Column("partner", _("Partner"), as_is=True))
    empty = _("No feed yet. The first file that is taken in makes one, and the next files of its kind join it.")
    return Table("feeds", _("Feeds"), tuple(columns), rows, empty)


def _imports(room: Room) -> Table:
    zone = room.home.zone
    rows = [
        {
            "at": wall(datetime.fromisoformat(one["as_of"]), zone),
            "file": Cell(one["file"], None, one["page"]),
            "feed": Cell(one["feed"]),
            "rows_in": Cell(one["rows_in"], f"{one['rows_in']:,}"),
            "stored": Cell(one["stored"], f"{one['stored']:,}"),
            "duplicate": Cell(one["duplicate"], f"{one['duplicate']:,}"),
            "rejected": Cell(
                one["rejected"],
                f"{one['rejected']:,}",
                f"{one['page']}/rows" if one["page"] and one["rejected"] else "",
            ),
            "reasons": Cell("; ".join([one["refused"]] if one["refused"] else one["reasons"])),
        }
        for one in room.desk.imports.loads()
    ]
    columns = (
        Column("at", _("Taken in, %(zone)s") % {"zone": zone}, as_is=True),
        Column("file", _("File"), as_is=True),
        Column("feed", _("Feed"), as_is=True),
        Column("rows_in", _("Rows in"), number=True),
        Column("stored", _("Stored"), number=True),
        Column("duplicate", _("Duplicate"), number=True),
        Column("rejected", _("Rejected"), number=True),
        Column("reasons", _("Reasons"), sortable=False, as_is=True),
    )
    empty = _("Nothing was taken in yet. Give a file, or lay one into the folder of its feed.")
    return Table("imports", _("Imports"), columns, rows, empty)


def _to_do(room: Room, check: Any) -> Table:
    parts = {"statuses": _("status"), "queues": _("queue"), "agents": _("agent")}
    cures = {
        "statuses": _("Say whether a case in it is new, open, pending, on hold, solved or closed."),
        "queues": _("Say whose queue it is."),
        "agents": _("Take in the newest list of agents, or say whose agent it is."),
    }
    steering = room.actor.may(STEERING)
    rows = []
    for one in room.desk.feeds.to_do():
        asked = {"feed": one.feed, "part": one.part, "word": one.word, "back": "/data"}
        href = f"/do/say-meaning?{urlencode(asked)}" if steering and one.feed else ""
        rows.append(
            {
                "kind": Cell(parts[one.part]),
                "word": Cell(one.word, one.word or _("(none)"), href),
                "message": Cell(one.message),
                "rows": Cell(one.rows, f"{one.rows:,}"),
                "cure": Cell(cures[one.part]),
            }
        )
    columns = (
        Column("kind", _("What")),
        Column("word", _("Word"), as_is=True),
        Column("message", _("Why it matters"), sortable=False, as_is=True),
        Column("rows", _("Rows"), number=True),
        Column("cure", _("What to do"), sortable=False, as_is=True),
    )
    empty = _("Every status, queue and agent is known.") if check else _("The data gate has not been asked yet.")
    return Table("to_do", _("Words without a meaning"), columns, rows, empty)


def _findings(room: Room, check: Any) -> Table:
    rows = [
        {
            "rule": Cell(one["id"]),
            "severity": Cell(one["severity"]),
            "message": Cell(one["message"]),
            "rows": Cell(one.get("count", 1), f"{one.get('count', 1):,}"),
            "cure": Cell(one.get("cure", "")),
        }
        for one in (check.findings if check else ())
    ]
    columns = (
        Column("rule", _("Rule"), as_is=True),
        Column("severity", _("Weight")),
        Column("message", _("What was found"), sortable=False, as_is=True),
        Column("rows", _("Rows"), number=True),
        Column("cure", _("What to do"), sortable=False, as_is=True),
    )
    empty = _("The data gate found nothing.") if check else _("The data gate has not been asked yet.")
    return Table("findings", _("What the data gate found"), columns, rows, empty)


def _past(room: Room) -> Table:
    zone = room.home.zone
    rows = [
        {
            "feed": Cell(one["feed"]),
            "words": Cell(one["words"]),
            "opened": wall(one["opened"], zone),
            "closed": wall(one["closed"], zone),
        }
        for one in room.desk.feeds.past_alarms()
    ]
    columns = (
        Column("feed", _("Feed"), as_is=True),
        Column("words", _("What was wrong"), sortable=False, as_is=True),
        Column("opened", _("Opened, %(zone)s") % {"zone": zone}, as_is=True),
        Column("closed", _("Closed, %(zone)s") % {"zone": zone}, as_is=True),
    )
    return Table("alarms_past", _("Alarms that are over"), columns, rows, _("No alarm has ended yet."))


PAGE = Page("data", gettext_lazy("Data"), DATA_READERS, gather, order=70, key="d")
