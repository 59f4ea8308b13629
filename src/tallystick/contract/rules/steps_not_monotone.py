"""A stepped table does not rise from step to step.

Cause: a worse level brings a smaller sum, or the steps are not in order, so a partner would gain by doing worse.
Cure: order the steps from the mildest to the worst level, each with a larger percentage or amount.
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards
from tallystick.contract.clauses.service_credit import ServiceCredit
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule
from tallystick.contract.triggered import better_by
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    for credit in contract.clauses:
        if not isinstance(credit, ServiceCredit) or len(credit.steps) == 0:
            continue
        trigger = contract.clause(credit.when.clause)
        sign = 1 if better_by(contract, trigger, cards) == "higher" else -1
        for index, (mild, worse) in enumerate(zip(credit.steps, credit.steps[1:], strict=False), start=1):
            rises = (worse.percentage or worse.amount or 0) > (mild.percentage or mild.amount or 0)
            alike = (worse.percentage is None) == (mild.percentage is None)
            falls = sign * (mild.below.value - worse.below.value) > 0
            if not (rises and alike and falls):
                message = f"Step {index + 1} of {credit.id} is not worse in level and larger in sum than step {index}."
                yield RULE.found(contract.clause_place(credit, "steps", index), message)


RULE = Rule(
    "TS-C072",
    Severity.ERROR,
    "The table does not rise",
    "Order the steps from the mildest to the worst, each with a larger sum.",
    _look,
)
