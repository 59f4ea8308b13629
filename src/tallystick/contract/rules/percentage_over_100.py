"""A percentage lies outside 0 to 100 %.

Cause: a share cannot exceed 100 %, and neither can a weight, a credit or a cap in per cent of a fee; none of them lies
below 0 %. A bonus, a tolerance above a forecast and allocations that say openly that they are oversubscribed may exceed
it, and so may levels of a rate.
Cure: correct the figure. Where a factor is meant, write it as a number.
"""

from collections.abc import Iterator
from fractions import Fraction

from tallystick.contract.card import RATIO, Cards, card_of
from tallystick.contract.clause import Clause
from tallystick.contract.model import Contract
from tallystick.contract.quantity import Level, percentage_text
from tallystick.contract.rule import Rule
from tallystick.contract.triggered import Trigger, origin_of
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    for clause in contract.clauses:
        share = _is_share(contract, clause, cards)
        for said, path in clause.said():
            # A percentage is the only fraction that a clause writes; other levels are held against one another.
            if isinstance(said, Fraction):
                value, may_exceed = said, path[0] in clause.beyond_whole
            elif isinstance(said, Level) and said.unit == RATIO and path[0] in {"target", "minimum", "steps"}:
                value, may_exceed = said.value, not share
            else:
                continue
            if value < 0 or (value > 1 and not may_exceed):
                message = f"{percentage_text(value)} in clause {clause.id} lies outside 0 to 100 %."
                yield RULE.found(contract.clause_place(clause, *path), message)


def _is_share(contract: Contract, clause: Clause, cards: Cards) -> bool:
    """Whether the levels of a clause are those of a share, for all that is known of the measure."""
    when = getattr(clause, "when", None)
    counted = origin_of(contract, contract.clause(when.clause) if isinstance(when, Trigger) else clause)
    card = card_of(cards, counted.measure, counted.version) if counted is not None else None
    return card is None or card.kind in {"", "share"}


RULE = Rule(
    "TS-C055",
    Severity.ERROR,
    "A percentage outside 0 to 100 %",
    "Correct the percentage.",
    _look,
)
