"""The closing of one period: figures and money, the partner's clock, disputes, actions, and what comes next."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tallystick.reports.charts import credit_bars
from tallystick.reports.figures import money_text, month_name
from tallystick.reports.markup import Markup, tag
from tallystick.reports.page import money_of
from tallystick.verdicts.credit_state import promised, text_judged
from tallystick.verdicts.store import SHORT, Judged
from tallystick.verdicts.verdict import Outcome, Verdict
from tallystick.vocabulary.money import Money
from tallystick.web.clocks import clock
from tallystick.web.closing import WHO, Move, State
from tallystick.web.closing_words import headline, pill, state_of, waits_for
from tallystick.web.credit_lines import credit_line, steps_told
from tallystick.web.credit_states import held_words, newest_held
from tallystick.web.credits import clause_titles
from tallystick.web.dispute_words import dispute_row, dispute_table, side_words
from tallystick.web.figure import Figure, address_of, promised_words
from tallystick.web.freshness import at_words
from tallystick.web.page import Asked, Page
from tallystick.web.roles import EVERYONE
from tallystick.web.room import Room
from tallystick.web.said import outcome_words, status
from tallystick.web.table import Cell, Column, Table
from tallystick.web.talk import dispute_link

DONE, CURRENT, AHEAD = "done", "current", "ahead"
_BUTTONS = (
    (Move.APPROVE, "approve-credits", True),
    (Move.APPROVE_RESTATEMENT, "approve-restatement", True),
    (Move.CLOSE, "close-period", True),
    (Move.AGREE, "agree-preview", True),
    (Move.PREVIEW, "open-preview", True),
    (Move.RESTATE, "propose-restatement", True),
    (Move.REFUSE_RESTATEMENT, "refuse-restatement", False),
    (Move.SEND_BACK, "send-back", False),
)


def gather(room: Room, asked: Asked) -> dict[str, Any]:
    """All that the page shows; where a partner has several contracts, `contract` of the URL chooses one."""
    own = room.desk.close.of(asked.parts["partner"], asked.parts["period"])
    names = {one.record.contract: one for one in own}
    closing = names[asked.choice("contract", names, own[0].record.contract)]
    record = room.desk.close.record_shown(closing)
    verdicts = room.desk.close.verdicts_shown(closing)
    course, what = closing.course, room.desk.close.words(closing)
    disputes = room.desk.disputes.of(*closing.key)
    return {
        "sentence": headline(closing, what, room.now, settled=_settled(verdicts)),
        "what": what,
        "contract": record.contract,
        "contracts": [name for name in names if name != record.contract],
        "partner": record.partner,
        "partner_name": room.books.partners.get(record.partner, record.partner),
        "period": record.period,
        "period_words": month_name(record.period),
        "address": closing.address,
        "zone": record.zone,
        "state": state_of(closing),
        "pill": pill(state_of(closing), changed=closing.superseded and course.state is not State.CLOSED),
        "waits": waits_for(closing, room.now),
        "stages": _stages(closing),
        "clock": _preview_clock(room, closing),
        "provisional": [one.clause for one in verdicts if one.outcome is Outcome.PROVISIONAL],
        "gate": list(record.gate.reasons),
        "agreed": course.agreed.by_name if course.agreed else "",
        "buttons": _buttons(room, closing),
        "not_now": _not_now(room, closing),
        "restatement": _restatement(room, closing, record, verdicts),
        "sent_back": _step(course.sent_back),
        "total": record.statement.total if record.statement else None,
        "cap": _cap(record),
        "judged_at": datetime.fromisoformat(record.as_of),
        "judging": record.digest,
        "approval": _step(course.approval),
        "promises": _promises(room, closing, record, verdicts),
        "misses": _misses(room, closing, verdicts),
        "credits": _credits(room, closing, record, verdicts),
        "cap_steps": steps_told(record.statement.caps) if record.statement else [],
        "bars": _bars(record),
        "disputes": dispute_table(room, [dispute_row(room, one, record.zone) for one in disputes]),
        "actions": _actions(room, closing),
        "comments": _comments(room, closing, verdicts),
        "notes": _notes(room, closing, verdicts),
        "may_comment": room.desk.comments.may_write,
        "may_note": room.desk.comments.may_write and room.actor.of_client,
        "history": _history(room, closing),
    }


def _settled(verdicts: tuple[Verdict, ...]) -> bool:
    return all(one.outcome is not Outcome.PROVISIONAL for one in verdicts)


# ---- what comes next -----------------------------------------------------------------------------------------------


def _named(closing: Any, **more: str) -> str:
    record = closing.record
    return urlencode(
        {
            "contract": record.contract, "partner": record.partner, "period": record.period,
            "back": closing.address, **more,
        }
    )  # fmt: skip


def _buttons(room: Room, closing: Any) -> list[dict[str, Any]]:
    """The steps that this person may take now; the first of them is what the page asks for."""
    found = []
    for move, name, first in _BUTTONS:
        if room.desk.close.may(closing, move):
            href = f"/do/{name}?{_named(closing)}"
            found.append({"words": _button_words(move, closing), "href": href, "first": first, "move": move.value})
    return found


def _button_words(move: Move, closing: Any) -> str:
    total = closing.figures.total
    approve = (
        _("Approve %(total)s") % {"total": money_text(total)}
        if total is not None and total.amount
        else _("Approve the figures")
    )
    again = closing.course.was_shown
    return {
        Move.APPROVE: approve,
        Move.APPROVE_RESTATEMENT: _("Approve the restatement"),
        Move.REFUSE_RESTATEMENT: _("Refuse the restatement"),
        Move.CLOSE: _("Close the period"),
        Move.AGREE: _("We agree with these figures"),
        Move.PREVIEW: _("Open the preview again") if again else _("Open the preview to the partner"),
        Move.RESTATE: _("Propose the restatement"),
        Move.SEND_BACK: _("Send the figures back"),
    }[move]


def _not_now(room: Room, closing: Any) -> str:
    """Why the next step is not this person's to take now, where its role would allow it."""
    course = closing.course
    move = {State.PREVIEW: Move.APPROVE, State.APPROVED: Move.CLOSE}.get(course.state)
    if course.state is State.PROPOSED and closing.term_ended is not None:
        move = Move.PREVIEW
    if closing.proposal is not None:
        move = Move.APPROVE_RESTATEMENT
    if move is None or not room.actor.may(WHO[move]):
        return ""
    problem = closing.refusal(move, room)
    return " ".join(filter(None, (problem.message, problem.cure))) if problem else ""


def _preview_clock(room: Room, closing: Any) -> dict[str, Any] | None:
    course = closing.course
    if course.state is not State.PREVIEW or course.until is None:
        return None
    begun = next(step.at for step in reversed(course.steps) if step.move is Move.PREVIEW)
    return {**clock(begun, course.until, room.now), "begun": begun}


def _stages(closing: Any) -> list[dict[str, Any]]:
    """The four stations of a closing, with who brought it there and when."""
    course = closing.course
    order = [State.PROPOSED, State.PREVIEW, State.APPROVED, State.CLOSED]
    names = [_("Proposed"), _("Preview"), _("Approved"), _("Closed")]
    shown = course.steps if course.state is not State.PROPOSED else ()
    opened = next((step for step in reversed(shown) if step.move is Move.PREVIEW), None)
    by = [None, opened, course.approval, course.closing]
    at = order.index(course.state)
    return [
        {
            "name": name,
            "state": DONE if place < at or course.state is State.CLOSED else CURRENT if place == at else AHEAD,
            "by": by[place].by_name if by[place] else "",
            "at": by[place].at if by[place] else None,
        }
        for place, name in enumerate(names)
    ]


def _step(step: Any) -> dict[str, Any] | None:
    return None if step is None else {"by": step.by_name, "at": step.at, "reason": step.reason}


def _restatement(room: Room, closing: Any, closed: Judged, verdicts: tuple[Verdict, ...]) -> dict[str, Any] | None:
    """Old, new and difference of a closed period that was judged again; None where that did not happen."""
    if closing.course.state is not State.CLOSED or not closing.superseded:
        return None
    new = closing.record
    before, after = closed.statement, new.statement
    old = {one.clause: one for one in verdicts}
    differing = [
        one
        for one in room.books.of(new.partner, new.period)
        if one.contract == new.contract and (one.clause not in old or old[one.clause].claim != one.claim)
    ]
    return {
        "waits": closing.restatement_waits,
        "judged_at": datetime.fromisoformat(new.as_of),
        "before": before.total if before else None,
        "after": after.total if after else None,
        "difference": _difference(before.total if before else None, after.total if after else None),
        "changes": [
            {
                "clause": one.clause,
                "title": one.title,
                "href": address_of(one),
                "before": _short(old.get(one.clause)),
                "after": _short(one),
                "because": list(one.noted.get("because", ())),
            }
            for one in differing
        ],
        "proposal": _step(closing.proposal),
        "refused": _step(closing.course.refused) if not closing.restatement_waits else None,
    }


def _difference(before: Money | None, after: Money | None) -> Money | None:
    if before is None or after is None or before.currency != after.currency:
        return None
    return after - before


def _short(verdict: Verdict | None) -> str:
    if verdict is None:
        return "\u2013"
    figure = Figure(verdict)
    return f"{outcome_words(verdict.outcome)}, {figure.shown} ({figure.counted})"


# ---- figures and money ---------------------------------------------------------------------------------------------


def _cap(record: Judged) -> Money | None:
    if record.statement is None:
        return None
    return next((money_of(step.result) for step in record.statement.caps if step.label == "cap"), None)


def _explained(room: Room, verdict: Verdict) -> str:
    """Where a verdict is explained: one that a later judging replaced is named by its digest."""
    stands = any(one.digest == verdict.digest for one in room.books.of(verdict.partner, verdict.period))
    return address_of(verdict) if stands else f"{address_of(verdict)}?at={verdict.digest[:SHORT]}"


def _promises(room: Room, closing: Any, record: Judged, verdicts: tuple[Verdict, ...]) -> Table:
    columns = [
        Column("promise", _("promise"), as_is=True),
        Column("outcome", _("outcome")),
        Column("value", _("happened"), number=True),
        Column("target", _("promised"), number=True),
        Column("credit", _("price adjustment"), number=True),
    ]
    if room.desk.disputes.may_open:
        columns.append(Column("dispute", _("not right?"), sortable=False))
    text = text_judged(promised(room.books.store, record, verdicts), record, verdicts)
    rows = []
    for verdict in verdicts:
        figure, address = Figure(verdict), _explained(room, verdict)
        shown = Cell(figure.value, figure.markup)
        if address != figure.href:
            shown = Cell(figure.value, f"{figure.shown}, {figure.counted}", address)
        line = record.statement.line_of(verdict.clause, text) if record.statement else None
        payable = line.payable if line is not None else None
        rows.append(
            {
                "promise": Cell(verdict.clause, f"{verdict.clause} {verdict.title}", address),
                "outcome": Cell(verdict.outcome.value, status(verdict.outcome)),
                "value": shown,
                "target": Cell(verdict.target, promised_words(verdict)),
                "credit": Cell(payable, money_text(payable)),
                "dispute": Cell(
                    "", _("Dispute"), dispute_link(verdict, closing.address),
                    _("Open a dispute about %(clause)s") % {"clause": verdict.clause},
                ),
                "counted": Cell(figure.counted),
            }
        )  # fmt: skip
    return Table("promises", _("What was promised, and what happened"), tuple(columns), rows, _("No clause is judged."))


def _misses(room: Room, closing: Any, verdicts: tuple[Verdict, ...]) -> list[dict[str, Any]]:
    """Missed promises, each with what is done about it."""
    plans = room.desk.corrective.may_plan
    return [
        {
            "clause": one.clause,
            "title": one.title,
            "href": _explained(room, one),
            "comment": f"/do/comment?{urlencode({'about': f'verdict/{one.whole_name}', 'back': address_of(one)})}",
            "plan": f"/do/plan-action?{urlencode(_clause(one, closing.address))}" if plans else "",
        }
        for one in verdicts
        if one.outcome is Outcome.MISSED
    ]


def _clause(verdict: Verdict, back: str) -> dict[str, str]:
    return {
        "contract": verdict.contract,
        "partner": verdict.partner,
        "clause": verdict.clause,
        "period": verdict.period,
        "back": back,
    }


def _credits(room: Room, closing: Any, record: Judged, verdicts: tuple[Verdict, ...]) -> list[dict[str, Any]]:
    """Each credit that moved: its rule, what it follows from, amount, what the cap left, and every step."""
    statement = record.statement
    if statement is None:
        return []
    titles = clause_titles(room, record.contract)
    evidence = {one.clause: _explained(room, one) for one in verdicts}
    back = closing.address
    held = newest_held(room, record.partner).get(record.contract, ())
    fates = {name: held_words(one) for one in held if one.period == record.period for name in one.credits}
    return [
        credit_line(room, record, line, titles, evidence.get(line.follows, ""), back)
        | {"earn_back": fates.get(line.clause, "")}
        for line in statement.lines
        if line.amount.amount
    ]


def _bars(record: Judged) -> Markup | None:
    statement = record.statement
    moved = [line for line in statement.lines if line.amount.amount] if statement else []
    if statement is None or not moved:
        return None
    cut = any(line.payable.amount < line.amount.amount for line in moved)
    words = _("Price adjustments of %(total)s, cut by the cap") if cut else _("Price adjustments of %(total)s")
    title = words % {"total": money_text(statement.total)}
    return credit_bars("credits", title, tuple((one.clause, one.amount, one.payable) for one in moved), _cap(record))


# ---- what people did -----------------------------------------------------------------------------------------------


def _actions(room: Room, closing: Any) -> Table:
    columns = (
        Column("what", _("what is done"), as_is=True),
        Column("clause", _("promise"), as_is=True),
        Column("owner", _("owner"), as_is=True),
        Column("due", _("due"), as_is=True),
        Column("state", _("state")),
        Column("evidence", _("evidence"), as_is=True),
        Column("next", _("next"), sortable=False),
    )
    empty = _("No corrective action is planned. A miss above has a button for it.")
    corrective = room.desk.corrective
    rows = []
    for one in corrective.of(*closing.key):
        late = one.overdue(corrective.today)
        state = _("overdue") if late else _("open") if one.is_open else _("done")
        lamp = "late" if late else "todo" if one.is_open else "fresh"
        href, words = "", None
        if one.is_open and corrective.may_plan:
            href, words = f"/do/finish-action?corrective={one.pk}&back={quote(closing.address)}", _("Report done")
        elif not one.is_open and corrective.may_reopen:
            href, words = f"/do/reopen-action?corrective={one.pk}&back={quote(closing.address)}", _("Reopen")
        rows.append(
            {
                "what": Cell(one.what),
                "clause": Cell(one.clause),
                "owner": Cell(one.owner),
                "due": Cell(one.due_on),
                "state": Cell(state, _lamp(state, lamp)),
                "evidence": Cell(one.evidence or (one.reopened and _("Reopened: %(why)s") % {"why": one.reopened})),
                "next": Cell("", words, href),
            }
        )
    return Table("actions", _("Corrective actions"), columns, rows, empty)


def _lamp(words: str, kind: str) -> Markup:
    return tag("span", words, class_=f"lamp {kind}")


def _about(closing: Any, verdicts: tuple[Verdict, ...]) -> list[str]:
    return ["/".join(("close", *closing.key)), *(f"verdict/{one.whole_name}" for one in verdicts)]


def _said(room: Room, comments: Any) -> list[dict[str, Any]]:
    return [
        {
            "by": one.by_name, "side": side_words(room, one.party), "at": one.at, "text": one.text,
            "about": one.about.split("/")[-2] if one.about.startswith("verdict/") else "",
        }
        for one in comments
    ]  # fmt: skip


def _comments(room: Room, closing: Any, verdicts: tuple[Verdict, ...]) -> list[dict[str, Any]]:
    return _said(room, room.desk.comments.of(*_about(closing, verdicts)))


def _notes(room: Room, closing: Any, verdicts: tuple[Verdict, ...]) -> list[dict[str, Any]]:
    return _said(room, room.desk.comments.notes(*_about(closing, verdicts)))


def _history(room: Room, closing: Any) -> Table:
    columns = (
        Column("at", _("when"), as_is=True),
        Column("step", _("step")),
        Column("by", _("by"), as_is=True),
        Column("side", _("side"), as_is=True),
        Column("total", _("price adjustment"), number=True),
        Column("reason", _("reason"), as_is=True),
    )
    words = {
        Move.PREVIEW: _("preview opened"),
        Move.AGREE: _("partner agreed"),
        Move.SEND_BACK: _("sent back"),
        Move.APPROVE: _("approved"),
        Move.CLOSE: _("closed"),
        Move.RESTATE: _("restatement proposed"),
        Move.APPROVE_RESTATEMENT: _("restatement approved"),
        Move.REFUSE_RESTATEMENT: _("restatement refused"),
    }
    zone = closing.record.zone
    rows = [
        {
            "at": Cell(step.at, at_words(step.at, zone)),
            "step": Cell(words[step.move]),
            "by": Cell(step.by_name),
            "side": Cell(side_words(room, step.party)),
            "total": Cell(step.figures.total, money_text(step.figures.total)),
            "reason": Cell(step.reason),
        }
        for step in closing.course.steps
    ]
    return Table("history", _("What people did"), columns, rows, _("Nobody has taken a step yet."))


PAGE = Page("close/<slug:partner>/<str:period>", gettext_lazy("Closing of a period"), EVERYONE, gather)
