"""One case behind a figure: drawn in the contract's zone, with its clocks, and how it counts."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tallystick.facts.timeline import Span
from tallystick.reports.charts import instant_text, timeline
from tallystick.reports.figures import duration_text
from tallystick.reports.gathered import ENDED, MOST_MARKS
from tallystick.verdicts.listing import RowShown
from tallystick.vocabulary.scope import OTHER_PARTY
from tallystick.web.evidence import (
    CaseSeen,
    case_address,
    case_of,
    explanation_of,
    neighbours,
    place_of,
    verdict_address,
    verdict_of,
)
from tallystick.web.page import Asked, Page
from tallystick.web.roles import EVERYONE
from tallystick.web.room import Room
from tallystick.web.said import clock_words, party_words, place_words
from tallystick.web.table import Cell, Column, Table
from tallystick.web.talk import dispute_link, disputes_about
from tallystick.web.texts import Conversation, conversation


def gather(room: Room, asked: Asked) -> dict[str, Any]:
    """One case under one verdict; its words only while a reading of them is open."""
    verdict = verdict_of(room, asked.parts)
    case_id = asked.parts["case_id"]
    seen = case_of(room, verdict, case_id)
    told, zone = seen.explained, seen.explained.zone
    before, after = neighbours(room, verdict, case_id)
    explanation = explanation_of(room, verdict)
    address = case_address(verdict, case_id)
    words = conversation(room, seen) if asked.query.get("text") == "1" else None
    return {
        "case": seen.timeline,
        "about": {
            "verdict": verdict.whole_name,
            "clause": verdict.clause,
            "title": verdict.title,
            "outcome": verdict.outcome,
            "partner": verdict.partner,
            "partner_name": room.books.partners.get(verdict.partner, verdict.partner),
            "period": verdict.period,
            "zone": zone,
            "sentence": told.sentence,
            "due": "" if told.due_at is None else instant_text(int(told.due_at.timestamp()), zone),
            "merged": told.merged,
            "command": told.command,
        },
        "places": [_place(row, place_of(row.status, explanation)) for row in seen.rows],
        "addresses": {
            "verdict": verdict_address(verdict),
            "case": address,
            "before": case_address(verdict, before) if before else "",
            "after": case_address(verdict, after) if after else "",
            "dispute": dispute_link(verdict, address, case=case_id),
            "text": f"/do/read-text?{urlencode({'verdict': verdict.whole_name, 'case': case_id, 'back': address})}",
        },
        "drawing": timeline("case", seen.timeline),
        "marks": [
            {"at": instant_text(mark.at_s, zone), "who": party_words(mark.party), "what": mark.words}
            for mark in seen.timeline.marks
        ],
        "more_marks": len(seen.timeline.marks) >= MOST_MARKS,
        "clocks": _clocks(seen, zone),
        "spans": _spans(seen, zone),
        "disputes": disputes_about(room, verdict, zone, case_id),
        "words": _words(words, zone),
    }


def _place(row: RowShown, place: str) -> dict[str, Any]:
    """Where the case stands in the figure, and what it adds."""
    due, stop = row.parts.get("due_at"), row.parts.get("stop_at")
    late = None if due is None or stop is None else int((stop - due).total_seconds())
    return {
        "place": place_words(place),
        "clock": str(row.parts.get("clock", "")).replace("_", " "),
        "adds": row.brings,
        "late_s": late,
    }


def _clocks(seen: CaseSeen, zone: str) -> Table:
    """All clocks of the case, those that this clause rests on first."""
    own = str(seen.rows[0].parts.get("clock", "")) if seen.rows else ""
    return Table(
        "clocks",
        _("Its clocks, times of %(zone)s") % {"zone": zone},
        (
            Column("clock", _("Clock"), as_is=True),
            Column("n", _("No."), number=True),
            Column("start", _("Started"), as_is=True),
            Column("due", _("Due"), as_is=True),
            Column("stop", _("Ended"), as_is=True),
            Column("state", _("State")),
            Column("counted", _("Counted"), number=True),
            Column("allowed", _("Allowed"), number=True),
            Column("paused", _("Paused"), number=True),
            Column("waiting", _("Paused while the customer waits"), number=True),
            Column("owner", _("Belongs to"), as_is=True),
            Column("here", _("Of this clause")),
        ),
        [
            {
                "clock": Cell(clock["kind"], str(clock["kind"]).replace("_", " ")),
                "n": Cell(clock["n"]),
                "start": _instant(clock["start_at"], zone),
                "due": _instant(clock["due_at"], zone),
                "stop": _instant(clock["stop_at"], zone),
                "state": Cell(clock["state"], clock_words(clock["state"])),
                "counted": _seconds(clock["business_s"] if clock["basis"] == "business" else clock["calendar_s"]),
                "allowed": _seconds(clock["target_s"]),
                "paused": _seconds(clock["paused_s"]),
                "waiting": _seconds(clock["waiting_s"]),
                "owner": Cell(clock["owner_due"] or clock["owner_stop"] or clock["owner_start"]),
                "here": Cell(clock["kind"] == own, _("yes") if clock["kind"] == own else ""),
            }
            for clock in sorted(seen.explained.clocks, key=lambda clock: clock["kind"] != own)
        ],
        empty=_("No clock ran for this case."),
    )


def _spans(seen: CaseSeen, zone: str) -> Table:
    return Table(
        "spans",
        _("From event to event, times of %(zone)s") % {"zone": zone},
        (
            Column("start", _("From"), as_is=True),
            Column("stop", _("Until"), as_is=True),
            Column("status", _("Status"), as_is=True),
            Column("clock", _("The clocks")),
            Column("open", _("In opening hours"), number=True),
            Column("calendar", _("By the calendar"), number=True),
            Column("partner", _("Held by"), as_is=True),
        ),
        [
            {
                "start": _instant(span.start_at, zone),
                "stop": _instant(span.stop_at, zone),
                "status": Cell(span.status),
                "clock": Cell(_state(span)),
                "open": _seconds(span.business_s),
                "calendar": _seconds(span.calendar_s),
                "partner": Cell(_("another party") if span.partner == OTHER_PARTY else span.partner),
            }
            for span in seen.explained.spans
        ],
        empty=_("No event of this case was recorded."),
    )


def _state(span: Span) -> str:
    if span.pause:
        return _("paused while the customer waits") if span.waiting else _("paused")
    return _("stopped") if span.status in ENDED or not span.running else _("running")


def _instant(at: datetime | None, zone: str) -> Cell:
    return Cell(None) if at is None else Cell(at, instant_text(int(at.timestamp()), zone)[4:24])


def _seconds(value: int | None) -> Cell:
    return Cell(None) if value is None else Cell(value, duration_text(Fraction(value)))


def _role(role: str) -> str:
    return {"customer": _("customer"), "agent": _("agent"), "bot": _("bot")}.get(role, _("system"))


def _words(read: Conversation | None, zone: str) -> dict[str, Any] | None:
    """The messages that may be shown, or None."""
    if read is None:
        return None
    return {
        "reason": read.reason,
        "until": read.until,
        "messages": [
            {
                "at": instant_text(int(message.sent_at.timestamp()), zone),
                "role": message.role,
                "author": _role(message.role),
                "public": message.public,
                "language": message.language,
                "text": message.text,
                "translated": message.translated,
            }
            for message in read.messages
        ],
    }


PAGE = Page(
    "verdict/<str:contract>/<str:partner>/<str:clause>/<str:period>/case/<path:case_id>",
    gettext_lazy("One case, drawn"),
    EVERYONE,
    gather,
    short="verdict/<str:partner>/<str:clause>/<str:period>/case/<path:case_id>",
)
