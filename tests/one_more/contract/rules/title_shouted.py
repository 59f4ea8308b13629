"""The title is in capitals.

Cause: capitals are hard to read.
Cure: write it as a sentence.
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    if contract.title.isupper():
        yield RULE.found(contract.place("title"), f"The title {contract.title!r} is in capitals.")


RULE = Rule("TS-C901", Severity.NOTE, "The title is in capitals", "Write it as a sentence.", _look)
