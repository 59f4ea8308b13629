"""The term prolongs itself, and the text does not say until when notice can stop it.

Cause: `renewal` without `notice`. Nobody is reminded in time, and the two sides may count differently.
Cure: write how long before the end notice must be given, such as `notice: 3 months`.
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    if contract.term.renewal is not None and contract.term.notice is None:
        message = f"The term prolongs itself by {contract.term.renewal.by}; until when notice stops it is not said."
        yield RULE.found(contract.place("term", "renewal"), message)


RULE = Rule(
    "TS-C102",
    Severity.WARNING,
    "A renewal without a notice",
    "Write `notice` beside `renewal`, such as `notice: 3 months`.",
    _look,
)
