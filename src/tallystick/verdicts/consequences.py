"""What follows from what was judged: every clause that is no counted one, applied in its order to one period's values.

A consequence belongs to the verdict that it follows from: the first missed one of those that the clause needs. A
clause of which nothing was judged in this period (its window is another) is not applied; a limit that is in effect
always is. What a clause still holds after all that it needs has retired is settled too, and belongs to the first judged
promise of the same window; in a period that has none it is not settled.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from tallystick.contract.clause import COMPARED, MET, MISSED, Clause, Values, credit_of, number_of, outcome_of
from tallystick.contract.counted import CountedClause
from tallystick.contract.triggered import windows_of
from tallystick.verdicts.verdict import IN_EFFECT, RETIRED
from tallystick.vocabulary.measure_value import Step

Steps = tuple[Step, ...]


@dataclass(frozen=True)
class Consequences:
    """What followed, by clause id in the order of applying.

    `granted` are credits: (the verdict that each follows from, its steps). `limits` are the steps of caps, elections
    and deadlines, `judged` those of clauses that judge by their own steps, `tallies` those of clauses that move no
    money by themselves (points, triggers), again with the verdict each follows from.
    """

    values: Values
    granted: Mapping[str, tuple[str, Steps]]
    limits: Mapping[str, Steps]
    judged: Mapping[str, Steps]
    tallies: Mapping[str, tuple[str, Steps]]


def follow(values: Values, found: Iterable[str]) -> Consequences:
    """Apply every clause that is no counted one; `found` are ids of the clauses that were judged."""
    text = values.contract
    roots = {name: name for name in found}
    judged_by_measure = frozenset(roots)
    granted: dict[str, tuple[str, Steps]] = {}
    limits: dict[str, Steps] = {}
    judged: dict[str, Steps] = {}
    tallies: dict[str, tuple[str, Steps]] = {}
    for clause, needs in text.in_order:
        if isinstance(clause, CountedClause) or _rests(clause, values):
            continue
        follows = _follows(needs, values, roots) or _settled_by(clause, values, judged_by_measure)
        if not follows and not clause.standing:
            continue  # what sets it off has another window, or is not there
        steps = tuple(clause.apply(values))
        if not steps:
            continue  # it was retired, and has nothing left to settle
        values = values.after(clause, steps)
        if outcome_of(steps) and not clause.limiting:
            judged[clause.id] = steps
            roots[clause.id] = clause.id
        elif follows:
            roots[clause.id] = follows
        if clause.limiting:
            limits[clause.id] = steps
        elif credit_of(steps) is not None:
            granted[clause.id] = (follows, steps)
        elif not outcome_of(steps):
            tallies[clause.id] = (follows, steps)
    return Consequences(values, granted, limits, judged, tallies)


def _rests(clause: Clause, values: Values) -> bool:
    """Whether a clause is not applied at all on the day of the text: retired, or a limit that is not in effect."""
    state = clause.state_on(values.on)
    if values.rules < 5:
        return state == RETIRED
    return (state == RETIRED and not clause.outlasting) or (clause.limiting and state != IN_EFFECT)


def _follows(needs: Iterable[str], values: Values, roots: Mapping[str, str]) -> str:
    """The judged clause that a consequence belongs to: the first that is missed, or else the first; empty for none."""
    reached = [roots[name] for name in needs if name in roots]
    return next((name for name in reached if values.outcomes.get(name) == MISSED), reached[0] if reached else "")


def _settled_by(clause: Clause, values: Values, found: Collection[str]) -> str:
    """The judged clause to which belongs what a clause has left to settle; empty where nothing is, or none fits.

    One of the same window: a quarter's judging must not settle once more what its last month has.
    """
    if values.rules < 5 or not clause.outlasting:
        return ""
    windows = windows_of(values.contract, clause)
    fitting = (
        one.id for one in values.contract.counted if one.id in found and windows_of(values.contract, one) <= windows
    )
    first = next(fitting, "")
    return first if first and clause.unsettled(values) else ""


def level_by_steps(outcome: str, steps: Steps) -> str:
    """The highest level that a clause reached which judges by its own steps; `none` where it compared nothing."""
    if number_of(steps, COMPARED) is None:
        return "none"
    if outcome == MET:
        return "target"
    kept = any(step.label == "minimum" and step.result == "kept" for step in steps)
    return "minimum" if kept else "below"
