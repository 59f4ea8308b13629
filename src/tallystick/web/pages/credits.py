"""Credits: what follows from a period with every step, how far each credit has come, and what is left at risk."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tallystick.reports.credit_note import CreditNote, write_factur_x, write_ubl
from tallystick.reports.figures import day_text, list_words, money_text, month_name
from tallystick.verdicts.credit_state import CreditState
from tallystick.verdicts.ledger import PRICE_ADJUSTMENT
from tallystick.verdicts.pace import was_over
from tallystick.verdicts.statement import CreditLine
from tallystick.verdicts.store import Judged
from tallystick.vocabulary.errors import NotFound
from tallystick.vocabulary.money import Money
from tallystick.web.amounts import by_currency
from tallystick.web.claims import claim_words, filled, why_late
from tallystick.web.closing import after_term_words
from tallystick.web.credit_lines import credit_line, steps_told
from tallystick.web.credit_notes import credit_note_of
from tallystick.web.credit_states import (
    CreditOnItsWay,
    credit_states,
    held_words,
    newest_held,
    record_shown,
    state_of,
    way_mark,
    way_words,
)
from tallystick.web.credits import clause_titles, moneys_words
from tallystick.web.figure import address_named
from tallystick.web.first_steps import first_steps
from tallystick.web.floor_choice import FloorChoice, floor_choice
from tallystick.web.money_months import credit_choice, is_period
from tallystick.web.money_pages import INVOICE_READERS, MONEY, READERS
from tallystick.web.page import Asked, Document, Page
from tallystick.web.refusal import Refused
from tallystick.web.room import Room
from tallystick.web.table import Cell, Column, Table


def gather(room: Room, asked: Asked) -> dict[str, Any]:
    """The credits of the partner and period that the URL asks for."""
    choice = floor_choice(room, asked, credit_choice)
    shown: dict[str, Any] = {"choice": choice, "several": room.actor.of_client}
    if not choice.period.among:
        return shown | {"steps": first_steps(room)}
    key = (choice.partner, choice.period.label)
    own = [one for one in room.books.records if (one.partner, one.period) == key]
    ended = [day for one in own if (day := room.desk.close.nothing_due(one)) is not None]
    records = [record_shown(room, one) for one in own if room.desk.close.nothing_due(one) is None]
    told = [(one, state) for one in records if (state := state_of(room, one)) is not None]
    states = [state for _record, state in told]
    ways = credit_states(room, choice.partner)
    here = [one for one in ways if one.journal.period == choice.period.label]
    return shown | {
        "sentence": _sentence(choice, states, here, ended),
        "ahead": [_ahead(state) for state in states if state.ahead is not None],
        "sums": _sums(room, states),
        "credits": [_credits(room, one, state, here) for one, state in told],
        "ways": _ways(room, ways),
        "caps": _caps(states),
        "held": _held(room, choice.partner),
        "rights": _rights(states),
        "claims": _claims(room, states),
    }


# ---- the period --------------------------------------------------------------------------------------------------


def _sentence(
    choice: FloorChoice, states: Sequence[CreditState], here: Sequence[CreditOnItsWay], ended: Sequence[date]
) -> str:
    told = {"name": choice.name, "month": month_name(choice.period.carried)}
    if choice.period.refused and not is_period(choice.period.refused):
        return _("%(name)s: there is no such period. Choose one.") % told
    if choice.period.refused:
        return _("%(name)s, %(month)s is not judged, so no price adjustment is known. Choose another period.") % told
    if ended and not states:
        return f"{choice.name}, {told['month']}: {after_term_words(max(ended))}"
    if not states:
        return _("%(name)s, %(month)s: no contract of this period moves money.") % told
    totals = by_currency(state.total for state in states)
    runs = any(state.ahead is not None for state in states)
    if not any(money.amount for money in totals):
        words = _("%(name)s, %(month)s: no price adjustment so far.") if runs else (
            _("%(name)s, %(month)s: no price adjustment follows.")
        )  # fmt: skip
        return words % told
    ways = sorted({way_words(one.state) for one in here if one.follows and _counts(one, states)})
    told |= {"money": moneys_words(totals), "ways": list_words(ways, _("and"))}
    return _("%(name)s, %(month)s: %(money)s in price adjustments, %(ways)s.") % told


def _counts(way: CreditOnItsWay, states: Sequence[CreditState]) -> bool:
    """Whether a credit is among those that the sums are of: what a restatement proposes beside a closed one is not."""
    return any(
        (way.journal.contract, way.clause, way.payable) == (state.contract, line.clause, line.payable)
        for state in states
        for line in state.lines
    )


def _ahead(state: CreditState) -> str:
    """Where the price adjustments of a running period end at its pace, in words."""
    ahead = state.ahead
    assert ahead is not None  # noqa: S101  the caller has looked
    told = {
        "contract": state.contract, "middle": money_text(ahead.middle),
        "least": money_text(ahead.least), "most": money_text(ahead.most),
    }  # fmt: skip
    if ahead.least == ahead.most:
        return _("%(contract)s still runs: at its pace it ends with %(middle)s, whichever way its promises go.") % told
    return _("%(contract)s still runs: at its pace it ends with %(middle)s, between %(least)s and %(most)s.") % told


def _sums(room: Room, states: Sequence[CreditState]) -> Table:
    rows = []
    for state in states:
        first, end = state.year
        posted = [
            one.effect
            for one in room.desk.ledger.standing(state.partner)
            if (one.journal.contract, one.effect.currency, one.journal.kind)
            == (state.contract, state.currency, PRICE_ADJUSTMENT)
        ]
        ahead = state.ahead
        span = (
            _("%(least)s to %(most)s") % {"least": money_text(ahead.least), "most": money_text(ahead.most)}
            if ahead
            else ""
        )
        rows.append(
            {
                "contract": Cell(state.contract, None, f"/contract/{quote(state.contract)}"),
                "total": Cell(state.total, money_text(state.total)),
                "ahead": Cell(ahead.middle if ahead else None, money_text(ahead.middle) if ahead else None),
                "range": Cell(span or None),
                "least": Cell(ahead.least if ahead else None),
                "most": Cell(ahead.most if ahead else None),
                "year": Cell(_("%(from)s to %(to)s") % {
                    "from": day_text(first), "to": day_text(end - timedelta(days=1)),
                }),
                "year_total": Cell(state.year_total, money_text(state.year_total)),
                "posted": Cell(_sum(posted, state.currency), money_text(_sum(posted, state.currency))),
                "at_risk": Cell(state.at_risk, money_text(state.at_risk) if state.at_risk is not None else None),
            }
        )  # fmt: skip
    columns = (
        Column("contract", _("contract"), as_is=True),
        Column("total", _("this period"), number=True),
        Column("ahead", _("at its pace"), number=True),
        Column("range", _("between"), number=True, sortable=False),
        Column("year_total", _("contract year so far"), number=True),
        Column("posted", _("posted, whole term"), number=True),
        Column("at_risk", _("can still follow this year"), number=True),
        Column("year", _("contract year"), as_is=True),
    )
    left_out = () if any(state.ahead for state in states) else ("ahead", "range")
    shown = tuple(column for column in columns if column.key not in left_out)
    return Table("sums", _("Where the money stands"), shown, rows, _("No contract of this period moves money."))


def _sum(amounts: Iterable[Money], currency: str) -> Money:
    return sum(amounts, Money.zero(currency))


def _credits(room: Room, record: Judged, state: CreditState, here: Sequence[CreditOnItsWay]) -> dict[str, Any]:
    """One contract's credits of the period, each with its steps."""
    titles = clause_titles(room, state.contract)
    ways = [one for one in here if one.journal.contract == state.contract]
    lines = [(line, _line(room, record, line, titles, ways)) for line in state.lines]
    return {
        "contract": state.contract,
        "lines": [told for line, told in lines if line.amount.amount],
        "nothing": [told for line, told in lines if not line.amount.amount],
        "limits": steps_told(state.limits),
        "counted": steps_told(step for tally in state.tallies for step in tally.steps),
        "close": _close(room, record),
        "note": _note(room, record, state),
    }


def _note(room: Room, record: Judged, state: CreditState) -> dict[str, str]:
    """Where the credit note is, or why there is none.

    Empty where nothing is owed, the period was judged while it ran, or who asks reads no invoices.
    """
    ran = not was_over(record, room.books.store.verdicts_of(record))
    if not room.actor.may(INVOICE_READERS) or state.total.amount <= 0 or ran:
        return {}
    found = credit_note_of(room, record)
    if found.note is None:
        return {"why": found.why}
    query = urlencode({"partner": record.partner, "period": record.period, "contract": record.contract})
    return {"xml": f"/credits.xml?{query}", "pdf": f"/credits.pdf?{query}"}


def _asked(room: Room, asked: Asked) -> CreditNote:
    """The credit note that is asked for; raises NotFound where there is none, Refused for who reads no invoices."""
    if not room.actor.may(INVOICE_READERS):
        raise Refused(PAGE.title)
    choice, contract = floor_choice(room, asked, credit_choice), asked.query.get("contract", "")
    key = (choice.partner, choice.period.label, contract)
    record = next((one for one in room.books.records if (one.partner, one.period, one.contract) == key), None)
    if record is not None and room.desk.close.nothing_due(record) is not None:
        record = None
    found = None if record is None else credit_note_of(room, record_shown(room, record)).note
    if found is None:
        raise NotFound("credit note", contract)
    return found


def _xml(room: Room, asked: Asked) -> Document:
    note = _asked(room, asked)
    return Document(note.number, write_ubl(note))


def _pdf(room: Room, asked: Asked) -> Document:
    note = _asked(room, asked)
    return Document(note.number, write_factur_x(note))


def _line(
    room: Room, record: Judged, line: CreditLine, titles: dict[str, str], ways: Sequence[CreditOnItsWay]
) -> dict[str, Any]:
    way = next((one for one in ways if one.clause == line.clause and one.follows and one.payable == line.payable), None)
    evidence = address_named(f"{record.contract}/{record.partner}/{line.follows}/{record.period}")
    told = credit_line(room, record, line, titles, evidence, f"/credits?{_query(record)}")
    return told | {
        "state": way.state if way else "",
        "mark": way_mark(way.state) if way else None,
        "entry": way.entry if way else None,
        "ledger": f"/ledger?partner={quote(record.partner)}",
        "earn_back": held_words(way.held) if way else "",
        "dispute": told["dispute"] if way else "",
    }


def _query(record: Judged) -> str:
    return urlencode({"partner": record.partner, "period": record.period})


def _close(room: Room, record: Judged) -> str:
    """Where people agree on the period; empty where this reader has no such page yet."""
    key = (record.contract, record.partner, record.period)
    return next((one.address for one in room.desk.close.all if one.key == key), "")


# ---- over the periods --------------------------------------------------------------------------------------------


def _ways(room: Room, ways: Sequence[CreditOnItsWay]) -> Table:
    rows = []
    for one in ways:
        journal = one.journal
        query = urlencode({"partner": journal.partner, "period": journal.period})
        evidence = address_named(f"{journal.contract}/{journal.partner}/{one.follows}/{journal.period}")
        rows.append(
            {
                "period": Cell(journal.period, month_name(journal.period), f"/credits?{query}"),
                "contract": Cell(journal.contract),
                "credit": Cell(one.clause),
                "follows": Cell(one.follows or None, None, evidence if one.follows else ""),
                "granted": Cell(one.granted, money_text(one.granted)),
                "payable": Cell(one.payable, money_text(one.payable)),
                "state": Cell(one.state, way_mark(one.state)),
                "earn_back": Cell(one.held.state if one.held else None, held_words(one.held) or None),
                "entry": Cell(one.entry, None, f"/ledger?partner={quote(journal.partner)}" if one.entry else ""),
            }
        )
    columns = (
        Column("period", _("period"), as_is=True),
        Column("credit", _("credit"), as_is=True),
        Column("follows", _("because of"), as_is=True),
        Column("granted", _("granted"), number=True),
        Column("payable", _("after the limits"), number=True),
        Column("state", _("state")),
        Column("earn_back", _("earning back")),
        Column("entry", _("posting"), number=True),
        Column("contract", _("contract"), as_is=True),
    )
    empty = _("No credit has followed from any period yet. One appears here with the first promise that is missed.")
    return Table("ways", _("Every credit, over the periods"), columns, rows, empty)


def _caps(states: Sequence[CreditState]) -> Table:
    rows = [
        {
            "cap": Cell(cap.clause),
            "over": Cell(cap.over, _span(cap.over)),
            "ceiling": Cell(cap.ceiling, money_text(cap.ceiling)),
            "before": Cell(cap.used_before, money_text(cap.used_before)),
            "now": Cell(cap.used_now, money_text(cap.used_now)),
            "left": Cell(cap.left, money_text(cap.left)),
            "year_left": Cell(cap.year_left, money_text(cap.year_left)),
            "contract": Cell(state.contract),
        }
        for state in states
        for cap in state.caps
    ]
    columns = (
        Column("cap", _("cap"), as_is=True),
        Column("over", _("over")),
        Column("ceiling", _("ceiling"), number=True),
        Column("before", _("used before"), number=True),
        Column("now", _("used in this period"), number=True),
        Column("left", _("left"), number=True),
        Column("year_left", _("at risk to the year's end"), number=True),
        Column("contract", _("contract"), as_is=True),
    )
    return Table("caps", _("Caps, and what is left at risk"), columns, rows, _("No contract of this period has a cap."))


def _span(over: str) -> str:
    return {"month": _("month"), "quarter": _("quarter"), "year": _("year"), "term": _("whole term")}.get(over, over)


def _held(room: Room, partner: str) -> Table:
    rows = [
        {
            "period": Cell(one.period, month_name(one.period)),
            "credits": Cell(", ".join(one.credits)),
            "amount": Cell(one.amount, money_text(one.amount)),
            "state": Cell(one.state, held_words(one)),
            "decided": Cell(one.decided or None, month_name(one.decided) if one.decided else None),
            "rule": Cell(one.clause),
            "contract": Cell(contract),
        }
        for contract, held in newest_held(room, partner).items()
        for one in reversed(held)
    ]
    columns = (
        Column("period", _("credit of"), as_is=True),
        Column("credits", _("credits"), as_is=True),
        Column("amount", _("amount"), number=True),
        Column("state", _("state")),
        Column("decided", _("decided in"), as_is=True),
        Column("rule", _("rule"), as_is=True),
        Column("contract", _("contract"), as_is=True),
    )
    empty = _("No contract of this partner lets credits be earned back, or none was granted.")
    return Table("held", _("Credits that may be earned back"), columns, rows, empty)


def _rights(states: Sequence[CreditState]) -> Table:
    rows = [
        {
            "right": Cell(one.clause, f"{one.clause} {one.title}"),
            "state": Cell(one.reached, _("has arisen") if one.reached else _("has not arisen")),
            "counted": Cell("; ".join(f"{label}: {result} ({said})" for label, said, result in one.counted)),
            "use_by": Cell(one.use_by or None),
            "contract": Cell(state.contract),
        }
        for state in states
        for one in state.triggers
    ]
    columns = (
        Column("right", _("right"), as_is=True),
        Column("state", _("state")),
        Column("counted", _("counted"), as_is=True, sortable=False),
        Column("use_by", _("use by"), as_is=True),
        Column("contract", _("contract"), as_is=True),
    )
    empty = _("No contract of this period gives a right from persistent failure.")
    return Table("rights", _("Rights from persistent failure"), columns, rows, empty)


def _claims(room: Room, states: Sequence[CreditState]) -> Table:
    """Until when credits can be claimed; closing a period claims its credits."""
    rows = [
        {
            "period": Cell(one.period, month_name(one.period)),
            "amount": Cell(one.amount, money_text(one.amount)),
            "until": Cell(one.until),
            "claimed": Cell(one.claimed),
            "state": Cell(one.state, claim_words(one.state)),
            "reason": Cell(why_late(room, state.contract, state.partner, one) or None),
            "rule": Cell(one.clause or None),
            "contract": Cell(state.contract),
        }
        for state in states
        for one in state.claims
    ]
    columns = (
        Column("period", _("credits of"), as_is=True),
        Column("amount", _("amount"), number=True),
        Column("until", _("claim by"), as_is=True),
        Column("claimed", _("claimed on"), as_is=True),
        Column("state", _("state")),
        Column("reason", _("why all the same"), as_is=True),
        Column("rule", _("rule"), as_is=True),
        Column("contract", _("contract"), as_is=True),
    )
    return Table("claims", _("Claims"), filled(columns, rows), rows, _("There is nothing to claim."))


PAGE = Page(
    "credits", gettext_lazy("Credits"), READERS, gather,
    menu=gettext_lazy("Money"), order=45, key="m", group=MONEY, place=1, documents={"xml": _xml, "pdf": _pdf},
)  # fmt: skip
