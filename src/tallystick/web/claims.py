"""Claims of price adjustments as pages tell them: closing a period claims them, in time or openly too late."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from tallystick.contract.clauses.claim_deadline import LOST
from tallystick.contract.model import Contract
from tallystick.verdicts.claim_state import (
    AUTOMATIC,
    IN_TIME,
    LAPSED,
    LATE,
    OPEN,
    UNKNOWN,
    ClaimState,
    claim_states,
)
from tallystick.web.room import Room
from tallystick.web.table import Cell, Column


def claims_of(room: Room, contract: Contract) -> Iterator[tuple[str, ClaimState]]:
    """The claims of a contract's periods that are over, each with its partner, the newest first."""
    today = room.now.astimezone(ZoneInfo(contract.zone)).date()
    for closing in room.desk.close.all:
        record = closing.record
        if record.contract == contract.contract and closing.over and not room.desk.close.nothing_due(record):
            closed = room.desk.close.closed_on(record.contract, record.partner)
            for one in claim_states(contract, room.desk.close.record_shown(closing), today, closed):
                yield record.partner, one


def claim_words(state: str) -> str:
    """How a claim stands, in words."""
    return {
        OPEN: _("open"),
        IN_TIME: _("claimed in time"),
        LATE: _("claimed late"),
        LOST: _("lost by lateness"),
        LAPSED: _("lapsed"),
        UNKNOWN: _("no claim known"),
        AUTOMATIC: _("need no claim"),
    }[state]


def why_late(room: Room, contract: str, partner: str, claim: ClaimState) -> str:
    """Why a claim that came after its last day was posted all the same; empty for any other."""
    return str(room.desk.close.reason_of(contract, partner, claim.period)) if claim.state == LATE else ""


def filled(columns: Sequence[Column], rows: Sequence[Mapping[str, Cell]]) -> tuple[Column, ...]:
    """The columns of a table of claims without its reason and its rule where no row has one."""
    empty = {key for key in ("reason", "rule") if not any(row[key].value for row in rows)}
    return tuple(one for one in columns if one.key not in empty)
