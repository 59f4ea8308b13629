"""The ledger: every posting of a partner, how the accounts stand, and whether all of it holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tallystick.reports.figures import money_text, month_name
from tallystick.verdicts.ledger import FEES, INVOICE_CORRECTION, PRICE_ADJUSTMENT, Entry, balances
from tallystick.vocabulary.money import Money
from tallystick.web.amounts import by_currency
from tallystick.web.credits import moneys_words
from tallystick.web.floor_choice import FloorChoice, floor_choice
from tallystick.web.freshness import at_words
from tallystick.web.money_months import credit_choice
from tallystick.web.money_pages import MONEY, READERS
from tallystick.web.page import Asked, Page
from tallystick.web.room import Room
from tallystick.web.table import Cell, Column, Table


def gather(room: Room, asked: Asked) -> dict[str, Any]:
    """The postings of the partner that the URL asks for, all periods."""
    choice = floor_choice(room, asked, credit_choice)
    entries = room.desk.ledger.of(choice.partner)
    proof = room.desk.ledger.proof
    return {
        "choice": choice,
        "several": room.actor.of_client,
        "sentence": _sentence(room, choice, entries),
        "holds": proof.holds,
        "finding": proof.finding,
        "checked": proof.entries,
        "head": proof.heads.get(choice.partner, ""),
        "accounts": _accounts(entries),
        "postings": _postings(room, entries),
    }


def _sentence(room: Room, choice: FloorChoice, entries: Sequence[Entry]) -> str:
    if not entries:
        return _("Nothing is posted yet. A price adjustment is, once two people have agreed and its period is closed.")
    stands = [one.effect for one in room.desk.ledger.standing(choice.partner)]
    told = {"name": choice.name, "money": moneys_words(by_currency(stands)), "count": len(entries)}
    if not stands:
        return _("%(name)s: nothing stands posted; all of the %(count)d entries are taken back or take back.") % told
    words = ngettext(
        "%(name)s: %(money)s stands posted, in %(count)d entry.",
        "%(name)s: %(money)s stands posted, in %(count)d entries.",
        len(entries),
    )
    return words % told


def account_words(account: str) -> str:
    """An account without its partner, in words."""
    kind = account.partition(":")[0]
    return {
        FEES: _("service fees payable"),
        PRICE_ADJUSTMENT: _("price adjustments"),
        INVOICE_CORRECTION: _("invoice corrections"),
    }[kind]


def _accounts(entries: Sequence[Entry]) -> Table:
    rows = [
        {
            "account": Cell(account, account_words(account)),
            "currency": Cell(currency),
            "balance": Cell(Money(amount, currency), money_text(Money(amount, currency))),
        }
        for currency, accounts in balances(entries).items()
        for account, amount in accounts.items()
    ]
    columns = (
        Column("account", _("account")),
        Column("currency", _("currency"), as_is=True),
        Column("balance", _("debits less credits"), number=True),
    )
    return Table("accounts", _("Accounts"), columns, rows, _("No account has a posting yet."))


def _postings(room: Room, entries: Sequence[Entry]) -> Table:
    reversed_by = {one.reverses: one.number for one in entries if one.reverses is not None}
    zones = {(one.contract, one.period): one.zone for one in room.books.records}
    rows = [
        {
            "number": Cell(one.number),
            "posted_at": Cell(
                one.posted_at, at_words(one.posted_at, zones.get((one.journal.contract, one.journal.period), "UTC"))
            ),
            "period": Cell(
                one.journal.period, month_name(one.journal.period),
                f"/credits?{urlencode({'partner': one.journal.partner, 'period': one.journal.period})}",
            ),
            "matter": Cell(one.matter, href=f"/{one.matter}" if one.journal.kind == INVOICE_CORRECTION else ""),
            "debit": Cell(one.debit, account_words(one.debit)),
            "credit": Cell(one.credit, account_words(one.credit)),
            "amount": Cell(one.amount, money_text(one.amount)),
            "lowers": Cell(one.debit.startswith(FEES), _("lowers") if one.debit.startswith(FEES) else _("raises")),
            "reverses": Cell(one.reverses),
            "reversed_by": Cell(reversed_by.get(one.number)),
            "contract": Cell(one.journal.contract),
            "of": Cell(one.approval.of),
            "hash": Cell(one.digest),
        }
        for one in reversed(entries)
    ]  # fmt: skip
    columns = (
        Column("number", _("entry")),
        Column("posted_at", _("posted"), as_is=True),
        Column("period", _("period"), as_is=True),
        Column("matter", _("for"), as_is=True),
        Column("debit", _("debit")),
        Column("credit", _("credit")),
        Column("amount", _("amount"), number=True),
        Column("lowers", _("the fees"), sortable=False),
        Column("reverses", _("reverses"), number=True),
        Column("reversed_by", _("reversed by"), number=True),
        Column("contract", _("contract"), as_is=True),
        Column("of", _("approved statement"), as_is=True, drawn=False),
        Column("hash", _("hash"), as_is=True, drawn=False),
    )
    empty = _("Close a period on the page Close: what two people approved is then posted here.")
    return Table("postings", _("Postings, the newest first"), columns, rows, empty)


PAGE = Page("ledger", gettext_lazy("Ledger"), READERS, gather, group=MONEY, place=2)
