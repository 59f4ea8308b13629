"""The rows of one import that were rejected: what is wrong with each, and the file to correct them in."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tallystick.web.page import Asked, Page
from tallystick.web.roles import CLIENT_ROLES, Role
from tallystick.web.room import Room
from tallystick.web.table import Cell, Column, Table

READERS = CLIENT_ROLES | {Role.PARTNER_ADMIN, Role.TEAM_LEADER}


def gather(room: Room, asked: Asked) -> dict[str, Any]:
    """The rejected rows, once as a list of faults and once as they stood in the file."""
    one = room.desk.imports.one(asked.parts["number"])
    wrong = room.desk.imports.wrong_rows(one)
    to_correct = one.outcome.get("to_correct", [])
    return {
        "number": one.number,
        "name": one.name,
        "rejected": one.outcome.get("rejected", 0),
        "shown": len({row["row"] for row in wrong}),
        "faults": _faults(wrong),
        "to_correct": _to_correct(wrong, to_correct),
        "has_file": bool(to_correct),
    }


def _faults(wrong: list[dict[str, Any]]) -> Table:
    rows = [
        {
            "row": Cell(one["row"]),
            "column": Cell(one["column"]),
            "value": Cell(one["value"]),
            "wrong": Cell(one["finding"]["message"]),
            "cure": Cell(one["finding"].get("cure", "")),
            "rule": Cell(one["finding"]["id"]),
        }
        for one in wrong
    ]
    columns = (
        Column("row", _("Row of the file"), number=True),
        Column("column", _("Column"), as_is=True),
        Column("value", _("Cell"), as_is=True),
        Column("wrong", _("What is wrong"), as_is=True),
        Column("cure", _("What to do"), as_is=True),
        Column("rule", _("Rule"), as_is=True),
    )
    return Table("faults", _("Faults by row"), columns, rows, _("No row was rejected."))


def _to_correct(wrong: list[dict[str, Any]], rows: list[dict[str, str]]) -> Table:
    """The rows as they stood in the file, under their own headings, with what is wrong and what to do beside them."""
    said: dict[str, list[dict[str, Any]]] = {}
    for one in wrong:
        said.setdefault(str(one["row"]), []).append(one["finding"])
    heads = [key for key in rows[0] if key] if rows else []
    columns = (
        *(Column(f"c{at}", head, as_is=True, head_as_is=True) for at, head in enumerate(heads)),
        Column("wrong", _("What is wrong"), as_is=True),
        Column("cure", _("What to do"), as_is=True),
    )
    listed = [
        {
            **{f"c{at}": Cell(row[head]) for at, head in enumerate(heads)},
            "wrong": Cell(" ".join(finding["message"] for finding in said.get(row[""], []))),
            "cure": Cell(" ".join(dict.fromkeys(finding.get("cure", "") for finding in said.get(row[""], [])))),
        }
        for row in rows
    ]
    return Table("to_correct", _("Rows to correct"), columns, listed, _("This kind of file has no rows to give back."))


PAGE = Page("data/import/<slug:number>/rows", gettext_lazy("Rejected rows"), READERS, gather)
