"""A level that moves over time does not move as it should.

Cause: the steps of a glide path are not in order of their days, lie outside the term, are written in another unit than
the target, or the level gets easier with time.
Cure: order the steps by day, and let each be at least as demanding as the one before.
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    for clause in contract.counted:
        sign = 1 if clause.better_by(cards) == "higher" else -1
        level, day = clause.target, None
        for index, step in enumerate(clause.glide):
            place = contract.clause_place(clause, "glide", index)
            if step.target.unit != clause.target.unit:
                message = (
                    f"Step {index + 1} of {clause.id} ({step.target}) is not written as its target {clause.target}."
                )
                yield RULE.found(place, message)
            elif day is not None and step.from_on <= day:
                yield RULE.found(place, f"Step {index + 1} of {clause.id} does not begin after the step before.")
            elif not contract.term.from_on <= step.from_on <= contract.whole_term.to_on:
                yield RULE.found(place, f"Step {index + 1} of {clause.id} begins outside the term.")
            elif sign * (step.target.value - level.value) < 0:
                yield RULE.found(
                    place, f"Step {index + 1} of {clause.id} ({step.target}) is easier than {level} before."
                )
            level, day = step.target, step.from_on


RULE = Rule(
    "TS-C130",
    Severity.WARNING,
    "A glide path that does not rise",
    "Order the steps by day, each at least as demanding as the one before.",
    _look,
)
