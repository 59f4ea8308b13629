"""Duties: what the partner owes, beside it what the client owes, how each stands in a period, on what evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tallystick.contract.counted import reaches
from tallystick.contract.section import ReliefEvent
from tallystick.measures.measure import Setting, catalogue
from tallystick.reports.figures import counted_text, duration_text, level_text, month_name
from tallystick.reports.markup import Markup, tag
from tallystick.staffing.shortfall import Shortfall, shortage
from tallystick.verdicts.verdict import Outcome, Verdict
from tallystick.web.figure import Figure, promised_words
from tallystick.web.first_steps import first_steps
from tallystick.web.floor import Floor, floor_of
from tallystick.web.floor_choice import FLOOR, READERS, floor_choice, of_period
from tallystick.web.floor_figures import Counted, counted_by, figure_cell, whole
from tallystick.web.page import Asked, Page
from tallystick.web.pages.calls import agents_cell, cause_words, programme_words
from tallystick.web.room import Room
from tallystick.web.said import status
from tallystick.web.table import Cell, Column, Table

FACTS = ("staffing_interval", "action", "briefing", "certificate")
CLIENT, PARTNER = "client", "partner"
SETTLED = (Outcome.MET, Outcome.MISSED, Outcome.EXCUSED)


class State(StrEnum):
    """How a duty stands that no verdict speaks of."""

    KEPT = "kept"
    NOT_KEPT = "not kept"
    NO_LEVEL = "no level agreed"
    NO_DATA = "no data"


@dataclass(frozen=True)
class Duty:
    """One duty: whose figure it has (if any), its state, and what the state rests on."""

    id: str
    words: str
    state: State
    counted: Counted | None
    evidence: str
    n: int


def gather(room: Room, asked: Asked) -> dict[str, Any]:
    """Both sides' duties in the period that the URL asks for."""
    choice = floor_choice(room, asked)
    shown: dict[str, Any] = {"choice": choice, "several": room.actor.of_client}
    if not choice.period.label:
        return shown | {"steps": first_steps(room)}
    floor = floor_of(room, choice.partner, choice.period.label, FACTS)
    staffing = of_period(floor, "staffing_interval", "started_on")
    verdicts = room.books.of(choice.partner, choice.period.label)
    intervals = staffing.facts["staffing_interval"]
    owed = _of_client(floor, intervals)
    free = [one for one in shortage(intervals).short if one.without_fault]
    blind = not _forecasts(intervals)[0] and not _forecasts(intervals)[1]
    return shown | {
        "as_of": floor.as_of,
        "zone": floor.text.contract.zone,
        "sentence": _sentence(floor, verdicts, owed, len(free), blind=blind),
        "blind": blind and bool(free),
        "of_partner": _partner_table(floor, verdicts),
        "of_client": _duty_table("of_client", _("The client's duties"), owed),
        "relief": _relief(room, choice.partner, floor),
        "without_fault": _without_fault(floor, free),
    }


def _sentence(floor: Floor, verdicts: Sequence[Verdict], owed: Sequence[Duty], free: int, *, blind: bool) -> str:
    settled = [one for one in verdicts if one.outcome in SETTLED]
    judged = [one for one in owed if one.state in (State.KEPT, State.NOT_KEPT)]
    told = {
        "name": floor.name,
        "month": month_name(floor.period.label),
        "kept": sum(one.outcome is Outcome.MET for one in settled),
        "of": len(settled),
        "ours": sum(one.state is State.KEPT for one in judged),
        "all": len(judged),
    }
    said = _("%(month)s: %(name)s kept %(kept)d of %(of)d promises") % told
    said += "; " + (
        _("the client kept %(ours)d of %(all)d duties that can be told") % told
        if judged
        else _("of the client's duties nothing can be told")
    )
    if free and blind:
        # Whether the client gave none or nobody imported one is not known, so nobody is blamed in a headline.
        words = ngettext(
            "%(n)d half hour was short with no forecast in the records",
            "%(n)d half hours were short with no forecast in the records",
            free,
        )
        said += "; " + words % {"n": free}
    elif free:
        words = ngettext(
            "%(n)d half hour was short through no fault of the partner",
            "%(n)d half hours were short through no fault of the partner",
            free,
        )
        said += "; " + words % {"n": free}
    return f"{said}."


# ---- the partner's side ------------------------------------------------------------------------------------------


def _partner_table(floor: Floor, verdicts: Sequence[Verdict]) -> Table:
    rows = [_verdict_row(one) for one in verdicts]
    promised = {clause.measure for clause in floor.text.contract.counted}
    beside: tuple[tuple[str, str, Mapping[str, Setting]], ...] = (
        ("acknowledgement_rate", _("Changes confirmed before they hold"), {}),
        ("training_validity", _("Certificates valid"), {}),
        ("action_closure", _("Actions closed in time and effective"), {"side": PARTNER}),
        ("query_turnaround", _("The client's questions answered"), {"side": PARTNER}),
    )
    rows += [_duty_row(_by_kpi(floor, kpi, words, params)) for kpi, words, params in beside if kpi not in promised]
    empty = _("No clause of this period has been judged. Judge it with the command tally assess.")
    return Table("of_partner", _("The partner's duties"), _columns(), rows, empty)


def _columns() -> tuple[Column, ...]:
    return (
        Column("duty", _("Duty")),
        Column("state", _("State")),
        Column("value", _("Figure"), number=True),
        Column("n", _("n"), number=True),
        Column("evidence", _("Evidence"), sortable=False),
    )


def _verdict_row(one: Verdict) -> dict[str, Cell]:
    figure = Figure(one)
    return {
        "duty": Cell(one.clause, tag("span", f"{one.clause} {one.title}", translate="no"), figure.href),
        "state": Cell(one.outcome.value, status(one.outcome)),
        "value": Cell(figure.value, figure.markup),
        "n": Cell(figure.n),
        "evidence": Cell(f"{figure.counted}, {promised_words(one)}", _promise_words(one)),
        "contract": Cell(one.contract),
    }


def _promise_words(one: Verdict) -> str:
    return _("promised %(target)s") % {"target": promised_words(one)}


# ---- the client's side -------------------------------------------------------------------------------------------


def _of_client(floor: Floor, intervals: pa.Table) -> list[Duty]:
    return [
        _forecasts_in_time(intervals),
        _by_kpi(floor, "forecast_accuracy", _("The forecast in force at the lock date comes true"), {}),
        _by_kpi(floor, "query_turnaround", _("The partner's questions answered"), {"side": CLIENT}),
        _by_kpi(floor, "action_closure", _("Actions closed in time and effective"), {"side": CLIENT}),
        _asked_before(floor),
    ]


def _forecasts(intervals: pa.Table) -> tuple[int, list[int]]:
    """How many half hours had a forecast by the lock date, and by how many seconds the others' came late."""
    late = [one for one in intervals.column("late_s").to_pylist() if one]
    return int(pc.sum(intervals.column("forecast_milli").is_valid()).as_py() or 0), late


def _forecasts_in_time(intervals: pa.Table) -> Duty:
    """A forecast for each half hour by the lock date, 14 days before it begins."""
    known, late = _forecasts(intervals)
    told = {"known": known, "late": len(late), "all": known + len(late)}
    words = _("Forecasts handed over by the lock date")
    if not told["all"]:
        evidence = _("No forecast of this period is known to the partner. Import it on the page Data.")
        return Duty("forecast_in_time", words, State.NO_DATA, None, evidence, 0)
    evidence = _("%(known)d of %(all)d half hours had one in force 14 days before") % told
    if late:
        evidence += "; " + _("the latest came %(time)s after that") % {"time": duration_text(max(late))}
    return Duty("forecast_in_time", words, State.NOT_KEPT if late else State.KEPT, None, evidence, told["all"])


def _asked_before(floor: Floor) -> Duty:
    """Agents can confirm in time only what they were asked before it held."""
    rows = floor.facts["briefing"]
    rows = rows.filter(rows.column("effective_at").is_valid())
    inside = [
        row
        for row in rows.select(["asked_at", "effective_at", "effective_on"]).to_pylist()
        if floor.period.start_on <= row["effective_on"] < floor.period.end_on and row["asked_at"] is not None
    ]
    words = _("Agents asked to confirm a change before it holds")
    if not inside:
        return Duty(
            "asked_before", words, State.NO_DATA, None, _("No announcement of this period asks for confirmation."), 0
        )
    early = sum(row["asked_at"] < row["effective_at"] for row in inside)
    evidence = _("%(early)d of %(all)d requests came before") % {"early": early, "all": len(inside)}
    state = State.KEPT if early == len(inside) else State.NOT_KEPT
    return Duty("asked_before", words, state, None, evidence, len(inside))


def _by_kpi(floor: Floor, kpi: str, words: str, params: Mapping[str, Setting]) -> Duty:
    """A duty whose figure is a KPI; kept or not only where a clause names a level."""
    counted = whole(counted_by(floor, kpi, (), params))
    name = f"{kpi} {params.get('side', '')}".strip()
    if counted is None or counted.value.value is None:
        return Duty(name, words, State.NO_DATA, None, _("Nothing of it is known in this period."), 0)
    value, clause = counted.value, counted.clause
    told = {"kpi": catalogue()[kpi].title, "counted": counted_text(value)}
    if clause is None:
        evidence = _("%(kpi)s, %(counted)s; no clause names a level") % told
        return Duty(name, words, State.NO_LEVEL, counted, evidence, value.n or 0)
    kept = reaches(value.value, clause.target, catalogue()[kpi].better) if value.value is not None else False
    told |= {"clause": clause.id, "target": level_text(clause.target.value, value.unit)}
    evidence = _("%(kpi)s, %(counted)s; %(clause)s names %(target)s") % told
    return Duty(name, words, State.KEPT if kept else State.NOT_KEPT, counted, evidence, value.n or 0)


def _duty_table(name: str, caption: str, duties: Sequence[Duty]) -> Table:
    return Table(name, caption, _columns(), [_duty_row(one) for one in duties], _("No duty is known."))


def _duty_row(one: Duty) -> dict[str, Cell]:
    return {
        "duty": Cell(one.id, one.words),
        "state": Cell(one.state.value, _state(one.state)),
        "value": figure_cell(one.counted) if one.counted else Cell(None),
        "n": Cell(one.n),
        "evidence": Cell(one.evidence),
        "contract": Cell(None),
    }


def _state(state: State) -> Markup:
    words = {
        State.KEPT: _("kept"),
        State.NOT_KEPT: _("not kept"),
        State.NO_LEVEL: _("no level agreed"),
        State.NO_DATA: _("no data"),
    }
    lamps = {State.KEPT: "lamp fresh", State.NOT_KEPT: "lamp late"}
    return tag("span", words[state], class_=lamps.get(state, "muted"))


# ---- relief, and what nobody blames the partner for --------------------------------------------------------------


def _relief(room: Room, partner: str, floor: Floor) -> Table:
    """Relief of every contract with the partner whose time touches the period."""
    found = [
        (text.contract.contract, one)
        for text in room.books.contracts
        if partner in text.partners
        for one in text.contract.relief
        if partner in (one.partners or (partner,)) and _touches(one, floor)
    ]
    rows = [
        {
            "relief": Cell(one.id, None, f"/contract/{contract}"),
            "contract": Cell(contract),
            "state": Cell(one.status, _status_words(one.status)),
            "reason": Cell(one.reason, _reason_words(one.reason)),
            "from": Cell(one.from_at.text),
            "until": Cell(one.to_at.text),
            "clauses": Cell(", ".join(one.clauses) or None, ", ".join(one.clauses) or _("all clauses")),
            "evidence": Cell(one.evidence),
        }
        for contract, one in found
    ]
    columns = (
        Column("relief", _("Relief"), as_is=True),
        Column("contract", _("Contract"), as_is=True),
        Column("state", _("State")),
        Column("reason", _("Reason")),
        Column("from", _("From"), as_is=True),
        Column("until", _("Until"), as_is=True),
        Column("clauses", _("Clauses"), as_is=True),
        Column("evidence", _("Evidence"), sortable=False, as_is=True),
    )
    return Table(
        "relief", _("Relief asked for and agreed"), columns, rows, _("No relief was asked for in this period.")
    )


def _touches(one: ReliefEvent, floor: Floor) -> bool:
    return one.from_at.day < floor.period.end_on and one.to_at.day >= floor.period.start_on


def _status_words(name: str) -> str:
    return {"requested": _("asked for"), "agreed": _("agreed"), "refused": _("refused")}[name]


def _reason_words(name: str) -> str:
    return {
        "client-outage": _("outage at the client"),
        "client-change": _("change by the client"),
        "late-forecast": _("late forecast"),
        "volume-over-forecast": _("volume over the forecast"),
        "force-majeure": _("force majeure"),
        "planned-maintenance": _("planned maintenance"),
        "third-party": _("third party"),
        "new-hire-ramp": _("new people learning"),
        "short-notice": _("a policy changed with too short a notice"),
        "access-delay": _("access given late"),
        "other": _("other"),
    }[name]


def _without_fault(floor: Floor, short: Sequence[Shortfall]) -> Table:
    zone = ZoneInfo(floor.text.contract.zone)
    rows = [
        {
            "at": Cell(one.started_at, _span(one.started_at, zone)),
            "programme": Cell(one.programme, programme_words(floor, one.programme)),
            "offered": Cell(one.offered),
            "needed": agents_cell(one.needed_s),
            "required": agents_cell(one.required_s),
            "scheduled": agents_cell(one.scheduled_s),
            "worked": agents_cell(one.worked_s),
            "short": agents_cell(one.short_s),
            "cause": Cell(str(one.cause), cause_words(one.cause)),
        }
        for one in sorted(short, key=lambda each: (-each.short_s, each.started_at))
    ]
    columns = (
        Column("at", _("Half hour"), as_is=True),
        Column("programme", _("Programme"), as_is=True),
        Column("offered", _("Offered"), number=True),
        Column("needed", _("Needed"), number=True),
        Column("required", _("Required"), number=True),
        Column("scheduled", _("On the roster"), number=True),
        Column("worked", _("At work"), number=True),
        Column("short", _("Missing"), number=True),
        Column("cause", _("Why")),
    )
    empty = _("No half hour is known that was short through no fault of the partner.")
    return Table("without_fault", _("Short through no fault of the partner"), columns, rows, empty)


def _span(at: datetime, zone: ZoneInfo) -> str:
    until = at + timedelta(minutes=30)
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}\u2013{until.astimezone(zone):%H:%M}"


PAGE = Page("duties", gettext_lazy("Duties"), READERS, gather, group=FLOOR, place=4)
