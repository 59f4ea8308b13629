"""A currency is no code of ISO 4217.

Cause: the three letters are misspelt, or the currency has been withdrawn (list one of ISO 4217).
Cure: use the code that the invoices carry.
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule, did_you_mean
from tallystick.vocabulary.finding import Finding, Severity
from tallystick.vocabulary.money import CURRENCIES


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    named: list[tuple[tuple[str, ...], str]] = [(("currency",), contract.currency)]
    named += [(("fees", name, "currency"), fee.currency) for name, fee in contract.fees.items() if fee.currency]
    for path, currency in named:
        if currency not in CURRENCIES:
            cure = did_you_mean(currency, CURRENCIES, "Use a code of ISO 4217, such as EUR.")
            yield RULE.found(contract.place(*path), f"{currency!r} is no currency of ISO 4217.", cure, currency)


RULE = Rule(
    "TS-C032",
    Severity.ERROR,
    "Unknown currency",
    "Use a code of ISO 4217, such as EUR.",
    _look,
)
