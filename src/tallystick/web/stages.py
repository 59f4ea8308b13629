"""How far the closing of periods has come, beside their money: read at every request, because people move it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext as _

from tallystick.web.closing_words import pill, state_of
from tallystick.web.room import Room
from tallystick.web.sentences import APPROVED, CLOSED, PROPOSED
from tallystick.web.standings import Stood
from tallystick.web.table import Cell, Column, Table


def stage_of(room: Room, stood: Sequence[Stood]) -> str:
    """How far the money of some periods has come: the least of what moves any; proposed where nothing does."""
    closings = _closings(room)
    states = {
        state_of(closings[key])
        for one in stood
        for statement in one.statements
        if statement.total.amount and (key := (statement.contract, statement.partner, statement.period)) in closings
    }
    if states == {CLOSED}:
        return CLOSED
    return APPROVED if states and states <= {APPROVED, CLOSED} else PROPOSED


def with_stages(room: Room, table: Table) -> Table:
    """A table of money with one more column: where the closing of each row's contract, partner and period is."""
    closings = _closings(room)
    rows = [{**row, "stage": _stage(closings, row)} for row in table.rows]
    return replace(table, columns=(*table.columns, Column("stage", _("closing"))), rows=rows)


def _closings(room: Room) -> dict[tuple[str, str, str], Any]:
    return {closing.key: closing for closing in room.desk.close.all}


def _stage(closings: dict[tuple[str, str, str], Any], row: Any) -> Cell:
    partner, period = row["partner_id"].value, row["period"].value
    closing = closings.get((row["contract"].value, partner, period))
    if closing is None:
        return Cell(None)
    state = state_of(closing)
    return Cell(state, pill(state, changed=closing.superseded), f"/close/{quote(partner)}/{quote(period)}")
