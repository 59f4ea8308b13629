"""Every figure of chosen clauses in every period, flat: what the small charts are drawn from, for a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from tallystick.reports.figures import rows_of
from tallystick.verdicts.verdict import Verdict
from tallystick.web.figure import address_of, unit_of
from tallystick.web.said import lifecycle_words, outcome_words, provenance_words
from tallystick.web.table import Cell, Column, Table


def history_table(verdicts: Iterable[Verdict]) -> Table:
    """One row for each verdict: exact value, counts, interval, target, outcome, the partner's own figure, money."""
    columns = (
        Column("verdict", _("verdict"), as_is=True),
        Column("partner", _("partner"), as_is=True),
        Column("clause", _("clause"), as_is=True),
        Column("title", _("title"), as_is=True),
        Column("period", _("period"), as_is=True),
        Column("outcome", _("state")),
        Column("lifecycle", _("lifecycle")),
        Column("value", _("value"), number=True),
        Column("unit", _("unit"), as_is=True),
        Column("numerator", _("numerator"), number=True),
        Column("denominator", _("denominator"), number=True),
        Column("n", "n", number=True),
        Column("low", _("interval from"), number=True),
        Column("high", _("interval to"), number=True),
        Column("target", _("target"), number=True),
        Column("minimum", _("minimum"), number=True),
        Column("reported", _("partner reports"), number=True),
        Column("difference", _("difference"), number=True),
        Column("more", _("more to be met"), number=True),
        Column("credit", _("price adjustment"), number=True),
        Column("provenance", _("provenance")),
    )
    return Table("history", _("History"), columns, tuple(_row(one) for one in verdicts), _("Nothing was judged yet."))


def _row(verdict: Verdict) -> dict[str, Cell]:
    value, reported = verdict.value, verdict.reported
    low, high = value.interval if value is not None and value.interval else (None, None)
    return {
        "verdict": Cell(verdict.id, href=address_of(verdict)),
        "partner": Cell(verdict.partner),
        "clause": Cell(verdict.clause),
        "title": Cell(verdict.title),
        "period": Cell(verdict.period),
        "outcome": Cell(verdict.outcome.value, outcome_words(verdict.outcome)),
        "lifecycle": Cell(verdict.lifecycle, lifecycle_words(verdict.lifecycle)),
        "value": Cell(value.value if value else None),
        "unit": Cell(unit_of(verdict)),
        "numerator": Cell(value.numerator if value else None),
        "denominator": Cell(value.denominator if value else None),
        "n": Cell(rows_of(value)),
        "low": Cell(low),
        "high": Cell(high),
        "target": Cell(verdict.target),
        "minimum": Cell(verdict.minimum),
        "reported": Cell(reported.value if reported else None),
        "difference": Cell(reported.difference if reported else None),
        "more": Cell(verdict.more_to_meet),
        "credit": Cell(verdict.credit),
        "provenance": Cell(verdict.provenance, provenance_words(verdict.provenance)),
    }
