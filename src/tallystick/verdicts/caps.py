"""What a cap's span has used up before a period: read from the ledger, so that a cap over a quarter or a year holds.

A posting counts where its period ended inside the span and before this one ended; periods are assessed in order, a
month before the quarter that ends with it.
"""

from __future__ import annotations

from collections.abc import Iterable

from tallystick.contract.clauses.credit_cap import CreditCap
from tallystick.contract.model import Contract
from tallystick.verdicts.ledger import Ledger
from tallystick.vocabulary.money import Money
from tallystick.vocabulary.period import Period


def used_earlier(contract: Contract, partner: str, period: Period, ledger: Ledger) -> dict[str, Money]:
    """By cap id, the price adjustments already posted in the cap's span; caps that have used nothing are left out."""
    if not any(isinstance(clause, CreditCap) for clause in contract.clauses):
        return {}
    return used(
        contract,
        period,
        (
            (Period.parse(entry.period, contract.zone), entry.clause, Money(entry.effect, entry.amount.currency))
            for entry in ledger.entries()
            if (entry.contract, entry.partner) == (contract.contract, partner)
        ),
    )


def used(contract: Contract, period: Period, posted: Iterable[tuple[Period, str, Money]]) -> dict[str, Money]:
    """By cap id, what was posted for earlier periods of the cap's span: (period, clause, amount)."""
    earlier = [one for one in posted if (one[0].end_on, one[0].days) < (period.end_on, period.days)]
    # What was posted and reversed counts as what is left of it; an addition to the fees makes no room.
    standing: dict[tuple[Period, str], Money] = {}
    for other, clause, amount in earlier:
        standing[other, clause] = standing.get((other, clause), Money.zero(amount.currency)) + amount
    found: dict[str, Money] = {}
    for cap in contract.clauses:
        if not isinstance(cap, CreditCap):
            continue
        begin = contract.term.from_on
        if cap.over != "term":
            begin = Period.containing(cap.over, period.last_on, contract.zone).start_on
        covered = set(cap.covered(contract))
        total = Money.zero(contract.currency)
        for (other, clause), amount in standing.items():
            if other.last_on >= begin and clause in covered and amount.amount > 0:
                total = total + amount
        if total.amount:
            found[cap.id] = total
    return found
