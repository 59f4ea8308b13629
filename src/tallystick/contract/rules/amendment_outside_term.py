"""An amendment takes effect outside the term.

Cause: `effective` lies before the first or after the last day of the contract, so it would never hold. An amendment
that extends the term is effective while the old term still runs.
Cure: correct the day.
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    days = () if contract.is_partial else contract.changes_between()
    last = max((contract.in_force(day).term.to_on for day in days), default=contract.term.to_on)
    for index, amendment in enumerate(contract.amendments):
        if not contract.term.from_on <= amendment.effective <= last:
            message = (
                f"Amendment {amendment.id} takes effect on {amendment.effective}; "
                f"the term runs from {contract.term.from_on} to {last}."
            )
            yield RULE.found(contract.place("amendments", index, "effective"), message)


RULE = Rule(
    "TS-C041",
    Severity.ERROR,
    "An amendment takes effect outside the term",
    "Correct the effective day, or extend the term in the amendment.",
    _look,
)
