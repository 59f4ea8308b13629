"""What the clocks need of a contract: zone, opening hours, pausing statuses, windows and targets, as a plain value.

A clock takes its target by programme and priority. Where a clause's population cuts through a programme (only German of
a programme that also takes French), the programme is split: `german-email` stays, and the part that the clause covers
becomes `german-email/A1`. `fact_population` translates a clause's population accordingly, so a figure never depends on
how the terms were cut.

Opening hours are spliced over amendments: each day has the hours that were in force on it, by what was known.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from tallystick.contract.clauses.sla_target import SlaTarget
from tallystick.contract.counted import CountedClause
from tallystick.contract.lock import Lock
from tallystick.contract.model import DAY, Contract
from tallystick.contract.section import Condition, Programme
from tallystick.vocabulary.calendar import zone_offsets
from tallystick.vocabulary.clock_terms import ANY, ClockTarget, ClockTerms, ProgrammeTerms
from tallystick.vocabulary.errors import NotFound
from tallystick.vocabulary.opening import OpenHours, ZoneOffsets

SPLIT = "/"
# Cases outside every programme, where the contract speaks of them.
OTHER = "other cases"
# Every case, where the contract names no programme.
ALL = "all cases"
_CUTTING = ("language", "channel", "queue")


def clock_terms(contract: Contract, partner: str, lock: Lock | None = None, known_on: date | None = None) -> ClockTerms:
    """The terms for one partner (or `*` for all of the contract's), by what was known on `known_on`.

    With a lock, opening hours and zone offsets come from it and from nowhere else; without one they are materialised by
    the holiday list and zone rules installed here. Raises NotFound for a partner of another contract.
    """
    if partner != ANY and partner not in contract.partner_ids:
        raise NotFound("partner of this contract", partner, contract.partner_ids)
    stages = _stages(contract, known_on)
    cells = _cells(stages)
    return ClockTerms(
        partner=partner,
        zone=_zone(contract, lock),
        hours=_hours(stages, lock),
        programmes=tuple(_programme_terms(cell, stages) for cell in cells),
        targets=_targets(stages, cells),
        pausing=frozenset(status.lower() for status in contract.definitions.pausing_statuses),
        reopen_window_s=contract.definitions.reopen_window,
        repeat_window_s=contract.definitions.repeat_window,
        excluded_kinds=frozenset(contract.definitions.excluded or ()),
        label=contract.contract,
    )


def fact_population(contract: Contract, clause: CountedClause, known_on: date | None = None) -> tuple[Condition, ...]:
    """The clause's population as conditions on the facts' columns: programmes named as the terms have split them."""
    condition = clause.population.of("programme")
    if condition is None:
        return clause.population.conditions
    names = {cell.name: cell.programme for cell in _cells(_stages(contract, known_on))}
    wanted = {name for name, programme in names.items() if programme in condition.values} | set(condition.values)
    return tuple(
        Condition("programme", part.op, tuple(sorted(wanted))) if part.field == "programme" else part
        for part in clause.population
    )


@dataclass(frozen=True)
class _Stage:
    """The text in force from a day until another (half-open)."""

    contract: Contract
    from_on: date
    until_on: date

    @property
    def from_s(self) -> int:
        return self.contract.day_s(self.from_on)

    @property
    def until_s(self) -> int:
        return self.contract.day_s(self.until_on)


@dataclass(frozen=True)
class _Cell:
    """A part of a programme; None matches anything. `inside` are the cuts that lie wholly around it."""

    name: str
    programme: str
    language: frozenset[str] | None
    channel: frozenset[str] | None
    queue: frozenset[str] | None
    inside: frozenset[int] = frozenset()


def _stages(contract: Contract, known_on: date | None) -> tuple[_Stage, ...]:
    days = contract.changes_between(known_on)
    found = []
    for day, following in zip(days, (*days[1:], None), strict=True):
        text = contract.in_force(day, known_on)
        until = following or text.term.to_on + DAY
        if day < until:
            found.append(_Stage(text, day, until))
    return tuple(found)


# ---------------------------------------------------------------------- hours and zones


def _zone(contract: Contract, lock: Lock | None) -> ZoneOffsets:
    first, last = contract.horizon
    return lock.zone(contract.zone) if lock is not None else zone_offsets(contract.zone, first, last)


def _hours(stages: tuple[_Stage, ...], lock: Lock | None) -> dict[str, OpenHours]:
    """Each named calendar over the whole horizon, spliced where an amendment changed it."""
    names = sorted({name for stage in stages for name in stage.contract.calendars})
    return {name: _spliced(name, stages, lock) for name in names}


def _spliced(name: str, stages: tuple[_Stage, ...], lock: Lock | None) -> OpenHours:
    having = [stage for stage in stages if name in stage.contract.calendars]
    parts = [(stage, _open_hours(stage.contract, name, lock)) for stage in having]
    whole = parts[0][1]
    for stage, hours in parts[1:]:
        if hours == whole:
            continue
        cut = stage.from_s
        intervals = (*_clipped(whole.intervals, whole.from_s, cut), *_clipped(hours.intervals, cut, hours.until_s))
        whole = replace(hours, intervals=intervals, from_s=whole.from_s)
    return whole


def _open_hours(contract: Contract, name: str, lock: Lock | None) -> OpenHours:
    if lock is not None:
        return lock.open_hours(contract, name)
    return contract.business_calendar(name).materialise(*contract.horizon)


def _clipped(intervals: Iterable[tuple[int, int]], from_s: int, until_s: int) -> tuple[tuple[int, int], ...]:
    return tuple((max(a, from_s), min(b, until_s)) for a, b in intervals if max(a, from_s) < min(b, until_s))


# ---------------------------------------------------------------------- programmes


def _sla_targets(stages: tuple[_Stage, ...]) -> list[SlaTarget]:
    return [clause for stage in stages for clause in stage.contract.clauses if isinstance(clause, SlaTarget)]


def _cells(stages: tuple[_Stage, ...]) -> tuple[_Cell, ...]:
    """The programmes, cut so that each time target covers a cell wholly or not at all; the first that matches wins."""
    cells = [_cell_of(name, programme) for name, programme in _programmes(stages).items()]
    if not any(cell.language is cell.channel is cell.queue is None for cell in cells):
        cells.append(_Cell(OTHER if cells else ALL, "", None, None, None))
    for number, (label, cut) in enumerate(_cuts(stages)):
        cells = [part for cell in cells for part in _split(cell, number, label, cut)]
    return tuple(cell for index, cell in enumerate(cells) if not any(_hides(one, cell) for one in cells[:index]))


def _hides(earlier: _Cell, later: _Cell) -> bool:
    """Whether every case of the later cell belongs to the earlier one already."""
    pairs = [(getattr(earlier, name), getattr(later, name)) for name in _CUTTING]
    return all(wide is None or (narrow is not None and narrow <= wide) for wide, narrow in pairs)


def _programmes(stages: tuple[_Stage, ...]) -> dict[str, Programme]:
    """The programmes of the whole term, as each was last written; order as in the text."""
    found: dict[str, Programme] = {}
    for stage in stages:
        found |= stage.contract.programmes
    return found


def _cell_of(name: str, programme: Programme) -> _Cell:
    return _Cell(
        name,
        name,
        frozenset(programme.languages) or None,
        frozenset(programme.channels) or None,
        frozenset(programme.queues) or None,
    )


Cut = tuple[tuple[str, frozenset[str]], ...]


def _cuts(stages: tuple[_Stage, ...]) -> list[tuple[str, Cut]]:
    """Each distinct restriction by language, channel or queue, with the first clause that makes it.

    `not` values are cut out as well: what is left then lies outside the cut.
    """
    found: dict[Cut, str] = {}
    for clause in _sla_targets(stages):
        wanted = tuple(
            (part.field, frozenset(part.values))
            for part in clause.population
            if part.field in _CUTTING and part.op == "in"
        )
        unwanted = [
            ((part.field, frozenset(part.values)),)
            for part in clause.population
            if part.field in _CUTTING and part.op == "not in"
        ]
        for cut in ([wanted] if wanted else []) + unwanted:
            found.setdefault(cut, clause.id)
    return [(label, cut) for cut, label in found.items()]


def _split(cell: _Cell, number: int, label: str, cut: Cut) -> list[_Cell]:
    parts: dict[str, frozenset[str] | None] = {name: getattr(cell, name) for name in _CUTTING}
    for name, values in cut:
        own = parts[name]
        parts[name] = values if own is None else own & values
        if not parts[name]:
            return [cell]
    if all(parts[name] == getattr(cell, name) for name in _CUTTING):
        return [replace(cell, inside=cell.inside | {number})]
    inner = _Cell(
        f"{cell.name}{SPLIT}{label}",
        cell.programme,
        parts["language"],
        parts["channel"],
        parts["queue"],
        cell.inside | {number},
    )
    return [inner, cell]


def _programme_terms(cell: _Cell, stages: tuple[_Stage, ...]) -> ProgrammeTerms:
    hours: list[tuple[int, str]] = []
    for stage in stages:
        name = stage.contract.calendar_of(cell.programme or None)
        if name is not None and (not hours or hours[-1][1] != name):
            hours.append((stage.from_s if hours else stage.contract.day_s(stage.contract.horizon[0]), name))
    return ProgrammeTerms(
        cell.name, cell.queue or frozenset(), cell.channel or frozenset(), cell.language or frozenset(), tuple(hours)
    )


# ---------------------------------------------------------------------- targets


def _targets(stages: tuple[_Stage, ...], cells: tuple[_Cell, ...]) -> tuple[ClockTarget, ...]:
    numbers = {cut: number for number, (_, cut) in enumerate(_cuts(stages))}
    found: list[ClockTarget] = []
    for stage in stages:
        for clause in stage.contract.clauses:
            if isinstance(clause, SlaTarget):
                found += _clause_targets(stage, clause, cells, numbers)
    return _joined(found)


def _clause_targets(
    stage: _Stage, clause: SlaTarget, cells: tuple[_Cell, ...], numbers: dict[Cut, int]
) -> list[ClockTarget]:
    spans = _alive(stage, clause)
    priority = clause.population.of("priority")
    priorities = priority.values if priority is not None and priority.op == "in" else (ANY,)
    return [
        ClockTarget(clause.clock, cell.name, name, clause.within, clause.hours, from_s, until_s)
        for cell in cells
        if _covers(clause, cell, numbers)
        for name in priorities
        for from_s, until_s in spans
    ]


def _covers(clause: SlaTarget, cell: _Cell, numbers: dict[Cut, int]) -> bool:
    programme = clause.population.of("programme")
    if programme is not None and (cell.programme in programme.values) != (programme.op == "in"):
        return False
    wanted = tuple(
        (part.field, frozenset(part.values)) for part in clause.population if part.field in _CUTTING and part.op == "in"
    )
    if wanted and numbers[wanted] not in cell.inside:
        return False
    return not any(
        numbers[((part.field, frozenset(part.values)),)] in cell.inside
        for part in clause.population
        if part.field in _CUTTING and part.op == "not in"
    )


def _alive(stage: _Stage, clause: SlaTarget) -> list[tuple[int, int]]:
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
            spans.append((stage.contract.day_s(day), stage.contract.day_s(following)))
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
