"""One dispute as a thread: what is wrong, what both sides wrote, the clock, the decision and what carries it."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tallystick.reports.figures import money_text, month_name
from tallystick.verdicts.ledger import Entry
from tallystick.verdicts.verdict import Verdict
from tallystick.vocabulary.errors import NotFound
from tallystick.web.clocks import clock
from tallystick.web.dispute_words import side_words, state_mark, state_words
from tallystick.web.figure import Figure, promised_words
from tallystick.web.money_pages import INVOICE_READERS, READERS
from tallystick.web.page import Asked, Page
from tallystick.web.roles import DATA_READERS, EVERYONE
from tallystick.web.room import Room
from tallystick.web.said import outcome_words


def gather(room: Room, asked: Asked) -> dict[str, Any]:
    """All that the page shows."""
    dispute = room.desk.disputes.one(asked.parts["number"])
    about = f"dispute/{dispute.pk}"
    ticking = clock(dispute.at, dispute.due_at, room.now)
    verdict = _verdict(room, dispute)
    record = room.desk.disputes.judging_of(dispute)
    name = room.books.partners.get(dispute.partner, dispute.partner)
    return {
        "sentence": _sentence(room, dispute),
        "about": dispute.about,
        "what": f"{name}, {month_name(dispute.period)}",
        "partner": dispute.partner,
        "partner_name": name,
        "period": dispute.period,
        "close": _close_address(room, dispute),
        "zone": record.zone if record else room.actor.zone,
        "state": dispute.state,
        "state_mark": state_mark(dispute.state, over=dispute.is_open and ticking["over"]),
        "clock": ticking if dispute.is_open else None,
        "opened_at": dispute.at,
        "due_at": dispute.due_at,
        "by": dispute.by_name,
        "side": side_words(room, dispute.party),
        "category": dispute.kind,
        "expected": dispute.expected,
        "text": dispute.text,
        "evidence": [line.strip() for line in dispute.evidence.splitlines() if line.strip()],
        "subject": dispute.verdict_address,
        "figure": _figure(verdict) if verdict else None,
        "judged_again": bool(record and record.digest != dispute.judging),
        "line": _line(room, dispute) if dispute.line else None,
        "decision": _decision(room, dispute),
        "extensions": [_extension(room, one) for one in room.desk.extensions.of(dispute)],
        "thread": _said(room, room.desk.comments.of(about)),
        "notes": _said(room, room.desk.comments.notes(about)),
        "buttons": _buttons(room, dispute, about),
        "may_note": room.desk.comments.may_write and room.actor.of_client,
        "note": f"/do/note?about={about}&back={quote(dispute.address)}",
    }


def _sentence(room: Room, dispute: Any) -> str:
    parts = {"side": side_words(room, dispute.party), "about": dispute.about, "expected": dispute.expected}
    if room.desk.corrections.entries_of(dispute) and room.desk.corrections.posting_of(dispute) is None:
        return _("The dispute about %(about)s is decided, and its correction is taken back.") % parts
    if dispute.is_open and dispute.contests_check:
        return _("%(side)s disputes the check of %(about)s and expects: %(expected)s") % parts
    return {
        "open": _("%(side)s disputes %(about)s and expects: %(expected)s"),
        "accepted": _("The dispute about %(about)s is accepted."),
        "partly accepted": _("The dispute about %(about)s is partly accepted."),
        "rejected": _("The dispute about %(about)s is rejected."),
        "withdrawn": _("The dispute about %(about)s is withdrawn."),
    }[dispute.state] % parts


def _verdict(room: Room, dispute: Any) -> Verdict | None:
    try:
        found: Verdict = room.books.verdict_named(dispute.verdict_name)
    except NotFound:
        return None
    return found


def _figure(verdict: Verdict) -> dict[str, Any]:
    figure = Figure(verdict)
    return {
        "clause": verdict.clause,
        "title": verdict.title,
        "outcome": verdict.outcome.value,
        "outcome_words": outcome_words(verdict.outcome),
        "shown": figure.shown,
        "counted": figure.counted,
        "promised": promised_words(verdict),
        "href": figure.href,
    }


def _line(room: Room, dispute: Any) -> dict[str, Any]:
    """The line of an invoice in dispute: who contests what, its amounts, its posting and what took that back."""
    corrections = room.desk.corrections
    entries = corrections.entries_of(dispute)
    entry = entries[0] if entries else None
    taken_back = next((one for one in entries if one.reverses is not None), None)
    query = urlencode({"partner": dispute.partner, "period": dispute.period, "contract": dispute.contract})
    return {
        "title": dispute.line_title,
        "contests": "check" if dispute.contests_check else "bill",
        "contests_words": corrections.contest_words(dispute),
        "stakes": [_stake(one) for one in corrections.stakes(dispute)] if dispute.is_open else [],
        "outcome": corrections.outcome_words(dispute),
        "known": corrections.posted_words(dispute),
        "disputed": dispute.disputed,
        "agreed": dispute.agreed_on,
        "posted": entry.number if entry else None,
        "posted_at": entry.posted_at if entry else None,
        "waits": corrections.waits(dispute),
        "taken_back": taken_back.number if taken_back else None,
        "reversals": [_reversal(room, one, taken_back) for one in room.desk.reversals.of(dispute)],
        "returned": dispute.returned,
        "check": dispute.judging,
        "pack": f"/invoices.pdf?{query}" if room.actor.may(INVOICE_READERS) else "",
        "ledger": f"/ledger?partner={quote(dispute.partner)}" if room.actor.may(READERS) else "",
        "invoices": dispute.verdict_address if room.actor.may(INVOICE_READERS) else "",
    }


def _stake(one: Any) -> dict[str, Any]:
    """What one decision posts, and whom it favours."""
    return {"decision": one.decision, "posts": one.posts, "favours": one.favours.value, "words": one.words}


def _reversal(room: Room, one: Any, taken_back: Entry | None) -> dict[str, Any]:
    """A proposal to take the correction back, who answered it, and what this reader may answer."""
    desk, query = room.desk.reversals, f"reversal={one.pk}&back=/dispute/{one.dispute}"
    leave = _("Take the proposal back") if one.by == room.actor.id else _("Leave the correction as it is")
    answers = [
        {"words": words, "href": f"/do/{name}?{query}"}
        for words, name, may in (
            (_("Approve taking it back"), "approve-reversal", desk.may_approve(one)),
            (leave, "refuse-reversal", desk.may_refuse(one)),
        )
        if may
    ]
    return {
        "state": one.state,
        "words": {
            "proposed": _("waits for a second person's approval"),
            "posted": _("taken back"),
            "refused": _("left as it is"),
        }[one.state],
        "entry": one.entry,
        "by_entry": taken_back.number if taken_back and one.state == "posted" else None,
        "amount": taken_back.amount if taken_back and one.state == "posted" else None,
        "reason": one.reason,
        "by": one.by_name,
        "at": one.at,
        "answered_by": one.answered_name,
        "answered_at": one.answered_at,
        "answer": one.answer,
        "answers": answers,
    }


def _close_address(room: Room, dispute: Any) -> str:
    """The period's page, empty while this side has no preview of it."""
    try:
        address: str = room.desk.close.one(dispute.contract, dispute.partner, dispute.period).address
    except NotFound:
        return ""
    return address


def _decision(room: Room, dispute: Any) -> dict[str, Any] | None:
    """The decision with what carries it; None while there is none."""
    if dispute.is_open:
        return None
    carried = {
        "relief": (
            _("A relief event in the contract carries it. Once it is agreed there, the period is judged again."),
            _("The contract and its relief"), f"/contract/{quote(dispute.contract)}",
        ),
        "data": (
            _("A correction of data carries it. Once it has come in, the period is judged again."),
            _("The data and its feeds"), "/data" if room.actor.may(DATA_READERS) else "",
        ),
        "contract": (
            _("An amendment of the contract's text carries it. Once it is known, the period is judged again."),
            _("The contract"), f"/contract/{quote(dispute.contract)}",
        ),
    }.get(dispute.carrier)  # fmt: skip
    return {
        "state": dispute.state,
        "words": state_words(dispute.state),
        "by": dispute.decided_name,
        "at": dispute.decided_at,
        "reason": dispute.reason,
        "carrier": dispute.carrier,
        "carrier_words": dispute.carrier_words,
        "carried": carried[0] if carried else "",
        "link": carried[1] if carried else "",
        "href": carried[2] if carried else "",
    }


def _extension(room: Room, one: Any) -> dict[str, Any]:
    """A proposal of a later deadline, who answered it, and what this reader may answer."""
    desk, query = room.desk.extensions, f"extension={one.pk}&back=/dispute/{one.dispute}"
    theirs = one.party != room.actor.party
    answers = [
        {"words": words, "href": f"/do/{name}?{query}"}
        for words, name, may in (
            (_("Agree"), "agree-extension", desk.may_agree(one)),
            (
                _("Keep the deadline") if theirs else _("Take the proposal back"),
                "refuse-extension",
                desk.may_refuse(one),
            ),
        )
        if may
    ]
    return {
        "state": one.state,
        "words": {"proposed": _("waits for the other side"), "agreed": _("agreed"), "refused": _("not agreed")}[
            one.state
        ],
        "due": one.due_at,
        "before": one.due_before,
        "reason": one.reason,
        "by": one.by_name,
        "side": side_words(room, one.party),
        "at": one.at,
        "answered_by": one.answered_name,
        "answered_side": side_words(room, one.answered_party) if one.answered_name else "",
        "answered_at": one.answered_at,
        "answer": one.answer,
        "answers": answers,
    }


def _said(room: Room, comments: Any) -> list[dict[str, Any]]:
    return [
        {"by": one.by_name, "side": side_words(room, one.party), "at": one.at, "text": one.text} for one in comments
    ]


def _buttons(room: Room, dispute: Any, about: str) -> list[dict[str, str]]:
    back = quote(dispute.address)
    found = []
    corrections = room.desk.corrections
    if corrections.may_approve(dispute):
        words = _("Approve the correction of %(amount)s") % {"amount": money_text(dispute.agreed_on)}
        found.append({"words": words, "href": f"/do/approve-correction?dispute={dispute.pk}&back={back}"})
        found.append({"words": _("Send it back"), "href": f"/do/return-line?dispute={dispute.pk}&back={back}"})
    if room.desk.reversals.may_propose(dispute):
        words = _("Take the correction back")
        found.append({"words": words, "href": f"/do/propose-reversal?dispute={dispute.pk}&back={back}"})
    if corrections.may_decide(dispute):
        found.append({"words": _("Decide"), "href": f"/do/decide-line?dispute={dispute.pk}&back={back}"})
    if room.desk.disputes.may_decide(dispute):
        found.append({"words": _("Decide"), "href": f"/do/decide-dispute?dispute={dispute.pk}&back={back}"})
    if room.desk.comments.may_write:
        found.append({"words": _("Comment for both sides"), "href": f"/do/comment?about={about}&back={back}"})
    if room.desk.extensions.may_propose(dispute):
        words = _("Propose a later deadline")
        found.append({"words": words, "href": f"/do/propose-extension?dispute={dispute.pk}&back={back}"})
    if room.desk.disputes.may_withdraw(dispute):
        found.append({"words": _("Withdraw"), "href": f"/do/withdraw-dispute?dispute={dispute.pk}&back={back}"})
    return found


PAGE = Page("dispute/<int:number>", gettext_lazy("Dispute"), EVERYONE, gather)
