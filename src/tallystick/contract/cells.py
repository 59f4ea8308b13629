"""The text over time, and its programmes cut so that each time target covers a part wholly or not at all.

A clock takes its target by programme and priority. Where a clause's population cuts through a programme (only German of
a programme that also takes French), the programme is split: `german-email` stays, and the part that the clause covers
becomes `german-email/A1`. `fact_population` translates a clause's population accordingly, so that a figure never
depends on how the terms were cut.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from tallystick.contract.clauses.sla_target import SlaTarget
from tallystick.contract.counted import CountedClause
from tallystick.contract.model import Contract
from tallystick.contract.section import DAY, Condition, Population, Programme

SPLIT = "/"
# Cases outside every programme.
OTHER = "other cases"
# Every case, where the contract names no programme.
ALL = "all cases"
CUTTING = ("language", "channel", "queue")


@dataclass(frozen=True)
class Stage:
    """The text in force from a day until another (half-open)."""

    contract: Contract
    from_on: date
    until_on: date


@dataclass(frozen=True)
class Cell:
    """A part of a programme; None matches anything. `inside` are the cuts that lie wholly around it."""

    name: str
    programme: str
    language: frozenset[str] | None
    channel: frozenset[str] | None
    queue: frozenset[str] | None
    inside: frozenset[int] = frozenset()


def stages_of(contract: Contract, known_on: date | None) -> tuple[Stage, ...]:
    """The texts in force over the term, one after the other, by what was known on `known_on`."""
    days = contract.changes_between(known_on)
    found = []
    for day, following in zip(days, (*days[1:], None), strict=True):
        text = contract.in_force(day, known_on)
        until = following or text.term.to_on + DAY
        if day < until:
            found.append(Stage(text, day, until))
    return tuple(found)


def _sla_targets(stages: tuple[Stage, ...]) -> list[SlaTarget]:
    return [clause for stage in stages for clause in stage.contract.clauses if isinstance(clause, SlaTarget)]


def cells_of(stages: tuple[Stage, ...]) -> tuple[Cell, ...]:
    """The programmes, cut so that each time target covers a cell wholly or not at all; the first that matches wins."""
    cells = [_cell_of(name, programme) for name, programme in _programmes(stages).items()]
    if not any(cell.language is cell.channel is cell.queue is None for cell in cells):
        cells.append(Cell(OTHER if cells else ALL, "", None, None, None))
    for number, (label, cut) in enumerate(cuts_of(stages)):
        cells = [part for cell in cells for part in _split(cell, number, label, cut)]
    return tuple(cell for index, cell in enumerate(cells) if not any(_hides(one, cell) for one in cells[:index]))


def _hides(earlier: Cell, later: Cell) -> bool:
    """Whether every case of the later cell belongs to the earlier one already."""
    pairs = [(getattr(earlier, name), getattr(later, name)) for name in CUTTING]
    return all(wide is None or (narrow is not None and narrow <= wide) for wide, narrow in pairs)


def _programmes(stages: tuple[Stage, ...]) -> dict[str, Programme]:
    """The programmes of the whole term, as each was last written; order as in the text."""
    found: dict[str, Programme] = {}
    for stage in stages:
        found |= stage.contract.programmes
    return found


def _cell_of(name: str, programme: Programme) -> Cell:
    return Cell(
        name,
        name,
        frozenset(programme.languages) or None,
        frozenset(programme.channels) or None,
        frozenset(programme.queues) or None,
    )


Cut = tuple[tuple[str, frozenset[str]], ...]


def cuts_of(stages: tuple[Stage, ...]) -> list[tuple[str, Cut]]:
    """Each distinct restriction by language, channel or queue, with the first clause that makes it.

    `not` values are cut out as well: what is left then lies outside the cut.
    """
    found: dict[Cut, str] = {}
    for clause in _sla_targets(stages):
        wanted = tuple(
            (part.field, frozenset(part.values))
            for part in clause.population
            if part.field in CUTTING and part.op == "in"
        )
        unwanted = [
            ((part.field, frozenset(part.values)),)
            for part in clause.population
            if part.field in CUTTING and part.op == "not in"
        ]
        for cut in ([wanted] if wanted else []) + unwanted:
            found.setdefault(cut, clause.id)
    return [(label, cut) for cut, label in found.items()]


def _split(cell: Cell, number: int, label: str, cut: Cut) -> list[Cell]:
    parts: dict[str, frozenset[str] | None] = {name: getattr(cell, name) for name in CUTTING}
    for name, values in cut:
        own = parts[name]
        parts[name] = values if own is None else own & values
        if not parts[name]:
            return [cell]
    if all(parts[name] == getattr(cell, name) for name in CUTTING):
        return [replace(cell, inside=cell.inside | {number})]
    inner = Cell(
        f"{cell.name}{SPLIT}{label}",
        cell.programme,
        parts["language"],
        parts["channel"],
        parts["queue"],
        cell.inside | {number},
    )
    return [inner, cell]


def covers(clause: SlaTarget, cell: Cell, numbers: dict[Cut, int]) -> bool:
    """Whether the clause counts the cases of the cell; `numbers` are the cuts as `cuts_of` lists them."""
    programme = clause.population.of("programme")
    if programme is not None and (cell.programme in programme.values) != (programme.op == "in"):
        return False
    wanted = tuple(
        (part.field, frozenset(part.values)) for part in clause.population if part.field in CUTTING and part.op == "in"
    )
    if wanted and numbers[wanted] not in cell.inside:
        return False
    return not any(
        numbers[((part.field, frozenset(part.values)),)] in cell.inside
        for part in clause.population
        if part.field in CUTTING and part.op == "not in"
    )


def fact_population(contract: Contract, clause: CountedClause) -> tuple[Condition, ...]:
    """The clause's population as conditions on the facts' columns; see `conditions_of`."""
    return conditions_of(contract, clause.population)


def conditions_of(contract: Contract, population: Population) -> tuple[Condition, ...]:
    """A population as conditions on the facts' columns: programmes with the parts they are split into.

    Parts under every state of knowledge are named, because the facts may have been folded under any of them; a name
    that does not occur counts nothing.
    """
    condition = population.of("programme")
    if condition is None:
        return population.conditions
    names = set(condition.values)
    for known_on in (None, *sorted({part.known_on for part in contract.amendments})):
        cells = cells_of(stages_of(contract, known_on))
        names |= {cell.name for cell in cells if cell.programme in condition.values}
    return tuple(
        Condition("programme", part.op, tuple(sorted(names))) if part.field == "programme" else part
        for part in population
    )
