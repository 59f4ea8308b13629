"""The target of a clause is easier to reach than its minimum.

Cause: the minimum is the level below which it gets serious, the target the one that is expected. Where lower is
better, the minimum is the higher figure.
Cure: exchange the two.
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards, card_of
from tallystick.contract.counted import reaches
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    for clause in contract.counted:
        card = card_of(cards, clause.measure, clause.version)
        better = card.better if card else "higher" if clause.kind == "sla_target" else None
        minimum = clause.minimum
        if minimum is None or better is None or minimum.unit != clause.target.unit:
            continue
        if not reaches(clause.target.value, minimum, better):
            side = "below" if better == "higher" else "above"
            message = f"The target {clause.target} of clause {clause.id} lies {side} its minimum {minimum}."
            yield RULE.found(contract.clause_place(clause, "minimum"), message)


RULE = Rule(
    "TS-C054",
    Severity.ERROR,
    "The target is easier than the minimum",
    "Exchange the two levels.",
    _look,
)
