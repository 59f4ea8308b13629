"""A percentage lies outside 0 to 100 %.

Cause: a share cannot exceed 100 %, and neither can a weight, a credit or a cap in per cent of a fee.
Cure: correct the figure. Where a factor is meant, write it as a number.
"""

from collections.abc import Iterator
from fractions import Fraction

from tallystick.contract.card import RATIO, Cards, card_of
from tallystick.contract.clause import Clause
from tallystick.contract.model import Contract
from tallystick.contract.quantity import Level, percentage_text
from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    for clause in contract.clauses:
        card = card_of(cards, getattr(clause, "measure", ""), getattr(clause, "version", 1))
        share = card is None or card.kind in {"", "share"}
        for value, path in _percentages(clause):
            if path[0] in {"target", "minimum"} and value >= 0 and not share:
                continue
            if not 0 <= value <= 1:
                message = f"{percentage_text(value)} in clause {clause.id} lies outside 0 to 100 %."
                yield RULE.found(contract.clause_place(clause, *path), message)


def _percentages(clause: Clause) -> Iterator[tuple[Fraction, tuple[str | int, ...]]]:
    for name in ("target", "minimum", "weight", "percentage"):
        value = getattr(clause, name, None)
        if isinstance(value, Level):
            value = value.value if value.unit == RATIO else None
        if isinstance(value, Fraction):
            yield value, (name,)
    for index, step in enumerate(getattr(clause, "steps", ())):
        if step.percentage is not None:
            yield step.percentage, ("steps", index, "percentage")
        if step.below.unit == RATIO:
            yield step.below.value, ("steps", index, "below")


RULE = Rule(
    "TS-C055",
    Severity.ERROR,
    "A percentage outside 0 to 100 %",
    "Correct the percentage.",
    _look,
)
