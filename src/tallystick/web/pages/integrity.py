"""Clock integrity: what looks like gaming in a judged month, each pattern with its rows and the figure without it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tallystick.integrity import PartnerMonth, Said, by_partner
from tallystick.measures.measure import catalogue
from tallystick.reports.figures import difference_text, month_name, value_text
from tallystick.reports.markup import Markup, tag
from tallystick.signals.figures import moment
from tallystick.signals.pattern import Detected, Figure, Severity, State, patterns
from tallystick.web.evidence import case_address
from tallystick.web.first_steps import first_steps
from tallystick.web.floor_choice import FLOOR
from tallystick.web.gaming import gaming_of, judged_months
from tallystick.web.page import Asked, Page
from tallystick.web.period_choice import PeriodChoice, period_choice
from tallystick.web.roles import CLIENT_ROLES, Role
from tallystick.web.room import Room
from tallystick.web.table import Cell, Column, Table

# A partner's people who answer for it; an agent would read colleagues' days there.
READERS = CLIENT_ROLES | {Role.PARTNER_ADMIN, Role.TEAM_LEADER}
LAMPS = {State.FOUND: "lamp late", State.CLEAR: "lamp fresh", State.NO_DATA: "muted"}


def gather(room: Room, asked: Asked) -> dict[str, Any]:
    """The patterns of the period that the URL asks for, and the rows of one of them."""
    choice = _months(period_choice(room, asked))
    if not choice.label:
        return {"choice": choice, "steps": first_steps(room)}
    partner = asked.choice("partner", tuple(room.books.partners))
    pattern = asked.choice("pattern", tuple(patterns()))
    answers = by_partner(gaming_of(room, one) for one in judged_months(room, choice.label, partner))
    return {
        "choice": choice,
        "chosen": partner,
        "filters": {"partner": _partners(room, partner), "pattern": _kinds(pattern)},
        "several": room.actor.of_client,
        **_of_period(room, choice, answers, pattern),
    }


def _months(choice: PeriodChoice) -> PeriodChoice:
    """Months alone: the budget of false alarms is theirs."""
    among = tuple(one for one in choice.among if len(one) == 7 and one[5:].isdigit())
    return PeriodChoice(choice.label if choice.label in among else among[-1] if among else "", among)


def _of_period(room: Room, choice: PeriodChoice, answers: list[PartnerMonth], pattern: str) -> dict[str, Any]:
    said = [(one, each) for one in answers for each in one.patterns if pattern in ("", each.strongest.pattern)]
    return {
        "sentence": _sentence(room, choice, answers),
        "card": dict(patterns()[pattern].sections) if pattern else None,
        "patterns": _patterns(room, said),
        "rows": _rows(room, said),
    }


def _sentence(room: Room, choice: PeriodChoice, answers: list[PartnerMonth]) -> str:
    month = month_name(choice.label)
    found = {one.partner: sum(each.strongest.state is State.FOUND for each in one.patterns) for one in answers}
    named = [(room.books.partners.get(partner, partner), count) for partner, count in found.items() if count]
    if not named:
        return _("Nothing looks like gaming in %(month)s.") % {"month": month}
    told = [
        ngettext("%(name)s: %(count)s pattern", "%(name)s: %(count)s patterns", count) % {"name": name, "count": count}
        for name, count in named
    ]
    return _("What looks like gaming in %(month)s: %(told)s.") % {"month": month, "told": ", ".join(told)}


def _patterns(room: Room, said: list[tuple[PartnerMonth, Said]]) -> Table:
    known = patterns()
    order = list(State)
    said = sorted(said, key=lambda pair: order.index(pair[1].strongest.state))
    rows = []
    for answer, told in said:
        one = told.strongest
        kind = known[one.pattern]
        asked = {"period": answer.period, "partner": answer.partner, "pattern": one.pattern}
        has_rows = one.state is not State.NO_DATA
        rows.append(
            {
                "partner": Cell(answer.partner, room.books.partners.get(answer.partner, answer.partner)),
                "pattern": Cell(one.pattern, kind.title, f"/integrity?{urlencode(asked)}", kind.sections[""]),
                "severity": Cell(one.severity.value, _weight(one.severity)),
                "state": Cell(
                    one.state.value,
                    tag("span", _state(one.state), " ", tag("span", one.finding, class_="sub", translate="no")),
                ),
                "suspects": Cell(one.suspects if has_rows else None, _of(one.suspects, one.n) if has_rows else None),
                "n": Cell(one.n if has_rows else None, f"{one.n:,}" if has_rows else None),
                "kpi": Cell(kind.flatters, _kpi(kind.flatters)),
                "reported": _figure(one.reported),
                "recomputed": _figure(one.recomputed if one.state is State.FOUND else None),
                "figure_n": Cell(one.reported.n if one.reported else None),
                "difference": _difference(one),
                "left_out": Cell(one.left_out or None),
                "finding": Cell(one.finding),
                "contracts": Cell(", ".join(told.contracts)),
            }
        )
    columns = [
        Column("pattern", _("Pattern"), as_is=True),
        Column("severity", _("Weight")),
        Column("state", _("State")),
        Column("suspects", _("Rows with the sign"), number=True),
        Column("n", _("of rows"), number=True, drawn=False),
        Column("kpi", _("KPI"), as_is=True),
        Column("reported", _("As reported"), number=True),
        Column("recomputed", _("Without it"), number=True),
        Column("figure_n", _("n"), number=True, drawn=False),
        Column("difference", _("Difference"), number=True),
        Column(
            "left_out", _("Left out as one decision"), number=True, drawn=any(row["left_out"].value for row in rows)
        ),
        Column("finding", _("Finding"), as_is=True, drawn=False),
        Column("contracts", _("Contracts"), as_is=True, drawn=False),
    ]
    if room.actor.of_client:
        columns.insert(0, Column("partner", _("Partner"), as_is=True))
    return Table("patterns", _("Patterns"), tuple(columns), rows, _("No judged month is as you ask."))


def _rows(room: Room, said: list[tuple[PartnerMonth, Said]]) -> Table:
    known = patterns()
    rows = []
    for answer, told in said:
        verdicts = {each.contract: each for each in reversed(room.books.of(answer.partner, answer.period))}
        for contract, case in told.rows:
            verdict = verdicts.get(contract)
            href = case_address(verdict, case.id) if case.table == "case" and verdict is not None else ""
            rows.append(
                {
                    "partner": Cell(answer.partner, room.books.partners.get(answer.partner, answer.partner)),
                    "pattern": Cell(told.strongest.pattern, known[told.strongest.pattern].title),
                    "row": Cell(case.id, None, href),
                    "at": Cell(case.at_s, moment(case.at_s)),
                    "contract": Cell(contract),
                    "reason": Cell(case.reason),
                }
            )
    columns = [
        Column("pattern", _("Pattern"), as_is=True),
        Column("row", _("Case, call or agent's day"), as_is=True),
        Column("at", _("When"), as_is=True),
        Column("contract", _("Contract"), as_is=True),
        Column("reason", _("Why"), sortable=False, as_is=True),
    ]
    if room.actor.of_client:
        columns.insert(0, Column("partner", _("Partner"), as_is=True))
    empty = _("No row is named, because no pattern was found. Single rows with a sign occur in honest work too.")
    return Table("rows", _("Rows of the patterns found"), tuple(columns), rows, empty)


def _state(state: State) -> Markup:
    words = {State.FOUND: _("found"), State.CLEAR: _("clear"), State.NO_DATA: _("no data")}
    return tag("span", words[state], class_=LAMPS[state])


def _weight(severity: Severity) -> str:
    return {
        Severity.SEVERE: _("severe"),
        Severity.SERIOUS: _("serious"),
        Severity.NOTABLE: _("notable"),
    }[severity]


def _kpi(name: str) -> str:
    known = catalogue().get(name)
    return known.title if known is not None else name.replace("_", " ")


def _of(count: int, n: int) -> Markup:
    return tag("span", f"{count:,}", " ", tag("span", _("of %(n)s") % {"n": f"{n:,}"}, class_="sub"))


def _figure(figure: Figure | None) -> Cell:
    value = figure.value if figure is not None else None
    if figure is None or value is None:
        return Cell(None)
    counted = tag("span", _("n = %(n)s") % {"n": f"{figure.n:,}"}, class_="sub")
    return Cell(value, tag("span", value_text(value, figure.unit), " ", counted))


def _difference(one: Detected) -> Cell:
    if one.state is not State.FOUND or one.difference is None:
        return Cell(None)
    return Cell(one.difference, difference_text(one.difference, "ratio"))


def _partners(room: Room, chosen: str) -> list[tuple[str, str, bool]]:
    named = [(partner, name, partner == chosen) for partner, name in room.books.partners.items()]
    return [("", _("all partners"), not chosen), *named]


def _kinds(chosen: str) -> list[tuple[str, str, bool]]:
    named = [(name, one.title, name == chosen) for name, one in patterns().items()]
    return [("", _("all patterns"), not chosen), *named]


PAGE = Page("integrity", gettext_lazy("Clock integrity"), READERS, gather, group=FLOOR, place=5)
