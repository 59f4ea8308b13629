"""What a cap's span has used up before a period: read from the judgings that stand, so that a cap over a year holds.

A price adjustment counts where its period ended inside the span and before this one ended; periods are assessed in
order, a month before the quarter that ends with it. Whether people have approved it yet does not matter: a cap that
waited for them would leave more to a later month than the contract says.
"""

from __future__ import annotations

from collections.abc import Iterable

from tallystick.contract.clauses.credit_cap import CreditCap
from tallystick.contract.model import Contract
from tallystick.contract.section import Term
from tallystick.verdicts.store import VerdictStore
from tallystick.vocabulary.money import Money
from tallystick.vocabulary.period import Period


def used_earlier(
    contract: Contract, partner: str, period: Period, store: VerdictStore, term: Term | None = None
) -> dict[str, Money]:
    """By cap id, the price adjustments of earlier periods of its span; caps that have used nothing are left out.

    `term` is the whole one by what was known; by all that is written, where none is given.
    """
    if not any(isinstance(clause, CreditCap) for clause in contract.clauses):
        return {}
    return used(
        contract,
        period,
        (
            (Period.parse(record.period, contract.zone), line.clause, line.payable)
            for record in store.judged(contract.contract, partner)
            if record.statement is not None
            for line in record.statement.lines
        ),
        term,
    )


def used(
    contract: Contract, period: Period, granted: Iterable[tuple[Period, str, Money]], term: Term | None = None
) -> dict[str, Money]:
    """By cap id, what followed from earlier periods of the cap's span: (period, clause, amount); `term` as above."""
    term = term or contract.whole_term
    earlier = [one for one in granted if (one[0].end_on, one[0].days) < (period.end_on, period.days)]
    standing: dict[tuple[Period, str], Money] = {}
    for other, clause, amount in earlier:
        standing[other, clause] = standing.get((other, clause), Money.zero(amount.currency)) + amount
    found: dict[str, Money] = {}
    for cap in contract.clauses:
        if not isinstance(cap, CreditCap):
            continue
        begin, _ = cap.span_of(term, contract.zone, period.last_on)
        covered = set(cap.covered(contract))
        total = Money.zero(contract.currency)
        for (other, clause), amount in standing.items():
            # An addition to the fees makes no room.
            if term.last_within(other.last_on) >= begin and clause in covered and amount.amount > 0:
                total = total + amount
        if total.amount:
            found[cap.id] = total
    return found
