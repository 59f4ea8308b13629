"""The definitions: every KPI with what it means, in what unit, and which clauses of the reader's contracts use it."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tallystick.contract.counted import CountedClause
from tallystick.measures.benchmarks import contexts
from tallystick.measures.dictionary import users_of
from tallystick.measures.measure import Measure, catalogue
from tallystick.web.page import Asked, Page
from tallystick.web.roles import EVERYONE
from tallystick.web.room import Room
from tallystick.web.table import Cell, Column, Table


def clauses_with(room: Room) -> dict[str, list[tuple[str, CountedClause]]]:
    """(contract, clause) of each KPI that a contract of the room measures, by the KPI's file name."""
    found: dict[str, list[tuple[str, CountedClause]]] = defaultdict(list)
    for text in room.books.contracts:
        for clause in text.contract.counted:
            name = clause.measure if clause.version == 1 else f"{clause.measure}_v{clause.version}"
            found[name].append((text.contract.contract, clause))
    return found


def used_by(room: Room) -> dict[str, list[tuple[str, str]]]:
    """(contract, clause id) of each KPI that a contract of the room measures, by the KPI's file name."""
    return {name: [(contract, one.id) for contract, one in found] for name, found in clauses_with(room).items()}


def gather(room: Room, asked: Asked) -> dict[str, Any]:
    """Every KPI, those of the reader's contracts first."""
    used = used_by(room)
    ordered = sorted(catalogue().items(), key=lambda one: (one[0] not in used, _numbered(one[1]), one[0]))
    columns = (
        Column("kpi", _("KPI"), as_is=True),
        Column("definition", _("What it is"), sortable=False, as_is=True),
        Column("unit", _("Unit"), as_is=True),
        Column("better", _("Better")),
        Column("clauses", _("Clauses"), as_is=True),
        Column("users", _("Who uses it"), sortable=False, as_is=True),
        Column("published", _("Published figures"), number=True),
        Column("number", _("Number"), as_is=True),
    )
    rows = [_row(name, measure, used.get(name, [])) for name, measure in ordered]
    return {
        "used": sum(1 for name, _one in ordered if name in used),
        "all": len(ordered),
        "definitions": Table("definitions", _("KPIs"), columns, rows),
    }


def _row(name: str, measure: Measure, clauses: list[tuple[str, str]]) -> dict[str, Cell]:
    by_contract: dict[str, list[str]] = defaultdict(list)
    for contract, clause in clauses:
        by_contract[contract].append(clause)
    shown = "; ".join(f"{contract}: {', '.join(found)}" for contract, found in by_contract.items())
    return {
        "kpi": Cell(name, measure.title, f"/definitions/{name}"),
        "definition": Cell(measure.definition),
        "unit": Cell(measure.unit),
        "better": Cell(measure.better, _("higher") if measure.better == "higher" else _("lower")),
        "clauses": Cell(shown or None),
        "users": Cell("; ".join(one.partition(",")[0] for one in users_of(measure.source)) or None),
        "published": Cell(len(contexts(measure)) or None),
        "number": Cell(measure.source),
    }


def _numbered(measure: Measure) -> tuple[int, str]:
    return (len(measure.source), measure.source)


PAGE = Page("definitions", gettext_lazy("Definitions"), EVERYONE, gather, order=65, key="n")
