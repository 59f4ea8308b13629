"""A relief event lies outside the term, wholly or in part.

Cause: the days are wrong, or the event belongs to another contract. Relief cannot excuse a time that was not
promised.
Cure: correct `from` and `to`.
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    for index, relief in enumerate(contract.relief):
        for key, moment in (("from", relief.from_at), ("to", relief.to_at)):
            if not contract.term.from_on <= moment.day <= contract.whole_term.to_on:
                message = (
                    f"Relief {relief.id}: {moment.text} lies outside the term "
                    f"({contract.term.from_on} to {contract.whole_term.to_on})."
                )
                yield RULE.found(contract.place("relief", index, key), message)
                break


RULE = Rule(
    "TS-C047",
    Severity.ERROR,
    "Relief lies outside the term",
    "Correct the days of the relief event.",
    _look,
)
