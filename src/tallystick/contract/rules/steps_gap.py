"""A stepped table leaves a gap between the level that sets it off and its first step.

Cause: a value in the gap misses the clause, but no sum follows.
Cure: begin the first step at the target (or at the minimum, where `below: minimum`), or lower the level.
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards
from tallystick.contract.clauses.service_credit import ServiceCredit
from tallystick.contract.model import Contract
from tallystick.contract.quantity import Level
from tallystick.contract.rule import Rule
from tallystick.contract.triggered import better_by
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    for credit in contract.clauses:
        if not isinstance(credit, ServiceCredit) or len(credit.steps) == 0:
            continue
        trigger = contract.clause(credit.when.clause)
        level = getattr(trigger, credit.when.below, None)
        if not isinstance(level, Level) or level.unit != credit.steps[0].below.unit:
            continue
        sign = 1 if better_by(contract, trigger, cards) == "higher" else -1
        mildest = max(credit.steps, key=lambda step: sign * step.below.value)
        if sign * (level.value - mildest.below.value) > 0:
            message = (
                f"Between the {credit.when.below} of clause {credit.when.clause} ({level}) and the first step "
                f"({mildest.below}) nothing follows."
            )
            yield RULE.found(contract.clause_place(credit, "steps", credit.steps.index(mildest), "below"), message)


RULE = Rule(
    "TS-C073",
    Severity.WARNING,
    "The table leaves a gap under the target",
    "Begin the first step at the level that sets the credit off.",
    _look,
)
