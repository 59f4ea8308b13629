"""Workforce: how many work for the client, how long they stay, how their time went, and whom a leader may look at."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tallystick.measures.measure import Setting
from tallystick.measures.survival import Stay, Step, kaplan_meier, median_stay, stays_of
from tallystick.reports.figures import counted_text, interval_text, month_name, share_text, value_text
from tallystick.reports.markup import Markup
from tallystick.web.first_steps import first_steps
from tallystick.web.floor import Floor, floor_of, people_of
from tallystick.web.floor_choice import FLOOR, READERS, floor_choice
from tallystick.web.floor_figures import Counted, counted_by, figure_cell, figures_table, whole
from tallystick.web.page import Asked, Page
from tallystick.web.roles import Role
from tallystick.web.room import Room
from tallystick.web.survival_curve import survival_curve
from tallystick.web.table import Cell, Column, Table

FACTS = ("employment", "agent_time", "agent_output")
PEOPLE, TIME = "people", "time"
# (group, KPI, parameters, whether a clause on the KPI goes before them)
KPIS: tuple[tuple[str, str, Mapping[str, Setting], bool], ...] = (
    (PEOPLE, "headcount", {}, True),
    (PEOPLE, "attrition", {}, True),
    (PEOPLE, "attrition", {"leavers": "voluntary"}, False),
    (PEOPLE, "early_attrition", {}, True),
    (PEOPLE, "tenure_mix", {}, True),
    (PEOPLE, "span_of_control", {}, True),
    (TIME, "schedule_adherence", {}, True),
    (TIME, "schedule_conformance", {}, True),
    (TIME, "occupancy", {}, True),
    (TIME, "utilisation", {}, True),
    (TIME, "shrinkage", {}, True),
    (TIME, "absence_rate", {}, True),
    (TIME, "overtime_share", {}, True),
    (TIME, "break_overrun", {}, True),
)
OF_AGENTS = ("schedule_adherence", "occupancy", "utilisation", "absence_rate")
# Who leads them; a client's people read of teams and never of one agent.
SEE_AGENTS = frozenset({Role.PARTNER_ADMIN, Role.TEAM_LEADER})


def gather(room: Room, asked: Asked) -> dict[str, Any]:
    """The workforce of the partner and period that the URL asks for."""
    choice = floor_choice(room, asked)
    shown: dict[str, Any] = {"choice": choice, "several": room.actor.of_client}
    if not choice.period.label:
        return shown | {"steps": first_steps(room)}
    floor = floor_of(room, choice.partner, choice.period.label, FACTS)
    until = min(floor.period.end_on, floor.as_of.date())
    stays = _stays(room, choice.partner, until)
    steps = kaplan_meier(stays)
    sees = room.actor.may(SEE_AGENTS)
    return shown | {
        "as_of": floor.as_of,
        "zone": floor.text.contract.zone,
        "sentence": _sentence(floor),
        "figures": _figures(floor),
        "until": until.isoformat(),
        "curve": _curve(floor, stays, steps) if stays else None,
        "steps_of_curve": _steps(steps),
        "sees_agents": sees,
        **({"agents": _agents(floor)} if sees else {}),
    }


def _counted(floor: Floor, kpi: str, contract: bool, params: Mapping[str, Setting]) -> Counted | None:
    return whole(counted_by(floor, kpi, (), params, contract=contract))


def _sentence(floor: Floor) -> str:
    told = {"name": floor.name, "month": month_name(floor.period.label)}
    heads, leaving, kept = (
        _counted(floor, kpi, contract=True, params={}) for kpi in ("headcount", "attrition", "schedule_adherence")
    )
    parts = []
    if heads is not None and heads.value.value is not None:
        parts.append(_("%(heads)s agents") % {"heads": value_text(heads.value.value, heads.value.unit)})
    if leaving is not None and leaving.value.value is not None:
        parts.append(_("%(rate)s would leave within a year at this pace (%(counted)s)") % _told("rate", leaving))
    if kept is not None and kept.value.value is not None:
        parts.append(_("%(share)s of the time due was spent as planned (%(counted)s)") % _told("share", kept))
    if not parts:
        return _("Nothing is known of %(name)s's people and their time in %(month)s.") % told
    return _("%(name)s, %(month)s: %(parts)s.") % (told | {"parts": "; ".join(parts)})


def _told(name: str, counted: Counted) -> dict[str, str]:
    return {name: value_text(counted.value.value, counted.value.unit), "counted": counted_text(counted.value)}


def _figures(floor: Floor) -> Table:
    groups = {PEOPLE: _("People"), TIME: _("Time")}
    other = {("attrition", "voluntary"): _("Attrition, of their own will")}
    rows = [
        (groups[group], kpi, _counted(floor, kpi, contract, params), other.get((kpi, str(params.get("leavers"))), ""))
        for group, kpi, params, contract in KPIS
    ]
    empty = _("Nothing is known yet. Import a list of agents, rosters and states of agents on the page Data.")
    return figures_table("figures", _("People and their time"), _("About"), rows, empty)


# ---- how long people stay ----------------------------------------------------------------------------------------


def _stays(room: Room, partner: str, until: date) -> list[Stay]:
    """Everybody's stay as known at the beginning of a day; nobody where no list of people came."""
    people = people_of(room, partner)
    return [] if people is None else stays_of(people, date(1970, 1, 1), until, until)


def _curve(floor: Floor, stays: list[Stay], steps: tuple[Step, ...]) -> Markup:
    told = {"n": len(stays), "left": sum(stay.left for stay in stays), "name": floor.name}
    median = median_stay(steps)
    summary = (
        _("Of %(n)d agents %(left)d left so far; more than half are still there.") % told
        if median is None
        else _("Of %(n)d agents %(left)d left so far; half had left after %(median)d days.")
        % (told | {"median": median})
    )
    title = _("How long agents of %(name)s stay: the share still there, in per cent") % told
    return survival_curve(title, summary, steps, max(stay.days for stay in stays))


def _steps(steps: tuple[Step, ...]) -> Table:
    rows = [
        {
            "day": Cell(step.day),
            "at_risk": Cell(step.at_risk),
            "left": Cell(step.left),
            "share": Cell(step.share, share_text(step.share)),
            "low": Cell(step.limits[0] if step.limits else None, _limit(step, 0)),
            "high": Cell(step.limits[1] if step.limits else None, _limit(step, 1)),
        }
        for step in steps
    ]
    columns = (
        Column("day", _("Days since the first one"), number=True),
        Column("at_risk", _("There until then"), number=True),
        Column("left", _("Left on that day"), number=True),
        Column("share", _("Still there"), number=True),
        Column("low", _("95 % limit, low"), number=True),
        Column("high", _("95 % limit, high"), number=True),
    )
    empty = _(
        "Nobody is known to have left. A list of agents with first and last days, imported on the page Data, tells."
    )
    return Table("stays", _("Days on which somebody left"), columns, rows, empty)


def _limit(step: Step, edge: int) -> str | None:
    return f"{100 * step.limits[edge]:.1f}\u202f%" if step.limits else None


# ---- agents, for those who lead them -----------------------------------------------------------------------------


def _agents(floor: Floor) -> Table:
    found = {
        kpi: {dict(cell)["agent"]: one for cell, one in counted_by(floor, kpi, ("agent",)).items()}
        for kpi in OF_AGENTS
    }  # fmt: skip
    names = sorted({name for one in found.values() for name in one})
    rows = []
    for name in names:
        row = {"agent": Cell(name)}
        for kpi in OF_AGENTS:
            counted = found[kpi].get(name)
            row[kpi] = figure_cell(counted, plain=True)
            row[f"{kpi}_n"] = Cell(counted.value.n if counted else 0)
            row[f"{kpi}_interval"] = Cell(interval_text(counted.value if counted else None))
        rows.append(row)
    columns = (
        Column("agent", _("Agent"), as_is=True),
        Column("schedule_adherence", _("Adherence"), number=True),
        Column("schedule_adherence_n", _("Adherence: days"), number=True),
        Column("occupancy", _("Occupancy"), number=True),
        Column("occupancy_n", _("Occupancy: days"), number=True),
        Column("utilisation", _("Utilisation"), number=True),
        Column("utilisation_n", _("Utilisation: days"), number=True),
        Column("absence_rate", _("Absence"), number=True),
        Column("absence_rate_n", _("Absence: days"), number=True),
    )
    empty = _("No day of an agent is known. Import rosters and states of agents on the page Data.")
    return Table("agents", _("Agents by pseudonym"), columns, rows, empty)


PAGE = Page("workforce", gettext_lazy("Workforce"), READERS, gather, group=FLOOR, place=2)
