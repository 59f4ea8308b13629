"""The clauses of a period as one table: state, figure, target, interval, the partner's own figure, forecast, trend.

Partner page and service levels show the same rows. Cells carry exact values; what is not a column of its own (the
verdict's id, counts, interval, money) stands in each row of the twin.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tallystick.reports.charts import TrendPoint, bullet
from tallystick.reports.figures import difference_text, level_text, share_text, value_text
from tallystick.reports.markup import Child, Markup, tag
from tallystick.reports.partner_month import trend_points
from tallystick.reports.verdict_words import differs
from tallystick.verdicts.pace import NoPace, Pace
from tallystick.verdicts.verdict import IN_EFFECT, Outcome, Verdict
from tallystick.web.figure import Figure, promised_words, unit_of
from tallystick.web.room import Room
from tallystick.web.said import lifecycle_words, status
from tallystick.web.sparkline import sparkline, summary
from tallystick.web.standings import Stood
from tallystick.web.table import Cell, Column, Table

MOST_SURE = 0.99  # beyond it the chance is not told apart from certainty
History = Mapping[tuple[str, str, str], tuple[TrendPoint, ...]]
# The gravest first.
WEIGHT = {
    Outcome.MISSED: 0,
    Outcome.EXCUSED: 1,
    Outcome.PROVISIONAL: 2,
    Outcome.NOT_ASSESSABLE: 3,
    Outcome.MET: 4,
}


def histories(room: Room, shown: tuple[str, ...]) -> History:
    """The points of every clause over the periods that are shown, by (contract, partner, clause)."""
    return room.books.once(("histories", shown), lambda: _histories(room, frozenset(shown)))


def _histories(room: Room, shown: frozenset[str]) -> History:
    by_clause: dict[tuple[str, str, str], list[Verdict]] = {}
    for verdict in (one for one in room.books.verdicts if one.period in shown):
        by_clause.setdefault((verdict.contract, verdict.partner, verdict.clause), []).append(verdict)
    return {key: trend_points(tuple(own), key[2]) for key, own in by_clause.items()}


def promise_table(name: str, caption: str, rows: Iterable[dict[str, Cell]], empty: str, *, partner: bool) -> Table:
    """Rows of `promise_row` as a table; `partner` adds whose promise it is."""
    columns = [
        Column("promise", _("promise")),
        Column("partner", _("partner"), as_is=True),
        Column("state", _("state")),
        Column("value", _("happened"), number=True),
        Column("target", _("promised"), number=True),
        Column("interval", _("95 % interval"), sortable=False, as_is=True),
        Column("reported", _("partner reports"), number=True),
        Column("more", _("to be green"), number=True),
        Column("pace", _("time left and pace"), sortable=False),
        Column("trend", _("trend"), sortable=False),
    ]
    shown = tuple(column for column in columns if partner or column.key != "partner")
    return Table(name, caption, shown, tuple(rows), empty)


def promise_row(stood: Stood, verdict: Verdict, history: tuple[TrendPoint, ...]) -> dict[str, Cell]:
    """One verdict as a row."""
    figure = Figure(verdict, stood.data_to)
    pace = stood.pace(verdict)
    return {
        "promise": _promise(verdict, figure),
        "partner": Cell(stood.name, href=stood.href),
        "state": _state(verdict, figure),
        "value": Cell(figure.value, figure.markup),
        "target": Cell(verdict.target, _promised(verdict)),
        "interval": _interval(verdict, figure),
        "reported": _reported(verdict),
        "more": _more(verdict),
        "pace": Cell(_pace_value(pace), _pace(pace, verdict)),
        "trend": Cell(
            summary(history),
            sparkline(history, verdict.period),
            f"/partner/{quote(verdict.partner)}?period={quote(verdict.period)}#trend-{quote(verdict.clause)}",
            _("The whole chart with its table"),
        ),
        "minimum": Cell(verdict.minimum),
        "period": Cell(verdict.period),
        "kind": Cell(verdict.kind),
        "clause": Cell(verdict.clause),
        "credit": Cell(verdict.credit),
        "difference": Cell(verdict.reported.difference if verdict.reported else None),
        **{key: Cell(part) for key, part in figure.as_json().items() if key not in {"value", "interval", "outcome"}},
    }


def _promise(verdict: Verdict, figure: Figure) -> Cell:
    parts = [
        f"{name.replace('_', ' ')} {'' if op == 'in' else 'not '}{' or '.join(values)}"
        for name, op, values in verdict.population
    ]
    shown = tag(
        "span",
        tag("strong", f"{verdict.clause} {verdict.title}", translate="no"),
        tag("span", ", ".join(parts) or _("whole contract"), class_="sub", translate="no" if parts else None),
        class_="promise",
    )
    return Cell(f"{verdict.clause} {verdict.title}", shown, figure.href)


def _state(verdict: Verdict, figure: Figure) -> Cell:
    note = "" if verdict.lifecycle == IN_EFFECT else f"({lifecycle_words(verdict.lifecycle)})"
    shown = status(verdict.outcome, note)
    if figure.data_to and verdict.outcome is not Outcome.MISSED:
        shown = tag("span", shown, class_="late-data")
    return Cell(verdict.outcome.value, shown)


def _promised(verdict: Verdict) -> Child:
    if verdict.minimum is None:
        return promised_words(verdict)
    least = level_text(verdict.minimum, unit_of(verdict))
    # The level beyond which it is worse than missed.
    words = _("minimum %(level)s") if verdict.better == "higher" else _("worst allowed %(level)s")
    return tag("span", promised_words(verdict), tag("span", words % {"level": least}, class_="sub"))


def _interval(verdict: Verdict, figure: Figure) -> Cell:
    value = verdict.value
    if value is None or value.interval is None:
        return Cell(None, tag("span", figure.interval, class_="muted"))
    reported = verdict.reported.value if verdict.reported and differs(verdict) else None
    words = _("%(value)s, interval %(interval)s, promised %(target)s") % {
        "value": figure.shown,
        "interval": figure.interval,
        "target": promised_words(verdict),
    }
    drawn = bullet(figure.value, value.interval, verdict.target, reported, verdict.outcome, words)
    return Cell(list(value.interval), tag("span", drawn, tag("span", figure.interval, class_="sub")))


def reported_words(verdict: Verdict) -> str:
    """How the partner's figure compares with ours."""
    reported = verdict.reported
    if reported is None:
        return _("not reported")
    if verdict.provenance == "imported":
        return _("the figure is theirs")
    if reported.difference is None:
        return _("not counted by us")
    if reported.difference == 0:
        return _("as we count")
    if not differs(verdict):
        return _("as we count, rounded")
    return _("difference %(difference)s") % {"difference": difference_text(reported.difference, unit_of(verdict))}


def _reported(verdict: Verdict) -> Cell:
    reported = verdict.reported
    if reported is None:
        return Cell(None, tag("span", reported_words(verdict), class_="muted"))
    shown = value_text(reported.value, unit_of(verdict), verdict.target)
    classes = "reported-figure apart" if differs(verdict) else "reported-figure"
    return Cell(reported.value, tag("span", shown, tag("span", reported_words(verdict), class_="sub"), class_=classes))


def more_words(verdict: Verdict) -> str:
    """How many more rows would have had to go the other way for the promise to be kept."""
    more = verdict.more_to_meet
    if verdict.arithmetic is Outcome.MET:
        return _("green so far") if verdict.outcome is Outcome.PROVISIONAL else _("green")
    if more is None:
        return "\u2013"
    if verdict.better == "lower":
        return ngettext("%(count)s fewer against it", "%(count)s fewer against it", more) % {"count": f"{more:,}"}
    return ngettext("%(count)s more in time", "%(count)s more in time", more) % {"count": f"{more:,}"}


def _more(verdict: Verdict) -> Cell:
    words = more_words(verdict)
    return Cell(
        verdict.more_to_meet, words if verdict.arithmetic is Outcome.MISSED else tag("span", words, class_="muted")
    )


def _pace_value(pace: Pace | NoPace) -> Any:
    return pace.value if isinstance(pace, NoPace) else f"{float(pace.low):.4f} to {float(pace.high):.4f}"


def pace_words(pace: Pace | NoPace) -> str:
    """Time left and where the figure will end, or why that is not said."""
    if isinstance(pace, NoPace):
        return {
            NoPace.OVER: _("over"),
            NoPace.EARLY: _("fewer than five days have data"),
            NoPace.THIN: _("too few cases so far"),
            NoPace.NOT_COUNTED: _("only shares of cases are forecast"),
            NoPace.NO_TARGET: _("there is no target"),
        }[pace]
    words = ngettext("%(days)d day left", "%(days)d days left", pace.days_left) % {"days": pace.days_left}
    return _("%(left)s: ends between %(low)s and %(high)s") % {
        "left": words,
        "low": share_text(pace.low, pace.target),
        "high": share_text(pace.high, pace.target),
    }


def needed_words(pace: Pace) -> str:
    """What the rest of the period must bring, and how likely that is."""
    chance = _chance_words(pace.chance)
    if pace.needed is None:
        return _("out of reach at this volume (%(rest)s cases to come)") % {"rest": f"{pace.rest:,}"}
    if pace.better == "lower":
        words = _("at most %(needed)s of %(rest)s to come may count against it")
    else:
        words = _("%(needed)s of %(rest)s to come must be in time")
    return f"{words % {'needed': f'{pace.needed:,}', 'rest': f'{pace.rest:,}'}}; {chance}"


def _chance_words(chance: float) -> str:
    if chance > MOST_SURE:
        return _("kept in more than 99 of 100 such months")
    if chance < 1 - MOST_SURE:
        return _("kept in fewer than 1 of 100 such months")
    return _("kept in %(chance)s of 100 such months") % {"chance": f"{chance * 100:.0f}"}


def _pace(pace: Pace | NoPace, verdict: Verdict) -> Markup:
    if isinstance(pace, NoPace):
        return tag("span", pace_words(pace), class_="muted")
    risk = "pace risk" if pace.may_miss else "pace"
    return tag("span", tag("span", pace_words(pace), class_=risk), tag("span", needed_words(pace), class_="sub"))
