"""The contracts: what holds with whom, until when, and whether their texts are sound."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tallystick.web.contract_texts import FRESH, NO_LOCK, ORIGINAL, Read, contracts_of
from tallystick.web.page import Asked, Page
from tallystick.web.roles import EVERYONE
from tallystick.web.room import Room
from tallystick.web.said import as_is
from tallystick.web.table import Cell, Column, Table


def gather(room: Room, asked: Asked) -> dict[str, Any]:
    """Every contract of the room."""
    found = contracts_of(room)
    return {
        "contracts": Table(
            "contracts",
            _("Contracts"),
            (
                Column("contract", _("Contract"), as_is=True),
                Column("title", _("Title"), as_is=True),
                Column("parties", _("With"), as_is=True),
                Column("from", _("From"), as_is=True),
                Column("to", _("To"), as_is=True),
                Column("state", _("State")),
                Column("version", _("Text in force")),
                Column("clauses", _("Clauses"), number=True),
                Column("findings", _("Findings"), number=True),
                Column("lock", _("Lock")),
            ),
            [_row(room, one) for one in found],
            empty=_("There is no contract yet. Put its text into the folder `contracts`, then run `tally check`."),
        )
    }


def _row(room: Room, read: Read) -> dict[str, Cell]:
    contract = read.contract
    href = f"/contract/{quote(read.name, safe='')}"
    if contract is None:
        empty = {name: Cell(None) for name in ("parties", "from", "to", "version", "clauses")}
        return {
            "contract": Cell(read.name, href=href),
            "title": Cell(_("The text is not valid")),
            **empty,
            "state": Cell(_("not valid")),
            "findings": Cell(len(read.findings)),
            "lock": Cell(_("none")),
        }
    today = room.now.date()
    return {
        "contract": Cell(contract.contract, href=href),
        "title": Cell(contract.title),
        "parties": Cell(", ".join(party.name for party in contract.parties)),
        "from": Cell(contract.term.from_on),
        "to": Cell(contract.whole_term.to_on),
        "state": Cell(state_words(read, today)),
        "version": _version(read.version_on(today).name),
        "clauses": Cell(len(contract.clauses)),
        "findings": Cell(len(read.findings)),
        "lock": Cell(lock_words(read)),
    }


def _version(name: str) -> Cell:
    return Cell(name, _("as signed") if name == ORIGINAL else as_is(name))


def state_words(read: Read, today: Any) -> str:
    """Where today lies in the term."""
    assert read.contract is not None  # noqa: S101  asked for valid texts alone
    term = read.contract.term
    if today < term.from_on:
        return _("not begun")
    runs = read.contract.in_force(today).term.running_on(today)
    return _("running") if today <= runs.to_on else _("ended")


def lock_words(read: Read) -> str:
    """The lock in a word."""
    if read.lock == NO_LOCK:
        return _("none")
    return _("holds") if read.lock == FRESH else _("stale")


PAGE = Page("contracts", gettext_lazy("Contracts"), EVERYONE, gather, order=60, key="t")
