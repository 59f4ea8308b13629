"""What a partner reports itself, beside what was counted, with the cause of the difference."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tallystick.reports.figures import difference_text, value_text
from tallystick.reports.markup import tag
from tallystick.reports.verdict_words import differs
from tallystick.web.figure import Figure, unit_of
from tallystick.web.promises import reported_words
from tallystick.web.standings import Stood
from tallystick.web.table import Cell, Column, Table


def own_report(stood: Stood) -> Table:
    """Every figure that the partner reported for the period; those that are apart from ours first."""
    columns = (
        Column("promise", _("promise"), as_is=True),
        Column("reported", _("partner reports"), number=True),
        Column("value", _("counted"), number=True),
        Column("difference", _("difference"), number=True),
        Column("cause", _("cause"), as_is=True),
        Column("place", _("reported in"), as_is=True),
    )
    rows = []
    for verdict in sorted(stood.verdicts, key=lambda one: not differs(one)):
        reported = verdict.reported
        if reported is None:
            continue
        figure, unit = Figure(verdict, stood.data_to), unit_of(verdict)
        apart = differs(verdict)
        difference = difference_text(reported.difference, unit) if apart else reported_words(verdict)
        cause = tag("span", reported.sentence, tag("span", reported.cause, class_="sub"))
        rows.append(
            {
                "promise": Cell(f"{verdict.clause} {verdict.title}", href=figure.href),
                "reported": Cell(reported.value, value_text(reported.value, unit, verdict.target)),
                "value": Cell(figure.value, figure.markup),
                "difference": Cell(reported.difference, difference),
                "cause": Cell(reported.cause, cause if apart else reported.cause),
                "place": Cell(reported.place),
            }
        )
    empty = _("The partner reported no figure of its own for this period.")
    return Table("reported", _("What the partner reports"), columns, tuple(rows), empty)
