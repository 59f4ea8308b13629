"""Notice was given on a day on which it could not end the term.

Cause: `notice_given` lies after the last day for notice, so the term prolongs itself or the notice ends only the term
that follows; or it lies before the contract was signed, or after the term's last day, and mostly the year is wrong.
Cure: correct the day, or agree on the end in an amendment of the term.
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    term, given = contract.term, contract.term.notice_given
    if given is None:
        return
    first = min(term.from_on, contract.signed or term.from_on)
    if not first <= given <= term.to_on:
        message = f"Notice was given on {given}, outside the contract's time ({first} to {term.to_on})."
        yield RULE.found(contract.place("term", "notice_given"), message)
    elif term.notice_by is not None and given > term.notice_by:
        follows = "so the term prolongs itself" if term.renews else "so it came too late"
        message = f"Notice was given on {given}, after {term.notice_by}, the last day for it, {follows}."
        yield RULE.found(contract.place("term", "notice_given"), message)


RULE = Rule(
    "TS-C101",
    Severity.WARNING,
    "Notice does not end the term",
    "Check the day on which notice was given.",
    _look,
)
