"""One file on its way in: what it is taken for, the correction of that, its progress, its outcome."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tallystick.web.page import Asked, Page
from tallystick.web.roles import CLIENT_ROLES, STEERING, Role
from tallystick.web.room import Room

READERS = CLIENT_ROLES | {Role.PARTNER_ADMIN, Role.TEAM_LEADER}
# How the command line says where a meaning is given.
_UNDER = re.compile(r"say one under `\w+`")
_STEPS = ("given", "reading", "read", "approved", "importing", "done")


def gather(room: Room, asked: Asked) -> dict[str, Any]:
    """All that the page shows of one file."""
    one = room.desk.imports.one(asked.parts["number"])
    look, outcome = one.look, one.outcome
    mapping: Mapping[str, Any] = look.get("mapping", {})
    connector = mapping.get("connector", "")
    choices = room.desk.imports.choices(connector)
    told = one.told
    may = room.desk.imports.may_give()
    return {
        "number": one.number,
        "seen_version": one.version,
        "name": one.name,
        "state": one.state,
        "at_work": one.at_work,
        "step": 3 if one.state == "done" else 2 if one.state in _STEPS[3:] or one.state == "interrupted" else 1,
        "by": one.given_name,
        "given_at": one.given_at,
        "changed_at": one.changed_at,
        "size": one.size,
        "done": one.done,
        "total": one.total,
        "may_decide": may,
        "may_correct": may and one.state in ("read", "refused") and bool(look.get("columns") or look.get("words")),
        "refused": outcome.get("refused") or look.get("refused", ""),
        "cure": look.get("cure", "") or next((one.get("cure", "") for one in outcome.get("findings", [])), ""),
        "reading": {
            "connector": connector,
            "feed": mapping.get("feed", ""),
            "shape": mapping.get("shape", ""),
            "zone": mapping.get("zone", ""),
            "partner": mapping.get("partner", ""),
            "form": look.get("read_as", {}).get("form", ""),
            "encoding": look.get("read_as", {}).get("encoding", ""),
            "delimiter": look.get("read_as", {}).get("delimiter", ""),
            "told_encoding": told.get("encoding", ""),
            "told_delimiter": {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}.get(
                told.get("delimiter", ""), told.get("delimiter", "")
            ),
            "told_sheet": told.get("sheet", ""),
        },
        "choices": choices,
        "supports": choices["supports"],
        "columns": look.get("columns", []),
        "roles": [{"role": role, "words": role_words(role)} for role in look.get("roles", [])],
        "words": _words(look, choices),
        "notes": list(mapping.get("notes", [])),
        "doubts": [_UNDER.sub(_("give it one below"), doubt) for doubt in mapping.get("doubts", [])],
        "counts": look.get("counts", {}),
        "previews": [_preview(one) for one in look.get("previews", [])],
        "findings": [_finding(one) for one in (outcome or look).get("findings", [])],
        "outcome": {key: outcome.get(key, 0) for key in ("rows_in", "stored", "duplicate", "rejected")},
        "tables": dict(outcome.get("tables", {})),
        "assess": _assessable(room, mapping) if one.state == "done" and room.actor.may(STEERING) else {},
    }


def _assessable(room: Room, mapping: Mapping[str, Any]) -> dict[str, str]:
    """The partners whose figures the rows may move."""
    partners = dict(room.books.partners)
    own = mapping.get("partner", "")
    return {own: partners[own]} if own in partners else partners


def _words(look: Mapping[str, Any], choices: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The source's words with a running number over all parts, as the form names its fields."""
    titles = {
        "statuses": _("What each status means"),
        "kinds": _("What each event or figure means"),
        "queues": _("Whose each queue is"),
        "channels": _("Which channel each word is"),
    }
    found, number = [], 0
    for part, words in look.get("words", {}).items():
        if part not in choices["meanings"]:
            continue
        rows = []
        for one in words:
            rows.append({**one, "number": number})
            number += 1
        found.append({"part": part, "title": titles[part], "among": choices["meanings"][part], "rows": rows})
    return found


def _preview(preview: Mapping[str, Any]) -> dict[str, Any]:
    titles = {
        "case": _("Cases"), "case_event": _("Events of cases"), "survey_response": _("Surveys"), "agent": _("Agents"),
        "identity": _("Ids of persons"), "call": _("Calls"), "call_interval": _("Intervals of queues"),
        "agent_state": _("States of agents"), "shift": _("Shifts"), "forecast": _("Forecasts"),
        "training": _("Trainings"), "reported_value": _("Figures that the partner reports"),
    }  # fmt: skip
    rows = preview["rows"]
    heads = [key for key in rows[0] if any(row.get(key) is not None for row in rows)]
    return {
        "title": titles.get(preview["table"], preview["table"].replace("_", " ")),
        "heads": [head.replace("_", " ") for head in heads],
        "rows": [[_cell(head, row.get(head)) for head in heads] for row in rows],
    }


def _cell(head: str, value: Any) -> Any:
    return value[:19].replace("T", " ") if head.endswith("_at") and isinstance(value, str) else value


def _finding(finding: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: finding.get(key, 1 if key == "count" else "") for key in ("id", "severity", "message", "cure", "count")
    }


def role_words(role: str) -> str:
    """What a column holds, in words."""
    said = {
        "case": _("id of the case"), "created": _("when it was created"), "first_reply": _("first reply"),
        "resolved": _("when it was resolved"), "closed": _("when it was closed"), "due": _("when it is due"),
        "updated": _("last change"), "event_time": _("when it happened"), "event": _("what happened"),
        "event_value": _("new value"), "event_id": _("id of the event"), "actor": _("who did it"),
        "requester": _("the customer"), "text": _("text (redacted before it is stored)"), "score": _("score"),
        "translated": _("whether a machine translated it"),
        "call_date": _("day of the call"), "call_started": _("start of the call"), "wait": _("waiting time"),
        "call_answered": _("when it was answered"), "call_ended": _("end of the call"), "talk": _("talking time"),
        "response": _("id of the survey"), "sent": _("when it was sent"), "answered": _("when it was answered"),
        "agent": _("agent"), "partner": _("partner"), "queue": _("queue"), "scale_min": _("lowest score"),
        "scale_max": _("highest score"), "status": _("status"), "priority": _("priority"), "channel": _("channel"),
        "language": _("language"), "reason": _("reason"), "outcome": _("outcome"),
    }  # fmt: skip
    return said.get(role, role.replace("_", " "))


PAGE = Page("data/import/<slug:number>", gettext_lazy("Import"), READERS, gather)
