"""One KPI's card: what it means, how it is counted, its variants and edge cases, an example by hand, who uses it."""

from __future__ import annotations

import importlib
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tallystick.measures.benchmarks import Benchmark, benchmarks, contexts, industry
from tallystick.measures.dictionary import users_of
from tallystick.measures.measure import SECTIONS, Example, Measure, catalogue
from tallystick.measures.reference import INTERVALS, result_words
from tallystick.measures.sources import CODE, REFERENCES
from tallystick.vocabulary.errors import NotFound
from tallystick.web.page import Asked, Page
from tallystick.web.pages.definitions import clauses_with
from tallystick.web.roles import EVERYONE
from tallystick.web.room import Room
from tallystick.web.table import Cell, Column, Table

# The definition leads the card; where it comes from has a table of its own.
APART = ("Definition", "Source")


def gather(room: Room, asked: Asked) -> dict[str, Any]:
    """All of one card."""
    name = asked.parts["measure"]
    measure = catalogue().get(name)
    if measure is None:
        raise NotFound("measure", name)
    example: Example = importlib.import_module(measure.module).EXAMPLE
    return {
        "about": {
            "id": measure.id,
            "version": measure.version,
            "title": measure.title,
            "number": measure.source,
            "definition": measure.definition,
            "period_rules": list(measure.period_rules),
            "attributions": list(measure.attributions),
            "interval": INTERVALS[measure.kind_in(measure.settle({}))],
        },
        "sections": [
            (section, measure.section(section).replace("`", "")) for section in SECTIONS if section not in APART
        ],
        "parameters": _parameters(measure),
        "by_hand": _by_hand(example),
        "example": {
            "period": example.period,
            "as_of": example.as_of,
            "params": ", ".join(f"{key} {value}" for key, value in example.params.items()),
            "result": result_words(measure, example),
        },
        "users": [f"{one[0].upper()}{one[1:]}." for one in users_of(measure.source)],
        "clauses": _clauses(room, name),
        "published": _published(room, name, measure),
        "sources": _sources(measure),
    }


def _parameters(measure: Measure) -> Table:
    columns = (
        Column("name", _("Parameter"), as_is=True),
        Column("default", _("Default"), as_is=True),
        Column("allowed", _("May be"), sortable=False, as_is=True),
        Column("meaning", _("Meaning"), sortable=False, as_is=True),
    )
    rows = [
        {
            "name": Cell(name),
            "default": Cell(param.default),
            "allowed": Cell(
                ", ".join(param.choices) or param.pattern or _("a whole number of at least %s") % param.least
            ),
            "meaning": Cell(param.meaning),
        }
        for name, param in measure.params.items()
    ]
    return Table("parameters", _("Parameters"), columns, rows, _("It takes no parameters."))


def _by_hand(example: Example) -> Table:
    names = list(dict.fromkeys(name for row in example.rows for name in row))
    columns = (
        Column("row", _("Row"), number=True, sortable=False),
        *(Column(name, name, sortable=False, as_is=True, head_as_is=True) for name in names),
    )
    rows = [
        {"row": Cell(place), **{name: Cell(row.get(name), "" if name not in row else None) for name in names}}
        for place, row in enumerate(example.rows, 1)
    ]
    return Table("by_hand", _("Five rows by hand"), columns, rows)


def _clauses(room: Room, name: str) -> Table:
    columns = (
        Column("contract", _("Contract"), as_is=True),
        Column("clause", _("Clause"), as_is=True),
        Column("title", _("Title"), as_is=True),
        Column("state", _("In force")),
    )
    texts = {text.contract.contract: text.contract for text in room.books.contracts}
    rows = [
        {
            "contract": Cell(contract, texts[contract].title, f"/contract/{contract}"),
            "clause": Cell(clause.id),
            "title": Cell(clause.title),
            "state": Cell(_("yes") if texts[contract].term.from_on <= room.now.date() else _("not yet")),
        }
        for contract, clause in clauses_with(room).get(name, [])
    ]
    return Table("clauses", _("Clauses of contracts"), columns, rows, _("No contract that you may read measures it."))


def _published(room: Room, name: str, measure: Measure) -> Table:
    """What others publish, and where it may stand beside a figure: as the KPI is by default, or as a clause sets it."""
    known = _known(room)
    clauses = [(contract, clause.id, clause.measure_params) for contract, clause in clauses_with(room).get(name, [])]
    columns = (
        Column("says", _("What is published"), sortable=False, as_is=True),
        Column("dated", _("Where and when"), as_is=True),
        Column("sources", _("Source and grade"), sortable=False, as_is=True),
        Column("comparable", _("Comparable by default"), sortable=False, as_is=True),
        Column("clauses", _("Comparable in clauses"), sortable=False, as_is=True),
    )
    rows = []
    for one in contexts(measure, known=known):
        fitting = [
            f"{contract}: {clause}"
            for contract, clause, params in clauses
            if not contexts(measure, params, [one.benchmark])[0].refused
        ]
        codes = ", ".join(f"{code} ({source.grade})" for code, source in one.benchmark.sources)
        rows.append(
            {
                "says": Cell(one.benchmark.says),
                "dated": Cell(one.benchmark.dated),
                "sources": Cell(codes or (_("your folder's own") if one.benchmark.own else None)),
                "comparable": Cell(one.refused or "yes", _("no: %s") % one.refused if one.refused else _("yes")),
                "clauses": Cell("; ".join(fitting) or None),
            }
        )
    return Table("published", _("What others publish"), columns, rows, _("Nothing comparable was found in public."))


def _known(room: Room) -> list[Benchmark]:
    """What ships with the program; to the client's people also what their own folder says, which is theirs alone."""
    return benchmarks(room.home.root)[0] if room.actor.of_client else list(industry())


def _sources(measure: Measure) -> Table:
    columns = (
        Column("code", _("Code"), as_is=True),
        Column("about", _("Where the definition comes from"), as_is=True),
        Column("address", _("Address"), sortable=False, as_is=True),
        Column("grade", _("Grade"), as_is=True),
    )
    named = dict.fromkeys(CODE.findall(measure.section("Source")))
    rows = [
        {
            "code": Cell(code),
            "about": Cell(REFERENCES[code].about),
            "address": Cell(REFERENCES[code].address),
            "grade": Cell(REFERENCES[code].grade),
        }
        for code in named
    ]
    return Table(
        "sources", _("Sources"), columns, rows, _("The definition is the field's own; no public page is cited.")
    )


PAGE = Page("definitions/<str:measure>", gettext_lazy("Definition"), EVERYONE, gather)
