"""A series is named that the text does not hold.

Cause: an indexation or a currency names no entry of `series`, so no price could follow it.
Cure: bring the series with its values by month, or correct the name.
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule, did_you_mean
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    known = contract.declared("series")
    for name, path in contract.billing.series_references():
        if name not in known:
            cure = did_you_mean(name, known, "Declare it under `series`.")
            yield RULE.found(contract.place("billing", *path), f"There is no series named {name!r}.", cure)


RULE = Rule(
    "TS-C145",
    Severity.ERROR,
    "Unknown series",
    "Declare it under `series`.",
    _look,
)
