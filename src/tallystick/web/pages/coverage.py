"""Coverage: which of the contracted hours somebody was there, by programme and hour of the week, and every gap."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tallystick.reports.figures import counted_text, duration_text, level_text, month_name, share_text, value_text
from tallystick.reports.markup import Markup
from tallystick.staffing.coverage import Gap, HourOfWeek, gaps, heat_map
from tallystick.vocabulary.zones import zone_offsets
from tallystick.web.first_steps import first_steps
from tallystick.web.floor import Floor, floor_of
from tallystick.web.floor_choice import FLOOR, READERS, floor_choice, of_period
from tallystick.web.floor_figures import Counted, counted_by, figure_cell, target_of, terms_cell, whole
from tallystick.web.heat import HeatCell, heat_grid, hour_text, per_cent, weekdays
from tallystick.web.page import Asked, Page
from tallystick.web.room import Room
from tallystick.web.table import Cell, Column, Table

FACT = "coverage"
KPI = "coverage_of_contracted_hours"


def gather(room: Room, asked: Asked) -> dict[str, Any]:
    """The contracted hours of the partner and period that the URL asks for."""
    choice = floor_choice(room, asked)
    shown: dict[str, Any] = {"choice": choice, "several": room.actor.of_client}
    if not choice.period.label:
        return shown | {"steps": first_steps(room)}
    floor = of_period(floor_of(room, choice.partner, choice.period.label, (FACT,)), FACT, "started_on")
    quarters = floor.facts[FACT]
    zones = sorted({name for name in quarters.column("zone").to_pylist() if name})
    found = sorted(gaps(quarters), key=lambda one: (-one.missing_s, one.from_s, one.programme))
    hours = heat_map(quarters, {one: zone_offsets(one, floor.period.start_on, floor.period.end_on) for one in zones})
    names = list(dict.fromkeys(one.programme for one in hours))
    return shown | {
        "as_of": floor.as_of,
        "zone_of_contract": floor.text.contract.zone,
        "zone": ", ".join(zones) or floor.text.contract.zone,
        "sentence": _sentence(floor, found),
        "programmes": _programmes(floor, hours, found),
        "grids": [(_title(floor, name), _grid(floor, name, hours)) for name in names],
        "hours": _hours(floor, hours),
        "gaps": _gaps(floor, found, _zones_of(quarters)),
    }


def _sentence(floor: Floor, found: Sequence[Gap]) -> str:
    told = {"name": floor.name, "month": month_name(floor.period.label)}
    share = whole(counted_by(floor, KPI))
    if share is None or share.value.value is None:
        return _("Nothing is known of %(name)s's contracted hours in %(month)s.") % told
    # Held against all of it as well, so that less never reads as 100 %.
    told |= {
        "share": value_text(share.value.value, share.value.unit, target_of(share), Fraction(1)),
        "counted": counted_text(share.value),
    }
    said = _("%(name)s, %(month)s: %(share)s of contracted quarters of an hour were staffed (%(counted)s)") % told
    target = target_of(share)
    if target is not None and share.clause is not None:
        promised = {"target": level_text(target, share.value.unit), "clause": share.clause.id}
        said += _(", promised %(target)s by %(clause)s") % promised
    if not found:
        return _("%(said)s, without a gap.") % {"said": said}
    counts = {"said": said, "gaps": len(found), "longest": duration_text(found[0].missing_s)}
    one, many = "%(said)s; %(gaps)d gap, of %(longest)s.", "%(said)s; %(gaps)d gaps, the longest of %(longest)s."
    return ngettext(one, many, len(found)) % counts


def _title(floor: Floor, programme: str) -> str:
    return floor.programmes.get(programme, programme)


def _empty() -> str:
    return _(
        "No state of an agent in this period is known, so nobody can say who was there. "
        "Import the states of agents from the telephone system or the roster's export on the page Data."
    )


def _programmes(floor: Floor, hours: Sequence[HourOfWeek], found: Sequence[Gap]) -> Table:
    by_programme: dict[str, Counted] = {
        dict(cell)["programme"]: one for cell, one in counted_by(floor, KPI, ("programme",)).items()
    }
    rows = []
    for name in dict.fromkeys(one.programme for one in hours):
        own, gone = [one for one in hours if one.programme == name], [one for one in found if one.programme == name]
        contracted, staffed = sum(one.contracted_s for one in own), sum(one.staffed_s for one in own)
        counted = by_programme.get(name)
        rows.append(
            {
                "programme": Cell(name, _title(floor, name)),
                "contracted": Cell(contracted, duration_text(contracted)),
                "staffed": Cell(staffed, duration_text(staffed)),
                "share": figure_cell(counted),
                "n": Cell(counted.value.n if counted else 0),
                "gaps": Cell(len(gone)),
                "handovers": Cell(sum(one.is_handover for one in gone)),
                "missing": Cell(sum(one.missing_s for one in gone), duration_text(sum(one.missing_s for one in gone))),
                "terms": terms_cell(counted),
            }
        )
    columns = (
        Column("programme", _("Programme"), as_is=True),
        Column("contracted", _("Contracted"), number=True),
        Column("staffed", _("Staffed"), number=True),
        Column("share", _("Quarters staffed"), number=True),
        Column("n", _("Quarters of an hour"), number=True),
        Column("gaps", _("Gaps"), number=True),
        Column("handovers", _("of them at a handover"), number=True),
        Column("missing", _("Nobody there"), number=True),
        Column("terms", _("Counted by")),
    )
    return Table("programmes", _("Programmes"), columns, rows, _empty())


def _grid(floor: Floor, programme: str, hours: Sequence[HourOfWeek]) -> Markup:
    cells = {(one.weekday, one.hour): _cell(one) for one in hours if one.programme == programme}
    return heat_grid(_("Coverage of %(name)s by weekday and hour") % {"name": _title(floor, programme)}, cells)


def _cell(one: HourOfWeek) -> HeatCell:
    at = {"day": weekdays()[one.weekday], "hour": hour_text(one.hour)}
    share = one.share
    if share is None:
        return HeatCell("\u2013", "", _("%(day)s from %(hour)s: nothing contracted") % at, "thin")
    said = at | {
        "share": share_text(share, Fraction(1)),
        "staffed": duration_text(one.staffed_s),
        "contracted": duration_text(one.contracted_s),
    }
    words = _("%(day)s from %(hour)s: %(share)s, %(staffed)s of %(contracted)s, ") % said
    words += ngettext("%(n)d quarter of an hour", "%(n)d quarters of an hour", one.n) % {"n": one.n}
    return HeatCell(per_cent(share), "", words, "met" if share == 1 else "risk" if share else "missed")


def _hours(floor: Floor, hours: Sequence[HourOfWeek]) -> Table:
    rows = [
        {
            "programme": Cell(one.programme, _title(floor, one.programme)),
            "weekday": Cell(one.weekday, weekdays()[one.weekday]),
            "hour": Cell(one.hour, hour_text(one.hour)),
            "contracted": Cell(one.contracted_s, duration_text(one.contracted_s)),
            "staffed": Cell(one.staffed_s, duration_text(one.staffed_s)),
            "share": Cell(one.share, None if one.share is None else share_text(one.share, Fraction(1))),
            "n": Cell(one.n),
        }
        for one in hours
    ]
    columns = (
        Column("programme", _("Programme"), as_is=True),
        Column("weekday", _("Weekday")),
        Column("hour", _("Hour"), as_is=True),
        Column("contracted", _("Contracted"), number=True),
        Column("staffed", _("Staffed"), number=True),
        Column("share", _("Share"), number=True),
        Column("n", _("Quarters of an hour"), number=True),
    )
    return Table("hours", _("Hours of the week"), columns, rows, _empty())


def _zones_of(quarters: pa.Table) -> dict[str, str]:
    """The customers' zone of each programme."""
    pairs = quarters.select(["programme", "zone"]).group_by(["programme", "zone"]).aggregate([]).to_pylist()
    return {str(row["programme"] or ""): str(row["zone"]) for row in pairs}


def _gaps(floor: Floor, found: Sequence[Gap], zones: dict[str, str]) -> Table:
    rows = []
    for one in found:
        zone = zones.get(one.programme, floor.text.contract.zone)
        start, end = (_instant(second) for second in (one.from_s, one.until_s))
        rows.append(
            {
                "programme": Cell(one.programme, _title(floor, one.programme)),
                "from": Cell(start, _local(start, zone)),
                "until": Cell(end, _local(end, zone)),
                "minutes": Cell(one.missing_s, duration_text(one.missing_s)),
                "handover": Cell(one.is_handover, _("yes") if one.is_handover else _("no")),
                "zone": Cell(zone),
            }
        )
    columns = (
        Column("programme", _("Programme"), as_is=True),
        Column("from", _("From"), as_is=True),
        Column("until", _("Until"), as_is=True),
        Column("minutes", _("Nobody there for"), number=True),
        Column("handover", _("At a handover")),
        Column("zone", _("Time of"), as_is=True),
    )
    empty = _("No gap is known: in every contracted quarter of an hour of which anything is known, somebody was there.")
    return Table("gaps", _("Contracted time with nobody there"), columns, rows, empty if zones else _empty())


def _instant(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC)


def _local(at: datetime, zone: str) -> str:
    return f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"


PAGE = Page("coverage", gettext_lazy("Coverage"), READERS, gather, group=FLOOR, place=3)
