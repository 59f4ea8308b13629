"""A credit is called a penalty, fine or punishment.

Cause: penalties may be unenforceable, price adjustments are not: the service was worth less, so it costs less.
Cure: call it a price adjustment or a service credit.
"""

import re
from collections.abc import Iterator

from tallystick.contract.card import Cards
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Finding, Severity

WORDS = ("penalt", "fine\\b", "punish", "malus")


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    for clause in contract.clauses:
        for key in ("title", "note"):
            text = getattr(clause, key) or ""
            found = re.search(rf"\b({'|'.join(WORDS)})\w*", text, re.IGNORECASE)
            if found:
                message = f"The {key} of clause {clause.id} says {found[0]!r}."
                yield RULE.found(contract.clause_place(clause, key), message)


RULE = Rule(
    "TS-C075",
    Severity.WARNING,
    "A credit is called a penalty",
    "Call it a price adjustment.",
    _look,
)
