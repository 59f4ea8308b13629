"""Two parts of a kind carry the same id.

Cause: two clauses, charges, relief events or amendments have one id, or an included text brings a name that the
contract has. A reference to it would be a guess.
Cure: give each its own id.
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    for section in ("clauses", "charges", "relief", "amendments"):
        first: dict[str, int] = {}
        for index, part in enumerate(getattr(contract, section)):
            mark = contract.mark(section, index, "id")
            if part.id in first:
                yield RULE.found(mark.place, f"{part.id!r} in `{section}` is already used on line {first[part.id]}.")
            else:
                first[part.id] = mark.line
    seen: set[str] = set()
    for index, party in enumerate(contract.partners):
        if party.id in seen:
            yield RULE.found(contract.place("partners", index, "id"), f"The partner {party.id!r} is named twice.")
        seen.add(party.id)


RULE = Rule(
    "TS-C020",
    Severity.ERROR,
    "An id is used twice",
    "Give each of them its own id.",
    _look,
)
