"""Figures of the floor as tables show them: counted as a clause of the contract says, and each with its n.

Where a clause of the contract speaks of a KPI its own parameters and population hold, so that a page and the verdict on
that clause agree; elsewhere the KPI's defaults do, and the page says which of the two it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import pyarrow as pa
from django.utils.translation import gettext as _

from tallystick.contract.counted import CountedClause
from tallystick.measures.measure import MeasureRequest, Setting, catalogue
from tallystick.reports.figures import counted_text, interval_text, value_text
from tallystick.reports.markup import Markup, tag
from tallystick.verdicts.measured import how_measured
from tallystick.verdicts.promise import known_on
from tallystick.vocabulary.measure_value import MeasureValue
from tallystick.web.floor import Floor
from tallystick.web.table import Cell, Column, Table

# The dimension that carries labels of our own (a half hour, an hour of the week) through the measures.
LABEL = "priority"
MEASURED = "measured"
Names = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Counted:
    """A value and the clause whose terms it was counted by; None for the KPI's defaults."""

    value: MeasureValue
    clause: CountedClause | None = None


def counted_by(
    floor: Floor,
    measure: str,
    by: Sequence[str] = (),
    params: Mapping[str, Setting] | None = None,
    *,
    contract: bool = True,
) -> dict[Names, Counted]:
    """A KPI by cell, by the terms of a clause on it (`contract`), else with `params` and the KPI's defaults."""
    asked = _clauses(floor, measure) if contract else []
    asked = [(one, clause) for one, clause in asked if not {part.field for part in one.population} & {LABEL}]
    asked.append((MeasureRequest(measure, params=tuple(sorted((params or {}).items()))), None))
    found: dict[Names, Counted] = {}
    for request, clause in asked:
        for value in floor.values([request], by):
            kept = found.get(value.cell)
            if kept is None or (not kept.value.n and value.n):
                found[value.cell] = Counted(value, clause)
    return found


def _clauses(floor: Floor, measure: str) -> list[tuple[MeasureRequest, CountedClause | None]]:
    """What the clauses on a KPI ask for, in the order of the text as it was in force."""
    promise, period = floor.promise, floor.period
    known = known_on(floor.as_of)
    text = promise.contract.in_force(max(period.start_on, promise.contract.term.from_on), known)
    found: list[tuple[MeasureRequest, CountedClause | None]] = []
    for clause in text.counted:
        if clause.measure != measure or clause.value != MEASURED:
            continue
        how = how_measured(promise, text, clause, period, floor.as_of)
        if how is not None:
            found.append((how.request, clause))
    return found


def whole(found: dict[Names, Counted]) -> Counted | None:
    """The only cell of a KPI that was counted without dimensions; None where its facts are not here."""
    return found.get(())


def labelled(floor: Floor, what: str, fact: str, labels: Callable[[pa.Table], tuple[Sequence[str], pa.Array]]) -> Floor:
    """A floor whose rows of one fact carry labels, to be counted by `LABEL`; rows that are not to be kept are left out.

    `what` names the labels: the same name of the same floor has the same labels, which are made once.
    """

    def rows(table: pa.Table) -> pa.Table:
        made, keep = labels(table)
        return table.set_column(table.column_names.index(LABEL), LABEL, pa.array(made, pa.string())).filter(keep)

    return floor.cut(what, fact, rows)


def figure_cell(counted: Counted | None, *, plain: bool = False) -> Cell:
    """A value with what stands behind it; `plain` where the value is itself a number of rows."""
    value = counted.value if counted is not None else None
    if value is None or value.value is None:
        return Cell(None, _none(value))
    shown = tag("span", value_text(value.value, value.unit, target_of(counted)), class_="bignum")
    sub = None if plain else tag("span", counted_text(value), class_="sub")
    return Cell(value.value, tag("span", shown, sub, class_="figure"))


def target_of(counted: Counted | None) -> Fraction | None:
    """The level that a value is held against; None where no clause names one."""
    if counted is None or counted.clause is None:
        return None
    return Fraction(counted.clause.target.value)


def _none(value: MeasureValue | None) -> Markup:
    words = _("no value") if value is not None and value.n else _("no rows")
    return tag("span", "\u2013", tag("span", words, class_="sub"), class_="figure muted")


def figures_table(
    name: str, caption: str, of_what: str, rows: Iterable[tuple[str, str, Counted | None, str]], empty: str
) -> Table:
    """All of some figures with n and interval: (what they are of, KPI, value, another name than the KPI's)."""
    columns = (
        Column("of", of_what, as_is=True),
        Column("kpi", _("KPI"), as_is=True),
        Column("value", _("Value"), number=True),
        Column("counted", _("Counted"), number=True, sortable=False),
        Column("n", _("n"), number=True),
        Column("interval", _("95 % interval"), sortable=False, as_is=True),
        Column("terms", _("Counted by")),
    )
    return Table(name, caption, columns, [figure_row(*one) for one in rows], empty)


def figure_row(of: str, measure: str, counted: Counted | None, title: str = "") -> dict[str, Cell]:
    """One figure as a row; the twin holds its exact parts beside what is shown."""
    value = counted.value if counted is not None else None
    known = value is not None and value.value is not None
    shown = Cell(value.value, value_text(value.value, value.unit)) if value and known else Cell(None, _none(value))
    card = catalogue().get(measure)
    return {
        "of": Cell(of),
        "kpi": Cell(measure, title or (card.title if card else measure), f"/definitions/{measure}" if card else ""),
        "value": shown,
        "counted": Cell(counted_text(value) if known else None),
        "n": Cell(value.n if value else 0),
        "interval": Cell(list(value.interval) if value and value.interval else None, interval_text(value)),
        "terms": terms_cell(counted),
        "unit": Cell(value.unit if value else None),
        "numerator": Cell(value.numerator if value else None),
        "denominator": Cell(value.denominator if value else None),
        "pending": Cell(value.pending if value else 0),
        "excluded": Cell(dict(value.excluded) if value else {}),
    }


def terms_cell(counted: Counted | None) -> Cell:
    """The clause whose terms a value was counted by, or that the KPI's defaults were taken."""
    if counted is None or counted.clause is None:
        return Cell(None, _("defaults of the KPI"))
    clause = counted.clause
    said = ", ".join(f"{name} {value}" for name, value in counted.clause.measure_params.items())
    words = f"{clause.id}: {said}" if said else clause.id
    return Cell(clause.id, tag("span", words, translate="no"), title=clause.title or "")
