"""One credit alone is larger than the cap of the month.

Cause: the full sum can never be reached, which misleads whoever reads the clause.
Cure: lower the credit, or raise the cap.
"""

from collections.abc import Iterator
from decimal import Decimal

from tallystick.contract.card import Cards
from tallystick.contract.clause import Values
from tallystick.contract.clauses.credit_cap import CreditCap
from tallystick.contract.clauses.service_credit import ServiceCredit
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule
from tallystick.contract.section import share_of
from tallystick.vocabulary.finding import Finding, Severity
from tallystick.vocabulary.money import Money


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    values = Values(contract, contract.term.from_on)
    for cap in contract.clauses:
        if not isinstance(cap, CreditCap) or cap.over != "month":
            continue
        limit = cap.limit(values)
        for name in cap.covered(contract) if limit else ():
            credit = contract.clause(name)
            if isinstance(credit, ServiceCredit) and limit:
                largest = _largest(contract, credit)
                if largest is not None and largest.currency == limit[0].currency and limit[0] < largest:
                    message = f"Credit {credit.id} can come to {largest}, more than cap {cap.id} allows ({limit[0]})."
                    yield RULE.found(contract.clause_place(credit, "id"), message)


def _largest(contract: Contract, credit: ServiceCredit) -> Money | None:
    """The largest sum of a credit, or None where its fee is unknown."""
    if credit.model == "fixed":
        return Money(credit.amount or Decimal(0), contract.currency)
    if credit.steps and credit.steps[-1].amount is not None:
        return Money(max(step.amount or Decimal(0) for step in credit.steps), contract.currency)
    fee = contract.fee(credit.of or "")
    shares = [credit.percentage, *(step.percentage for step in credit.steps)]
    return share_of(fee, max(share for share in shares if share is not None)) if fee else None


RULE = Rule(
    "TS-C074",
    Severity.WARNING,
    "A credit larger than its cap",
    "Lower the credit, or raise the cap.",
    _look,
)
