"""A clause names a version of a measure that does not exist.

Cause: `version` is the version of the measure's definition (1 where it is not written). A new definition is a new
version; the old one stays, so that old verdicts recompute.
Cure: use one of the versions that the finding names.
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    for clause in contract.counted:
        known = [card.version for card in cards.get(clause.measure, ())]
        if known and clause.version not in known:
            message = f"The measure {clause.measure!r} has no version {clause.version}."
            cure = f"Use version {' or '.join(str(version) for version in known)}."
            yield RULE.found(contract.clause_place(clause, "version"), message, cure)


RULE = Rule(
    "TS-C022",
    Severity.ERROR,
    "Unknown version of a measure",
    "Use a version that exists.",
    _look,
)
