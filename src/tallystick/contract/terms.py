"""What the clocks need of a contract: zone, opening hours, pausing statuses, windows and targets, as a plain value.

Opening hours are spliced over amendments: each day has the hours that were in force on it, by what was known.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from tallystick.contract.cells import Cell, Cut, Stage, cells_of, covers, cuts_of, stages_of
from tallystick.contract.clauses.sla_target import SlaTarget
from tallystick.contract.lock import Lock
from tallystick.contract.model import Contract
from tallystick.contract.section import DAY
from tallystick.vocabulary.clock_terms import ANY, ClockTarget, ClockTerms, ProgrammeTerms
from tallystick.vocabulary.errors import NotFound
from tallystick.vocabulary.opening import OpenHours, ZoneOffsets
from tallystick.vocabulary.zones import first_instant, zone_offsets


def clock_terms(contract: Contract, partner: str, lock: Lock | None = None, known_on: date | None = None) -> ClockTerms:
    """The terms for one partner (or `*` for all of the contract's), by what was known on `known_on`.

    With a lock, opening hours and zone offsets come from it and from nowhere else; without one they are materialised by
    the holiday list and zone rules installed here. Raises NotFound for a partner of another contract.
    """
    if partner != ANY and partner not in contract.partner_ids:
        raise NotFound("partner of this contract", partner, contract.partner_ids)
    stages = stages_of(contract, known_on)
    cells = cells_of(stages)
    zone = _zone(contract, lock)
    return ClockTerms(
        partner=partner,
        zone=zone,
        hours=_hours(stages, zone, lock),
        programmes=tuple(_programme_terms(cell, stages, zone) for cell in cells),
        targets=_targets(stages, cells, zone),
        pausing=frozenset(status.lower() for status in contract.definitions.pausing_statuses),
        reopen_window_s=contract.definitions.reopen_window,
        repeat_window_s=contract.definitions.repeat_window,
        excluded_kinds=frozenset(contract.definitions.excluded or ()),
        label=contract.contract,
        forecast_lock_s=contract.definitions.forecast_lock,
    )


# ---------------------------------------------------------------------- hours and zones


def _zone(contract: Contract, lock: Lock | None) -> ZoneOffsets:
    first, last = contract.horizon
    return lock.zone(contract.zone) if lock is not None else zone_offsets(contract.zone, first, last)


def _hours(stages: tuple[Stage, ...], zone: ZoneOffsets, lock: Lock | None) -> dict[str, OpenHours]:
    """Each named calendar over the whole horizon, spliced where an amendment changed it."""
    names = sorted({name for stage in stages for name in stage.contract.calendars})
    return {name: _spliced(name, stages, zone, lock) for name in names}


def _spliced(name: str, stages: tuple[Stage, ...], zone: ZoneOffsets, lock: Lock | None) -> OpenHours:
    having = [stage for stage in stages if name in stage.contract.calendars]
    parts = [(stage, _open_hours(stage.contract, name, lock)) for stage in having]
    whole = parts[0][1]
    for stage, hours in parts[1:]:
        if hours == whole:
            continue
        cut = first_instant(zone, stage.from_on)
        intervals = (*_clipped(whole.intervals, whole.from_s, cut), *_clipped(hours.intervals, cut, hours.until_s))
        whole = replace(hours, intervals=intervals, from_s=whole.from_s)
    return whole


def _open_hours(contract: Contract, name: str, lock: Lock | None) -> OpenHours:
    if lock is not None:
        return lock.open_hours(contract, name)
    return contract.business_calendar(name).materialise(*contract.horizon)


def _clipped(intervals: Iterable[tuple[int, int]], from_s: int, until_s: int) -> tuple[tuple[int, int], ...]:
    return tuple((max(a, from_s), min(b, until_s)) for a, b in intervals if max(a, from_s) < min(b, until_s))


def _programme_terms(cell: Cell, stages: tuple[Stage, ...], zone: ZoneOffsets) -> ProgrammeTerms:
    hours: list[tuple[int, str]] = []
    for stage in stages:
        name = stage.contract.calendar_of(cell.programme or None)
        if name is not None and (not hours or hours[-1][1] != name):
            hours.append((first_instant(zone, stage.from_on if hours else stage.contract.horizon[0]), name))
    return ProgrammeTerms(
        cell.name, cell.queue or frozenset(), cell.channel or frozenset(), cell.language or frozenset(), tuple(hours)
    )


# ---------------------------------------------------------------------- targets


def _targets(stages: tuple[Stage, ...], cells: tuple[Cell, ...], zone: ZoneOffsets) -> tuple[ClockTarget, ...]:
    numbers = {cut: number for number, (_, cut) in enumerate(cuts_of(stages))}
    found: list[ClockTarget] = []
    for stage in stages:
        for clause in stage.contract.clauses:
            if isinstance(clause, SlaTarget):
                found += _clause_targets(stage, clause, cells, numbers, zone)
    return _joined(found)


def _clause_targets(
    stage: Stage, clause: SlaTarget, cells: tuple[Cell, ...], numbers: dict[Cut, int], zone: ZoneOffsets
) -> list[ClockTarget]:
    spans = _alive(stage, clause, zone)
    priority = clause.population.of("priority")
    priorities = priority.values if priority is not None and priority.op == "in" else (ANY,)
    return [
        ClockTarget(clause.clock, cell.name, name, clause.within, clause.hours, from_s, until_s)
        for cell in cells
        if covers(clause, cell, numbers)
        for name in priorities
        for from_s, until_s in spans
    ]


def _alive(stage: Stage, clause: SlaTarget, zone: ZoneOffsets) -> list[tuple[int, int]]:
    """The spans of the stage in which the clause is not retired, as UTC seconds."""
    days = sorted(
        {
            stage.from_on,
            *(part.from_on for part in clause.state),
            *(part.to_on + DAY for part in clause.state if part.to_on),
        }
    )
    days = [day for day in days if stage.from_on <= day < stage.until_on]
    spans = []
    for day, following in zip(days, [*days[1:], stage.until_on], strict=True):
        if clause.state_on(day) != "retired":
            spans.append((first_instant(zone, day), first_instant(zone, following)))
    return spans


def _joined(targets: list[ClockTarget]) -> tuple[ClockTarget, ...]:
    """Targets in canonical order, those that follow each other unchanged made one."""
    ordered = sorted(targets, key=lambda t: (t.clock, t.programme, t.priority, t.basis, t.seconds, t.from_s))
    joined: list[ClockTarget] = []
    for target in ordered:
        last = joined[-1] if joined else None
        if (
            last is not None
            and replace(last, until_s=target.until_s) == replace(target, from_s=last.from_s)
            and (last.until_s == target.from_s)
        ):
            joined[-1] = replace(last, until_s=target.until_s)
        elif last != target:
            joined.append(target)
    return tuple(sorted(joined, key=lambda t: (t.clock, t.programme, t.priority, t.from_s)))
