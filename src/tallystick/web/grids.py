"""Two grids of a year: how each partner stood in each month, and how each of its promises went."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from tallystick.reports.charts import glyph
from tallystick.reports.figures import counted_text, month_name, short_month, value_text
from tallystick.reports.markup import Child, Markup, tag
from tallystick.verdicts.standing import Standing
from tallystick.verdicts.verdict import Outcome, Verdict
from tallystick.web.figure import address_of, promised_words, unit_of
from tallystick.web.said import outcome_words
from tallystick.web.standings import CLASSES, Standings, Stood, shape, word


def partner_by_month(standings: Standings, names: dict[str, str], periods: Sequence[str], current: str) -> Markup:
    """A row for each partner, a column for each period; every cell leads to that partner's month."""
    head = tag(
        "tr",
        tag("th", _("partner"), scope="col", class_="who"),
        [tag("th", _heading(periods, at), scope="col", translate="no") for at in range(len(periods))],
    )
    rows = [
        tag(
            "tr",
            tag("th", tag("strong", name), scope="row", class_="who", translate="no"),
            [_cell(standings.get((partner, period)), period, current) for period in periods],
        )
        for partner, name in names.items()
    ]
    return tag("table", tag("thead", head), tag("tbody", rows), class_="matrix")


def _heading(periods: Sequence[str], at: int) -> Child:
    year = periods[at][:4]
    new_year = at == 0 or periods[at - 1][:4] != year
    return [short_month(periods[at]), tag("br"), tag("span", year if new_year else "\u00a0", class_="muted")]


def _cell(stood: Stood | None, period: str, current: str) -> Markup:
    if stood is None:
        nothing = tag("span", _("not judged"), class_="word")
        return tag("td", tag("span", nothing, class_="cell", data_month=short_month(period)))
    words = word(stood.standing)
    short = _("no data") if stood.standing is Standing.NOT_ENOUGH and stood.data_to else words
    kept = f"{len(stood.with_outcome(Outcome.MET))}/{len(stood.settled)}" if stood.settled else "\u2013"
    classes = "thin" if stood.data_to and stood.standing is not Standing.MISSED else CLASSES[stood.standing]
    label = _("%(partner)s, %(period)s: %(word)s, %(note)s") % {
        "partner": stood.name,
        "period": month_name(period),
        "word": words,
        "note": stood.note,
    }
    inside = [
        tag("span", shape(stood.standing), class_=f"status {classes}"),
        tag("span", short, class_="word"),
        tag("span", kept),
    ]
    link = tag("a", inside, href=stood.href, aria_label=label, data_month=short_month(period))
    return tag("td", link, class_=classes + (" chosen" if period == current else ""))


def promise_by_month(name: str, verdicts: Sequence[Verdict], periods: Sequence[str]) -> Markup:
    """A row for each clause of one partner, a column for each period; every figure leads to its explanation."""
    by_name = {(verdict.clause, verdict.period): verdict for verdict in verdicts}
    titles = {verdict.clause: verdict.title for verdict in verdicts}
    head = tag(
        "tr",
        tag("th", name, scope="col", class_="who", translate="no"),
        [tag("th", short_month(period), scope="col", translate="no") for period in periods],
    )
    rows = [
        tag(
            "tr",
            tag("th", f"{clause} {title}", scope="row", class_="who", translate="no"),
            [_figure(by_name.get((clause, period))) for period in periods],
        )
        for clause, title in titles.items()
    ]
    grid = tag("table", tag("thead", head), tag("tbody", rows), class_="grid-of-clauses")
    return tag(
        "div",
        grid,
        class_="scroll",
        tabindex="0",
        role="region",
        aria_label=_("%(name)s, promise by month") % {"name": name},
    )


def _figure(verdict: Verdict | None) -> Markup:
    if verdict is None:
        return tag("td", "\u2013")
    written = value_text(verdict.value.value if verdict.value else None, unit_of(verdict), verdict.target)
    label = _("%(period)s: %(outcome)s, %(value)s, %(counted)s, promised %(target)s") % {
        "period": month_name(verdict.period),
        "outcome": outcome_words(verdict.outcome),
        "value": written,
        "counted": counted_text(verdict.value),
        "target": promised_words(verdict),
    }
    number = written.replace("\u202f%", "")
    inside = [glyph(verdict.outcome), tag("span", number, translate="no")]
    link = tag("a", inside, href=address_of(verdict), title=label, aria_label=label)
    return tag("td", link, class_="thin" if verdict.outcome is Outcome.NOT_ASSESSABLE else verdict.outcome.value)
