"""The billing terms, or a charge, name a fee that the text does not declare.

Cause: `billing.fees` or `of` of a fixed price names no entry of `fees`.
Cure: declare the fee; its amount stands in until the month's invoice is made.
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule, did_you_mean
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    known = contract.declared("fees")
    named = [(name, contract.place("billing", "fees", name)) for name in contract.billing.fees]
    named += [
        (name, contract.charge_place(charge, *path))
        for charge in contract.charges
        for name, path in charge.fee_references()
    ]
    for name, place in named:
        if name not in known:
            cure = did_you_mean(name, known, "Declare it under `fees`.")
            yield RULE.found(place, f"There is no fee named {name!r}.", cure)


RULE = Rule(
    "TS-C160",
    Severity.ERROR,
    "A fee of the invoice is not declared",
    "Declare the fee under `fees`, with the amount that is expected.",
    _look,
)
