"""What both sides said about a verdict or one of its cases: disputes, comments, and the client's own notes."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from tallystick.verdicts.verdict import Verdict
from tallystick.web.dispute_words import dispute_row, dispute_table, side_words
from tallystick.web.room import Room
from tallystick.web.table import Table


def disputes_about(room: Room, verdict: Verdict, zone: str, case_id: str = "") -> Table:
    """The disputes about a verdict and what hangs on it, or about one case of it."""
    found = room.desk.disputes.of(verdict.contract, verdict.partner, verdict.period)
    own = [one for one in found if one.clause == verdict.clause and case_id in ("", one.case_id)]
    return dispute_table(room, [dispute_row(room, one, zone) for one in own])


def said_about(room: Room, verdict: Verdict) -> dict[str, Any]:
    """Comments of both sides and notes of the client's, oldest first."""
    about = f"verdict/{verdict.whole_name}"
    return {
        "comments": _said(room, room.desk.comments.of(about)),
        "notes": _said(room, room.desk.comments.notes(about)),
    }


def dispute_link(verdict: Verdict, back: str, **more: str) -> str:
    """Where a dispute about a verdict, or with `case` or `credit` about one of those, is opened."""
    named = {
        "contract": verdict.contract, "partner": verdict.partner, "clause": verdict.clause, "period": verdict.period,
        **more, "back": back,
    }  # fmt: skip
    return f"/do/open-dispute?{urlencode(named)}"


def comment_link(action: str, verdict: Verdict, back: str) -> str:
    """Where a comment or a note about a verdict is written."""
    return f"/do/{action}?{urlencode({'about': f'verdict/{verdict.whole_name}', 'back': back})}"


def _said(room: Room, comments: Any) -> list[dict[str, Any]]:
    return [
        {"by": one.by_name, "side": side_words(room, one.party), "at": one.at, "text": one.text} for one in comments
    ]
