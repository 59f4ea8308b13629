"""A cap has more decimals than its currency.

Cause: a cap of EUR 1,000.005, or of JPY 1,000.5. Every other sum is rounded once before it falls due; what a cap leaves
is paid as the text says it, and no ledger can post a part of a cent.
Cure: write the cap in whole cents, or in whole units of a currency without them.
"""

from collections.abc import Iterator
from fractions import Fraction

from tallystick.contract.card import Cards
from tallystick.contract.clauses.credit_cap import CreditCap
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Finding, Severity
from tallystick.vocabulary.money import exponent


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    if contract.assumed("currency"):
        return
    places = exponent(contract.currency)
    for clause in contract.clauses:
        if not isinstance(clause, CreditCap) or clause.amount is None:
            continue
        if (Fraction(clause.amount) * 10**places).denominator != 1:
            kept = f"{places} decimals" if places else "no decimals"
            message = f"The cap {clause.id} of {clause.amount} cannot be paid: {contract.currency} has {kept}."
            yield RULE.found(contract.clause_place(clause, "amount"), message)


RULE = Rule(
    "TS-C168",
    Severity.ERROR,
    "A cap finer than its currency",
    "Write the cap with no more decimals than the currency has.",
    _look,
)
