"""What the partners' customers say, by the clauses that rest on their own answers."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from tallystick.measures.measure import catalogue
from tallystick.verdicts.verdict import Verdict
from tallystick.web.figure import Figure, promised_words
from tallystick.web.promises import histories
from tallystick.web.room import Room
from tallystick.web.said import status
from tallystick.web.sparkline import sparkline, summary
from tallystick.web.standings import Stood
from tallystick.web.table import Cell, Column, Table

ANSWERS = "survey"  # the fact that customers' answers make


def of_customers(stood: Sequence[Stood]) -> list[tuple[Stood, Verdict]]:
    """The verdicts on what customers say, each with where its partner stands."""
    known = catalogue()
    return [
        (one, verdict)
        for one in stood
        for verdict in one.verdicts
        if verdict.value is not None and verdict.value.measure in known and known[verdict.value.measure].fact == ANSWERS
    ]


def customers_table(room: Room, shown: tuple[str, ...], stood: Sequence[Stood]) -> Table:
    """Their figures by partner, each with its n and interval."""
    columns = (
        Column("partner", _("partner"), as_is=True),
        Column("promise", _("what customers say"), as_is=True),
        Column("value", _("happened"), number=True),
        Column("interval", _("95 % interval"), sortable=False, as_is=True),
        Column("target", _("promised"), number=True),
        Column("state", _("state")),
        Column("trend", _("trend"), sortable=False),
    )
    points = histories(room, shown)
    rows = []
    for one, verdict in of_customers(stood):
        figure = Figure(verdict, one.data_to)
        history = points[verdict.contract, verdict.partner, verdict.clause]
        rows.append(
            {
                "partner": Cell(one.name, href=one.href),
                "promise": Cell(f"{verdict.clause} {verdict.title}"),
                "value": Cell(figure.value, figure.markup),
                "interval": Cell(list(verdict.value.interval) if verdict.value and verdict.value.interval else None,
                                 figure.interval),
                "target": Cell(verdict.target, promised_words(verdict)),
                "state": Cell(verdict.outcome.value, status(verdict.outcome)),
                "trend": Cell(summary(history), sparkline(history, verdict.period)),
                "verdict": Cell(verdict.id),
                "n": Cell(figure.n),
            }
        )  # fmt: skip
    empty = _("No contract has a clause on what customers say. A kpi clause on csat or nps brings one.")
    return Table("customers", _("The customers' view"), columns, tuple(rows), empty)
