"""A level is written in another unit than the measure's.

Cause: a percentage for a measure of time, a duration for a share, or a target and a minimum of two kinds.
Cure: shares take 90%, times take 4h, points and counts take 4.2.
"""

from collections.abc import Iterator

from tallystick.contract.card import NUMBER, RATIO, SECONDS, Cards, card_of
from tallystick.contract.counted import CountedClause
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Finding, Severity

WORDS = {RATIO: "a percentage", SECONDS: "a duration", NUMBER: "a number"}


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    for clause in contract.counted:
        card = card_of(cards, clause.measure, clause.version)
        wanted = card.family(clause.measure_params) if card else clause.target.unit
        for key, level in (("target", clause.target), ("minimum", clause.minimum)):
            if level is not None and level.unit != wanted:
                message = f"{level} is {WORDS[level.unit]}, but {clause.measure} is {WORDS[wanted]}."
                yield RULE.found(contract.clause_place(clause, key), message)
    for credit in contract.clauses:
        trigger = contract.clause(getattr(getattr(credit, "when", None), "clause", ""))
        for index, step in enumerate(getattr(credit, "steps", ())):
            if isinstance(trigger, CountedClause) and step.below.unit != trigger.target.unit:
                own, wanted = WORDS[step.below.unit], WORDS[trigger.target.unit]
                message = f"{step.below} is {own}, but clause {trigger.id} is {wanted}."
                yield RULE.found(contract.clause_place(credit, "steps", index, "below"), message)


RULE = Rule(
    "TS-C056",
    Severity.ERROR,
    "The level has another unit than the measure",
    "Write the level in the unit of the measure.",
    _look,
)
