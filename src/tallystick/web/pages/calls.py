"""Calls: how a partner's lines were answered in a period, by queue, by hour of the week, and through one day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tallystick.contract.cells import OTHER
from tallystick.measures.measure import Setting, catalogue
from tallystick.reports.figures import counted_text, level_text, month_name, value_text
from tallystick.reports.markup import Markup
from tallystick.staffing.shortfall import SLOT_S, Cause, Shortfall, agents_text, shortage
from tallystick.vocabulary.opening import zone_arrays
from tallystick.web.first_steps import first_steps
from tallystick.web.floor import Floor, floor_of
from tallystick.web.floor_choice import FLOOR, READERS, floor_choice, of_period
from tallystick.web.floor_figures import (
    LABEL,
    Counted,
    Names,
    counted_by,
    figure_cell,
    figures_table,
    labelled,
    target_of,
    terms_cell,
    whole,
)
from tallystick.web.heat import HeatCell, HourOfWeek, heat_grid, hour_text, per_cent, weekdays
from tallystick.web.page import Asked, Page
from tallystick.web.room import Room
from tallystick.web.table import Cell, Column, Table

FACTS = ("call", "call_interval", "staffing_interval")
BY_QUEUE = ("programme", "queue")
# (column, KPI, parameters of its defaults, whether a clause on the KPI goes before them)
KPIS: tuple[tuple[str, str, Mapping[str, Setting], bool], ...] = (
    ("offered", "offered_calls", {}, True),
    ("service_level", "service_level", {}, True),
    ("asa", "average_speed_of_answer", {}, True),
    ("p90", "average_speed_of_answer", {"statistic": "p90"}, False),
    ("abandonment", "abandonment_rate", {}, True),
    ("aht", "average_handling_time", {}, True),
    ("transfer", "call_transfer_rate", {}, True),
    ("unanswered", "ring_no_answer_rate", {}, True),
)
# The same from what a telephone system counted itself, where it hands out no single calls.
OF_INTERVALS = (
    "service_level_of_intervals",
    "abandonment_of_intervals",
    "speed_of_answer_of_intervals",
    "handling_time_of_intervals",
)
# With fewer calls an hour of the week says little; its colour stays grey.
MOST_GREY = 9
MICROS, DAY_S, HOUR_S = 1_000_000, 86_400, 3600


def gather(room: Room, asked: Asked) -> dict[str, Any]:
    """The calls of the partner, the period and the day that the URL asks for."""
    choice = floor_choice(room, asked)
    shown: dict[str, Any] = {"choice": choice, "several": room.actor.of_client}
    if not choice.period.label:
        return shown | {"steps": first_steps(room)}
    floor = floor_of(room, choice.partner, choice.period.label, FACTS)
    calls = of_period(floor, "call", "offered_on")
    staffing = of_period(floor, "staffing_interval", "started_on")
    known = _days(calls, "call", "offered_on")
    day = asked.choice("day", tuple(known), known[-1] if known else "")
    hours = _by_hour(calls)
    return shown | {
        "as_of": floor.as_of,
        "zone": floor.text.contract.zone,
        "sentence": _sentence(floor, calls),
        "has_intervals": bool(floor.facts["call_interval"].num_rows),
        "counted_intervals": counted_intervals(floor),
        "has_calls": bool(known),
        "days": [(one, one == day) for one in reversed(known)],
        "day": day,
        "queues": _queues(calls),
        "figures": _figures(calls),
        "grid": _grid(hours),
        "hours": _hours(hours),
        "intervals": _intervals(calls, staffing, day),
    }


def _days(floor: Floor, fact: str, on: str) -> list[str]:
    found = pc.unique(floor.facts[fact].column(on)).to_pylist()
    return [one.isoformat() for one in sorted(one for one in found if one is not None)]


def _sentence(floor: Floor, calls: Floor) -> str:
    told = {"name": floor.name, "month": month_name(floor.period.label)}
    offered, level = (whole(counted_by(calls, name)) for name in ("offered_calls", "service_level"))
    if (offered is None or not offered.value.n) and floor.facts["call_interval"].num_rows:
        return _("%(name)s, %(month)s: no single call is known; its telephone system counted intervals itself.") % told
    if offered is None or not offered.value.n:
        return _("No call of %(name)s in %(month)s is known.") % told
    told["offered"] = value_text(offered.value.value, offered.value.unit)
    if level is None or level.value.value is None:
        return _("%(name)s, %(month)s: %(offered)s calls came in.") % told
    target = target_of(level)
    told |= {
        "level": value_text(level.value.value, level.value.unit, target),
        "counted": counted_text(level.value),
        "target": "" if target is None else level_text(target, level.value.unit),
        "clause": level.clause.id if level.clause else "",
    }
    if target is None:
        return _("%(name)s, %(month)s: %(offered)s calls came in; service level %(level)s (%(counted)s).") % told
    return (
        _(
            "%(name)s, %(month)s: %(offered)s calls came in; service level %(level)s (%(counted)s), "
            "promised %(target)s by %(clause)s."
        )
        % told
    )


# ---- by queue ----------------------------------------------------------------------------------------------------


def _all(calls: Floor, by: Sequence[str]) -> dict[str, dict[Names, Counted]]:
    return {
        column: counted_by(calls, kpi, by, params, contract=contract) for column, kpi, params, contract in KPIS
    }  # fmt: skip


def _queues(calls: Floor) -> Table:
    found = _all(calls, BY_QUEUE)
    rows = []
    for cell in sorted(found["offered"]):
        names = dict(cell)
        row = {
            "queue": Cell(names["queue"]),
            "programme": Cell(names["programme"], programme_words(calls, names["programme"])),
            "terms": terms_cell(found["service_level"].get(cell)),
        }
        for column, *_rest in KPIS:
            counted = found[column].get(cell)
            row[column] = figure_cell(counted, plain=column == "offered")
            row[f"{column}_n"] = Cell(counted.value.n if counted else 0)
        rows.append(row)
    columns = (
        Column("queue", _("Queue"), as_is=True),
        Column("programme", _("Programme"), as_is=True),
        Column("offered", _("Offered"), number=True),
        Column("service_level", _("Service level"), number=True),
        Column("asa", _("Speed of answer"), number=True),
        Column("p90", _("Wait, 9 of 10"), number=True),
        Column("abandonment", _("Given up"), number=True),
        Column("aht", _("Handling time"), number=True),
        Column("transfer", _("Passed on"), number=True),
        Column("unanswered", _("Rang unanswered"), number=True),
        Column("terms", _("Service level counted by")),
    )
    return Table("queues", _("Queues"), columns, rows, _empty())


def _figures(calls: Floor) -> Table:
    found = _all(calls, BY_QUEUE)
    names = {"p90": _("Wait that 9 of 10 stayed within")}
    rows = [
        (dict(cell)["queue"], kpi, found[column].get(cell), names.get(column, ""))
        for cell in sorted(found["offered"])
        for column, kpi, *_rest in KPIS
    ]
    return figures_table("figures", _("All figures with n and interval"), _("Queue"), rows, _empty())


def counted_intervals(floor: Floor) -> Table:
    """Figures of what a telephone system counted itself, by queue, at the threshold of the clause on service levels."""
    clause = next((one for one in floor.text.contract.counted if one.measure == "service_level"), None)
    given = dict(clause.measure_params) if clause is not None else {}
    rows = []
    for kpi in OF_INTERVALS:
        params = {name: given[name] for name in catalogue()[kpi].params if name in given and name != "variant"}
        found = counted_by(floor, kpi, BY_QUEUE, params)
        rows += [(dict(cell)["queue"], kpi, found[cell], "") for cell in sorted(found)]
    rows.sort(key=lambda row: row[0])
    empty = _("No telephone system handed over counts of its own.")
    return figures_table("counted_intervals", _("Counted by the telephone system"), _("Queue"), rows, empty)


def programme_words(floor: Floor, name: str) -> str:
    """The title of a programme; calls of none of the contract's say so."""
    return _("none of the contract's") if name == OTHER else floor.programmes.get(name, name)


def _empty() -> str:
    return _("No call of this period is known. Import an export of the telephone system on the page Data.")


# ---- by hour of the week -----------------------------------------------------------------------------------------


def _local(floor: Floor, instants: pa.ChunkedArray) -> tuple[Any, Any]:
    """Local seconds since 1970 in the contract's zone, and which rows have an instant."""
    seconds = np.asarray(pc.fill_null(instants.cast(pa.int64()), 0), np.int64) // MICROS
    zone = zone_arrays(floor.promise.terms.zone)
    place = np.maximum(np.searchsorted(np.asarray(zone.since_s), seconds, side="right") - 1, 0)
    return seconds + np.asarray(zone.offset_s)[place], np.asarray(instants.is_valid())


def _by_hour(calls: Floor) -> dict[HourOfWeek, tuple[Counted | None, Counted | None]]:
    """Offered calls and service level by weekday and hour."""

    def hours(rows: pa.Table) -> tuple[list[str], pa.Array]:
        local, known = _local(calls, rows.column("offered_at"))
        # 1970-01-01 was a Thursday.
        at = (local // DAY_S + 3) % 7 * 24 + local % DAY_S // HOUR_S
        return [f"{one:03}" for one in at.tolist()], pa.array(known)

    floor = labelled(calls, "hour of the week", "call", hours)
    offered, level = (counted_by(floor, name, (LABEL,)) for name in ("offered_calls", "service_level"))
    cells = sorted(set(offered) | set(level))
    return {divmod(int(dict(cell)[LABEL]), 24): (offered.get(cell), level.get(cell)) for cell in cells}


def _grid(hours: Mapping[HourOfWeek, tuple[Counted | None, Counted | None]]) -> Markup:
    cells = {place: _hour_cell(place, *counted) for place, counted in hours.items()}
    return heat_grid(_("Service level by weekday and hour"), cells)


def _hour_cell(place: HourOfWeek, offered: Counted | None, level: Counted | None) -> HeatCell:
    value = level.value if level is not None else None
    at = {"day": weekdays()[place[0]], "hour": hour_text(place[1])}
    came = offered.value.n if offered is not None else 0
    if value is None or value.value is None:
        return HeatCell("\u2013", f"{came}", _("%(day)s from %(hour)s: no service level") % at, "thin")
    said = at | {"level": value_text(value.value, value.unit), "counted": counted_text(value)}
    target = target_of(level)
    kind = "thin" if not value.n or value.n <= MOST_GREY else "" if target is None else _kind(value.value, target)
    words = _("%(day)s from %(hour)s: %(level)s, %(counted)s") % said
    return HeatCell(per_cent(value.value), f"{came}", words, kind)


def _kind(value: Fraction, target: Fraction) -> str:
    return "met" if value >= target else "missed"


def _hours(hours: Mapping[HourOfWeek, tuple[Counted | None, Counted | None]]) -> Table:
    rows = [
        {
            "weekday": Cell(day, weekdays()[day]),
            "hour": Cell(hour, hour_text(hour)),
            "offered": figure_cell(offered, plain=True),
            "service_level": figure_cell(level),
            "n": Cell(level.value.n if level else 0),
        }
        for (day, hour), (offered, level) in sorted(hours.items())
    ]
    columns = (
        Column("weekday", _("Weekday")),
        Column("hour", _("Hour"), as_is=True),
        Column("offered", _("Offered"), number=True),
        Column("service_level", _("Service level"), number=True),
        Column("n", _("n"), number=True),
    )
    return Table("hours", _("Hours of the week"), columns, rows, _empty())


# ---- through one day ---------------------------------------------------------------------------------------------


def _intervals(calls: Floor, staffing: Floor, day: str) -> Table:
    rows = _day_rows(calls, staffing, date.fromisoformat(day)) if day else []
    columns = (
        Column("at", _("Half hour"), as_is=True),
        Column("offered", _("Offered"), number=True),
        Column("in_time", _("Answered in time"), number=True),
        Column("service_level", _("Service level"), number=True),
        Column("abandoned", _("Given up"), number=True),
        Column("asa", _("Speed of answer"), number=True),
        Column("scheduled", _("On the roster"), number=True),
        Column("worked", _("At work"), number=True),
        Column("required", _("Required"), number=True),
        Column("needed", _("Needed"), number=True),
        Column("cause", _("Why it was short"), sortable=False),
    )
    return Table("intervals", _("Half hours of the day"), columns, rows, _empty())


def _day_rows(calls: Floor, staffing: Floor, day: date) -> list[dict[str, Cell]]:
    own = _of_day(calls, "call", "offered_on", day)
    here = _of_day(staffing, "staffing_interval", "started_on", day)

    def half_hours(rows: pa.Table) -> tuple[list[str], pa.Array]:
        local, known = _local(own, rows.column("offered_at"))
        return _clock(local), pa.array(known)

    floor = labelled(own, "half hour", "call", half_hours)
    names = ("offered_calls", "service_level", "abandonment_rate", "average_speed_of_answer")
    by_kpi = {
        name: {dict(cell)[LABEL]: one for cell, one in counted_by(floor, name, (LABEL,)).items()} for name in names
    }
    slots = _clock(_local(here, here.facts["staffing_interval"].column("started_at"))[0])
    agents = _agents(here.facts["staffing_interval"], slots)
    short: dict[str, list[Shortfall]] = defaultdict(list)
    found = shortage(here.facts["staffing_interval"]).short
    begun = pa.chunked_array([pa.array([one.started_at for one in found], pa.timestamp("us", tz="UTC"))])
    for one, slot in zip(found, _clock(_local(here, begun)[0]), strict=True):
        short[slot].append(one)
    labels = sorted({label for one in by_kpi.values() for label in one} | set(agents))
    return [_day_row(label, {name: one.get(label) for name, one in by_kpi.items()}, agents.get(label, {}),
                     short.get(label, []), calls) for label in labels]  # fmt: skip


def _by_label(found: Mapping[Names, Counted]) -> dict[str, Counted]:
    return {dict(cell)[LABEL]: one for cell, one in found.items()}


def _of_day(floor: Floor, fact: str, on: str, day: date) -> Floor:
    return floor.cut((on, day), fact, lambda rows: rows.filter(pc.equal(rows.column(on), pa.scalar(day))))


def _clock(local: Any) -> list[str]:
    """Local seconds as the clock's half hours; an hour that clocks repeat is one hour here."""
    minutes = local % DAY_S // SLOT_S * 30
    return [f"{one // 60:02}:{one % 60:02}" for one in minutes.tolist()]


def _agents(rows: pa.Table, slots: Sequence[str]) -> dict[str, dict[str, int | None]]:
    """Seconds of agents by half hour, added up over programmes; None where one of them is not known."""
    found: dict[str, dict[str, int | None]] = {}
    names = ("scheduled_s", "worked_s", "required_s", "needed_s")
    for name in names:
        for slot, value in zip(slots, rows.column(name).to_pylist(), strict=True):
            own = found.setdefault(slot, {})
            before = own.get(name, 0)
            own[name] = None if value is None or before is None else before + value
    return found


def _day_row(
    label: str,
    kpis: Mapping[str, Counted | None],
    agents: Mapping[str, int | None],
    short: Sequence[Shortfall],
    floor: Floor,
) -> dict[str, Cell]:
    level, given_up = kpis["service_level"], kpis["abandonment_rate"]
    causes = [(programme_words(floor, one.programme), cause_words(one.cause), one) for one in short]
    return {
        "at": Cell(label),
        "offered": figure_cell(kpis["offered_calls"], plain=True),
        "in_time": Cell(level.value.numerator if level else None),
        "service_level": figure_cell(level),
        "n": Cell(level.value.n if level else 0),
        "abandoned": Cell(given_up.value.numerator if given_up else None),
        "asa": figure_cell(kpis["average_speed_of_answer"]),
        **{name.removesuffix("_s"): agents_cell(agents.get(name)) for name in
           ("scheduled_s", "worked_s", "required_s", "needed_s")},
        "cause": Cell(
            "; ".join(f"{one.programme}: {one.cause}" for *_words, one in causes) or None,
            _said(causes) or "\u2013",
        ),
    }  # fmt: skip


def _said(causes: Sequence[tuple[str, str, Shortfall]]) -> str:
    told = ({"programme": programme, "cause": words} for programme, words, _one in causes)
    return "; ".join(_("%(programme)s: %(cause)s") % one for one in told)


def agents_cell(seconds: int | None) -> Cell:
    """Seconds of agents in a half hour as agents, with one digit."""
    if seconds is None:
        return Cell(None)
    return Cell(Fraction(seconds, SLOT_S), agents_text(seconds).partition(" ")[0])


def cause_words(cause: Cause) -> str:
    """Why a half hour was short, in words."""
    return {
        Cause.OWN_SCHEDULE: _("partner below its own roster"),
        Cause.PLANNED_BELOW: _("roster below the requirement"),
        Cause.FORECAST_OUTSIDE: _("more contacts than the forecast's tolerance allows"),
        Cause.NO_FORECAST: _("no forecast by the lock date"),
        Cause.LONGER_HANDLING: _("contacts took longer than forecast"),
        Cause.WITHIN_TOLERANCE: _("forecast within its tolerance"),
    }[cause]


PAGE = Page(
    "calls", gettext_lazy("Calls"), READERS, gather,
    menu=gettext_lazy("Floor"), order=25, key="f", group=FLOOR, place=1,
)  # fmt: skip
