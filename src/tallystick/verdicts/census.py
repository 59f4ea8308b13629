"""Contract arithmetic and the statistical signal, beside each other and never mixed.

The clause itself compares (exact fractions; 79.95 % against 80 % is a miss unless the clause rounds before comparing):
that is a census, has no sampling error, and moves money. The 95 % interval answers another question, whether the
process behind the figures has changed; here it is only placed against the target, and nothing follows from it.
Source: KPI dictionary, rules R4, R12 and R14.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from tallystick.contract.clause import outcome_of
from tallystick.contract.counted import CountedClause, reaches
from tallystick.verdicts.verdict import IntervalPosition, Outcome
from tallystick.vocabulary.measure_value import MeasureValue, Step

LOWER = "lower"
COUNTING = ("share", "rate")


@dataclass(frozen=True)
class Census:
    """The census answer, with the lines of its arithmetic.

    `level` is the highest threshold reached (`target`, `minimum`, `below`; `none` where nothing was assessed),
    `compared` the value as it was compared, `more_to_meet` how many more rows had to meet.
    """

    outcome: Outcome
    level: str
    compared: Fraction | None
    interval_position: IntervalPosition
    more_to_meet: int | None
    steps: tuple[Step, ...]


def take_census(clause: CountedClause, value: MeasureValue | None, better: str) -> Census:
    """Hold a measure value against a clause; `better` is the direction of the measure (`higher` or `lower`)."""
    steps = tuple(clause.assess(value, better))
    outcome = Outcome(outcome_of(steps) or Outcome.NOT_ASSESSABLE)
    compared = clause.compared_value(value) if value is not None else None
    return Census(
        outcome,
        _level(clause, outcome, compared, better),
        compared,
        interval_position(value, clause.target.value),
        0 if outcome is Outcome.MET else more_to_meet(clause, value, better),
        steps,
    )


def _level(clause: CountedClause, outcome: Outcome, compared: Fraction | None, better: str) -> str:
    if outcome is Outcome.NOT_ASSESSABLE or compared is None:
        return "none"
    if outcome is Outcome.MET:
        return "target"
    return "minimum" if clause.minimum is not None and reaches(compared, clause.minimum, better) else "below"


def interval_position(value: MeasureValue | None, target: Fraction) -> IntervalPosition:
    """Where the interval lies against the target; says nothing about the contract."""
    if value is None or value.interval is None:
        return IntervalPosition.NONE
    low, high = (Fraction(bound) for bound in value.interval)
    if high < target:
        return IntervalPosition.BELOW
    return IntervalPosition.ABOVE if low >= target else IntervalPosition.REACHES


def more_to_meet(clause: CountedClause, value: MeasureValue | None, better: str) -> int | None:
    """How many of the counted rows would have had to go the other way for the clause to be met.

    None where the measure does not count rows, or where nothing is assessed (too few rows stay too few).
    """
    if value is None or value.kind not in COUNTING or value.numerator is None or not value.denominator:
        return None
    sign = -1 if better == LOWER else 1
    room = value.numerator if better == LOWER else value.denominator - value.numerator
    low, high = 0, room + 1
    while low < high:
        middle = (low + high) // 2
        if middle > room or _met_with(clause, value, value.numerator + sign * middle, better):
            high = middle
        else:
            low = middle + 1
    return low if low <= room else None


def _met_with(clause: CountedClause, value: MeasureValue, numerator: int, better: str) -> bool:
    assert value.denominator  # noqa: S101 - the caller has looked
    scale = (value.value or Fraction(0)) * value.denominator / value.numerator if value.numerator else Fraction(1)
    changed = replace(value, numerator=numerator, value=Fraction(numerator, value.denominator) * scale)
    return outcome_of(clause.assess(changed, better)) == Outcome.MET
