"""A charge is priced in a currency that the invoice cannot convert, or that does not exist.

Cause: its currency differs from the contract's, and `billing.currencies` does not say what a unit of it costs; or the
code is none of ISO 4217.
Cure: add the currency with its series, or correct the code.
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Finding, Severity
from tallystick.vocabulary.money import CURRENCIES


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    for charge in contract.charges:
        code = charge.currency_under(contract)
        place = contract.charge_place(charge, "currency")
        if code != contract.currency and code not in contract.billing.currencies:
            yield RULE.found(place, f"Charge {charge.id} is in {code}, and nothing says what a unit of it costs.")
        elif code not in CURRENCIES and charge.currency is not None:
            yield RULE.found(place, f"{code} is no currency of ISO 4217.", "Use the code that the invoices carry.")


RULE = Rule(
    "TS-C147",
    Severity.ERROR,
    "A charge in a currency without a price",
    "Say under `billing.currencies` what a unit of it costs.",
    _look,
)
