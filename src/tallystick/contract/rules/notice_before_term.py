"""Notice would have to be given before the term begins.

Cause: `notice` of the term is longer than the term itself, so that nobody could ever end it in time.
Cure: correct the length of the notice, or the days of the term.
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    term = contract.term
    if term.notice is not None and term.notice_by is not None and term.notice_by < term.from_on <= term.to_on:
        message = (
            f"Notice of {term.notice} before the end on {term.to_on} would have to be given by {term.notice_by}; "
            f"the term begins on {term.from_on}."
        )
        yield RULE.found(contract.place("term", "notice"), message)


RULE = Rule(
    "TS-C100",
    Severity.ERROR,
    "Notice would have to be given before the term begins",
    "Shorten the notice, or correct the days of the term.",
    _look,
)
