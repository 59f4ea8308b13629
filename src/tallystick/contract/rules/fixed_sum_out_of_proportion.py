"""A fixed sum is out of proportion.

Cause: a fixed sum takes no account of what the service was worth. One that is larger than a tenth of the smallest
monthly fee, or that follows for every failed case without a most, may lead to absurd results (a contract once claimed
GBP 84,550 for one day-old mousse) and may be struck down as a penalty.
Cure: write a percentage of the fee, lower the sum, or write `at_most`.
"""

from collections.abc import Iterator
from decimal import Decimal

from tallystick.contract.card import Cards
from tallystick.contract.clauses.service_credit import ServiceCredit
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule
from tallystick.contract.section import MONTHS
from tallystick.vocabulary.finding import Finding, Severity

TENTH = Decimal("0.1")


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    fees = [fee.amount / MONTHS[fee.per] for fee in contract.fees.values() if fee.currency in (None, contract.currency)]
    for credit in contract.clauses:
        if not isinstance(credit, ServiceCredit):
            continue
        sums = [credit.amount, *(step.amount for step in credit.steps)]
        largest = max((amount for amount in sums if amount is not None), default=None)
        place = contract.clause_place(credit, "amount" if credit.amount is not None else "steps")
        if credit.model == "per-failure" and credit.at_most is None:
            yield RULE.found(place, f"The sum of {credit.id} follows for every failed case, without a most.")
        elif largest is not None and fees and largest > TENTH * min(fees):
            monthly = min(fees).quantize(Decimal("0.01"))
            message = f"The sum {largest} of {credit.id} is more than a tenth of the monthly fee ({monthly:,})."
            yield RULE.found(place, message)


RULE = Rule(
    "TS-C128",
    Severity.WARNING,
    "A fixed sum out of proportion",
    "Write a percentage of the fee, lower the sum, or write `at_most`.",
    _look,
)
