"""A charge is named that the rate card does not have.

Cause: `on` of a premium, or `charges` in `billing`, names no id of `charges`.
Cure: the finding names ids that look alike.
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule, did_you_mean
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    known = contract.declared("charges")
    named = [(name, contract.charge_place(one, *path)) for one in contract.charges for name, path in one.references()]
    named += [(name, contract.place("billing", *path)) for name, path in contract.billing.charge_references()]
    for name, place in named:
        if name not in known:
            cure = did_you_mean(name, known, "Correct the id.")
            yield RULE.found(place, f"There is no charge with the id {name!r}.", cure)


RULE = Rule(
    "TS-C144",
    Severity.ERROR,
    "Unknown charge",
    "Name a charge that the rate card has.",
    _look,
)
