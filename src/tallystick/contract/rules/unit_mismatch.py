"""A level is written in another unit than the measure's.

Cause: a percentage for a measure of time, a duration for a share, or a target and a minimum of two kinds.
Cure: shares take 90%, times take 4h, points and counts take 4.2.
"""

from collections.abc import Iterator

from tallystick.contract.card import NUMBER, RATIO, SECONDS, Cards, card_of
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule
from tallystick.contract.triggered import level_of
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
        named = getattr(getattr(credit, "when", None), "clause", "") or getattr(credit, "adherence", "")
        target = level_of(contract.clause(named), "target")
        for key in ("steps", "bands"):
            for index, step in enumerate(getattr(credit, key, ())):
                if target is not None and step.below.unit != target.unit:
                    own, wanted = WORDS[step.below.unit], WORDS[target.unit]
                    message = f"{step.below} is {own}, but clause {named} is {wanted}."
                    yield RULE.found(contract.clause_place(credit, key, index, "below"), message)


RULE = Rule(
    "TS-C056",
    Severity.ERROR,
    "The level has another unit than the measure",
    "Write the level in the unit of the measure.",
    _look,
)
