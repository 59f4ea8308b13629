"""An amendment became known after the day from which it holds.

Cause: `known` is later than `effective`. Periods between the two were judged by the old text and will be restated.
Cure: nothing, where that is what was agreed; otherwise correct one of the days.
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    for index, amendment in enumerate(contract.amendments):
        if amendment.known_on > amendment.effective:
            message = (
                f"Amendment {amendment.id} holds from {amendment.effective}, but was known only on "
                f"{amendment.known_on}: periods between are restated."
            )
            yield RULE.found(contract.place("amendments", index, "known"), message)


RULE = Rule(
    "TS-C042",
    Severity.WARNING,
    "An amendment reaches back in time",
    "Make sure that both sides agreed to restate the closed periods.",
    _look,
)
