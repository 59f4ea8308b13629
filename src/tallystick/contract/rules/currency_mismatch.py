"""A fee is written in another currency than the contract's.

Cause: credits and caps add up in one currency, and two currencies do not add up without an exchange rate.
Cure: write the fee in the currency of the contract, or make it a contract of its own.
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    for name, fee in contract.fees.items():
        if fee.currency is not None and fee.currency != contract.currency:
            message = f"The fee {name!r} is in {fee.currency}, the contract in {contract.currency}."
            yield RULE.found(contract.place("fees", name, "currency"), message)


RULE = Rule(
    "TS-C061",
    Severity.ERROR,
    "A fee has another currency than the contract",
    "Write all fees in the currency of the contract.",
    _look,
)
