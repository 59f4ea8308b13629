"""What a cap's span has used up before a period: read from the ledger, so that a cap over a quarter or a year holds.

A posting counts where its period ended inside the span and before this one ended; periods are assessed in order.
"""

from __future__ import annotations

from tallystick.contract.clauses.credit_cap import CreditCap
from tallystick.contract.model import Contract
from tallystick.verdicts.ledger import Ledger
from tallystick.vocabulary.money import Money
from tallystick.vocabulary.period import Period


def used_earlier(contract: Contract, partner: str, period: Period, ledger: Ledger) -> dict[str, Money]:
    """By cap id, the price adjustments already posted in the cap's span; caps that have used nothing are left out."""
    caps = [clause for clause in contract.clauses if isinstance(clause, CreditCap)]
    entries = [
        (Period.parse(entry.period, contract.zone), entry)
        for entry in (ledger.entries() if caps else ())
        if (entry.contract, entry.partner) == (contract.contract, partner)
    ]
    found: dict[str, Money] = {}
    for cap in caps:
        begin = contract.term.from_on
        if cap.over != "term":
            begin = Period.containing(cap.over, period.last_on, contract.zone).start_on
        covered = set(cap.covered(contract))
        used = Money.zero(contract.currency)
        for other, entry in entries:
            earlier = (other.end_on, -other.days) < (period.end_on, -period.days)
            if earlier and other.last_on >= begin and entry.clause in covered:
                used = used + Money(entry.effect, entry.amount.currency)
        if used.amount:
            found[cap.id] = used
    return found
