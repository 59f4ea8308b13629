"""What populations mean beside each other: whether two overlap, and which programmes a clause covers.

A case belongs to the first programme that matches its language, channel and queue, and to none where none does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tallystick.contract.clauses.sla_target import SlaTarget
from tallystick.contract.counted import CountedClause
from tallystick.contract.model import Contract
from tallystick.contract.section import Condition, Programme

# A case outside every programme.
OUTSIDE = ""


def programmes_of(contract: Contract, clause: CountedClause) -> tuple[str, ...]:
    """Names of the programmes whose cases the clause can count, in order; `` stands for cases outside all of them."""
    condition = clause.population.of("programme")
    names = []
    for name in (*contract.programmes, OUTSIDE):
        if condition is not None and (name in condition.values) != (condition.op == "in"):
            continue
        programme = contract.programmes.get(name)
        if programme is None and any(_takes_all_of(part, clause) for part in contract.programmes.values()):
            continue
        if programme is None or _meets(programme, clause):
            names.append(name)
    return tuple(names)


def reachable(contract: Contract, clause: CountedClause) -> bool:
    """Whether the clause can count any case at all; unknown programmes are another rule's business."""
    condition = clause.population.of("programme")
    if condition is not None and any(name not in contract.programmes for name in condition.values):
        return True
    return bool(programmes_of(contract, clause))


def clashing_targets(contract: Contract, ignoring: Iterable[str] = ()) -> Iterator[tuple[SlaTarget, SlaTarget]]:
    """Pairs (earlier, later) of time targets on one clock that some case would be counted by, as far as texts can tell.

    `ignoring` names fields that are not looked at.
    """
    skipped = {"programme", *ignoring}
    by_clock: dict[str, list[tuple[SlaTarget, frozenset[str], dict[str, Condition]]]] = {}
    for clause in contract.clauses:
        if not isinstance(clause, SlaTarget) or any(part.op == "in" and not part.values for part in clause.population):
            continue
        own = {part.field: part for part in clause.population if part.field not in skipped}
        programmes = frozenset(programmes_of(contract, clause))
        known = by_clock.setdefault(clause.clock, [])
        for earlier, others, conditions in known:
            if programmes.isdisjoint(others):
                continue
            if all(name not in conditions or _common(part, conditions[name]) for name, part in own.items()):
                yield earlier, clause
        known.append((clause, programmes, own))


def _takes_all_of(programme: Programme, clause: CountedClause) -> bool:
    """Whether every case that the clause counts fits the programme, so that none is left outside."""
    own = (("language", programme.languages), ("channel", programme.channels), ("queue", programme.queues))
    for name, values in own:
        condition = clause.population.of(name)
        if values and (condition is None or condition.op != "in" or not set(condition.values) <= set(values)):
            return False
    return True


def _meets(programme: Programme, clause: CountedClause) -> bool:
    own = (("language", programme.languages), ("channel", programme.channels), ("queue", programme.queues))
    return all(
        not values or _common(Condition(name, "in", tuple(values)), clause.population.of(name)) for name, values in own
    )


def _common(one: Condition | None, other: Condition | None) -> bool:
    """Whether a value satisfies both conditions; None is no condition."""
    if one is None or other is None:
        present = one or other
        return present is None or present.op != "in" or bool(present.values)
    if one.op == "in" and other.op == "in":
        return bool(set(one.values) & set(other.values))
    if one.op != other.op:
        inside, outside = (one, other) if one.op == "in" else (other, one)
        return bool(set(inside.values) - set(outside.values))
    return True
